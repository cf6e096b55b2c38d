// The forms of the replies, for the OpenAPI document. Nothing is checked by them at run time; tests hold them to the types.
import { z } from 'zod'
import { roles } from '../access/actor.ts'
import { adoptionTypes } from '../adoption/adoption-event.ts'
import { entryKinds } from '../ledger/entry-draft.ts'

const text = z.string()
const nullable = z.string().nullable()
const time = z.string().meta({ format: 'date-time' })
const count = z.int().min(0)
const fraction = z.number().min(0).max(1)
const ms = z.number().min(0)

const item = z.strictObject({
  contentId: text,
  title: text,
  snippet: text,
  url: nullable,
  contentType: text,
  language: nullable,
  tags: z.array(text),
  isCompliant: z.boolean(),
  relevanceScore: z.number(),
  score: z.number(),
  explanation: z.array(
    z.strictObject({ feature: text, value: z.number(), weight: z.number(), contribution: z.number() }),
  ),
  source: text,
  version: nullable,
  updatedAt: nullable,
})

/** `refused` has ids for a caller with the role `service` alone. */
const refused = z.union([
  z.strictObject({ contentId: text, source: text, reason: text }),
  z.strictObject({ reason: text, count }),
])

export const retrievalSchema = z.strictObject({
  retrievalId: text,
  interactionId: text,
  items: z.array(item),
  confidence: fraction.optional(),
  freshness: z.strictObject({
    status: z.enum(['fresh', 'stale', 'mirror', 'none']),
    ageSeconds: z.number().nullable(),
    source: nullable,
  }),
  degraded: z.strictObject({ code: text, message: text }).nullable(),
  complianceFlags: z.strictObject({ accessValidated: z.boolean(), availabilityChecked: z.boolean() }),
  profile: text,
  timings: z.strictObject({ totalMs: ms, upstreamMs: ms, queuedMs: ms }),
  refused: z.array(refused),
})

export const receiptSchema = z.strictObject({
  eventId: text,
  retrievalId: text,
  type: z.enum(adoptionTypes),
  contentId: nullable,
  recordedAt: time,
})

export const articleSchema = z.strictObject({
  contentId: text,
  title: text,
  text,
  language: nullable,
  url: nullable,
  version: nullable,
  updatedAt: nullable,
})

export const entrySchema = z.strictObject({
  index: count,
  at: time,
  kind: z.enum(entryKinds),
  commitment: text,
  salt: nullable,
  body: z.record(text, z.unknown()).nullable(),
})
export const entriesSchema = z.strictObject({ entries: z.array(entrySchema), next: count.nullable() })
export const checkpointSchema = z.strictObject({ checkpoint: text })
export const keySchema = z.strictObject({ key: text })
export const inclusionSchema = z.strictObject({
  index: count,
  size: count,
  leafHash: text,
  hashes: z.array(text),
  checkpoint: text,
})
export const consistencySchema = z.strictObject({
  from: count,
  to: count,
  hashes: z.array(text),
  checkpoint: text,
})
export const erasureSchema = z.strictObject({ keys: count, entries: count })

const share = z.strictObject({
  count,
  of: count,
  rate: fraction.nullable(),
  low: fraction.nullable(),
  high: fraction.nullable(),
})
const adoption = {
  retrievals: count,
  shown: count,
  opened: share,
  copied: share,
  inserted: share,
  used: share,
  dismissed: share,
  ratedPositive: share,
  resolved: share,
}
const latency = {
  retrievals: count,
  p50: ms.nullable(),
  p99: ms.nullable(),
  p999: ms.nullable(),
  withinBudget: share,
}
const freshness = {
  retrievals: count,
  fresh: share,
  stale: share,
  mirror: share,
  none: share,
  degraded: z.record(text, count),
}
const grouped = <T extends z.ZodRawShape>(figures: T) =>
  z.strictObject({
    from: time,
    to: time,
    total: z.strictObject(figures),
    groups: z.array(z.strictObject({ group: text, ...figures })),
  })
export const insightSchemas = {
  adoption: grouped(adoption),
  latency: grouped(latency),
  freshness: grouped(freshness),
}
const content = z.strictObject({ contentId: text, shown: count, used: share, dismissed: share })
export const contentReportSchema = z.strictObject({
  from: time,
  to: time,
  mostUsed: z.array(content),
  neverUsed: z.array(content),
})
const query = z.strictObject({
  query: nullable,
  retrievals: count,
  empty: count,
  unanswered: share,
  used: share,
  lastAt: time,
})
export const gapsReportSchema = z.strictObject({
  from: time,
  to: time,
  gaps: z.array(query),
  unanswered: z.array(query),
})
const article = z.strictObject({
  contentId: text,
  title: nullable,
  shown: count,
  used: share,
  dismissed: share,
})
export const hygieneReportSchema = z.strictObject({
  from: time,
  to: time,
  retrievals: count,
  shown: count,
  neverUsed: z.array(article),
  alwaysDismissed: z.array(article),
  knowledge: z
    .strictObject({
      articles: count,
      neverShown: share.extend({
        list: z.array(z.strictObject({ contentId: text, title: text, updatedAt: time.nullable() })),
      }),
      nearDuplicates: z.strictObject({
        threshold: fraction,
        groups: count,
        list: z.array(z.array(article.extend({ similarity: fraction }))),
      }),
    })
    .nullable(),
})

/** `quotaRemaining` of `quotaPerMinute`: null without Genesys. */
export const operationsSchema = z.strictObject({
  genesys: z.strictObject({
    calls: count,
    quotaRemaining: count.nullable(),
    quotaPerMinute: count.nullable(),
  }),
  sources: z.array(z.strictObject({ source: text, breaker: z.enum(['closed', 'open', 'half-open']) })),
})

export const deliveriesSchema = z.strictObject({
  deliveries: z.array(
    z.strictObject({
      id: text,
      endpoint: text,
      state: z.enum(['pending', 'dead']),
      attempts: count,
      entryIndex: count,
      dueAt: time.nullable(),
      lastError: nullable,
    }),
  ),
})
export const replaySchema = z.strictObject({ replayed: count })

const health = z.strictObject({ ok: z.boolean(), essential: z.boolean(), message: text })
const owner = { roles: z.array(z.enum(roles)), agentId: nullable }
export const signedInSchema = z.strictObject({ token: text, expiresAt: time, ...owner })
export const sessionSchema = z.strictObject({ id: text, ...owner, via: text })
export const healthzSchema = z.strictObject({ status: z.literal('alive') })
export const readyzSchema = z.strictObject({
  status: z.enum(['ready', 'degraded', 'not_ready', 'ending']),
  parts: z.record(text, health),
})
