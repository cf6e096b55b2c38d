// What was shown and used, read from the record: bodies from their entries, uses from the table of events.
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { useTypes } from '../adoption/adoption-event.ts'
import type { Tables } from '../storage/tables.ts'
import { estimateExamination } from './examination.ts'
import type { LoggedItem, LoggedRetrieval } from './logged-retrieval.ts'
import { type KnownRates, UseRates } from './use-rates.ts'

/** A retrieval of the record. */
export interface RecordedRetrieval extends LoggedRetrieval {
  /** Of its entry. */
  readonly index: number
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Name of the profile that ranked it, and its weights by feature. */
  readonly profile: string
  readonly weights: Readonly<Record<string, number>>
}

/** Newest first. */
export interface LogPage {
  readonly retrievals: readonly RecordedRetrieval[]
  /** `before` of the next page; null at the end. */
  readonly next: number | null
}

export interface LogReader {
  readonly db: Kysely<Tables>
  /** Of entries by index; null where nobody can read it any more. */
  readonly bodiesOf: (
    indexes: readonly number[],
  ) => Promise<Map<number, { at: number; body: Record<string, unknown> | null }>>
}

/** Between two pages others have their turn. */
const retrievalsAtOnce = 200

const bodySchema = z.object({
  interactionId: z.string(),
  queueId: z.string().nullable(),
  contextTags: z.array(z.string()),
  query: z.string(),
  profile: z.string(),
  // Absent before propensities were recorded: then nothing was explored.
  propensities: z.array(z.number()).default([]),
  items: z.array(
    z.object({
      contentId: z.string(),
      isCompliant: z.boolean(),
      explanation: z.array(z.object({ feature: z.string(), value: z.number(), weight: z.number() })),
    }),
  ),
})

/** The newest retrievals before entry `before` that events are about. */
export async function readLogPage(
  { db, bodiesOf }: LogReader,
  before = Number.MAX_SAFE_INTEGER,
): Promise<LogPage> {
  const indexes = await db
    .selectFrom('events')
    .select('retrieval_idx')
    .distinct()
    .where('retrieval_idx', '<', before)
    .orderBy('retrieval_idx', 'desc')
    .limit(retrievalsAtOnce)
    .execute()
    .then((rows) => rows.map(({ retrieval_idx }) => retrieval_idx))
  if (indexes.length === 0) return { retrievals: [], next: null }
  const events = await db
    .selectFrom('events')
    .select(['retrieval_idx', 'type', 'content_id'])
    .where('retrieval_idx', 'in', indexes)
    .orderBy('idx')
    .execute()
  const eventsOf = Map.groupBy(events, ({ retrieval_idx }) => retrieval_idx)
  const bodies = await bodiesOf(indexes)
  const retrievals = indexes.flatMap((index) => {
    const { at = 0, body } = bodies.get(index) ?? {}
    const parsed = bodySchema.safeParse(body)
    return parsed.success ? [recorded(index, at, parsed.data, eventsOf.get(index) ?? [])] : []
  })
  return { retrievals, next: indexes.length < retrievalsAtOnce ? null : (indexes.at(-1) ?? null) }
}

function recorded(
  index: number,
  at: number,
  { interactionId, queueId, contextTags, query, profile, propensities, items }: z.infer<typeof bodySchema>,
  events: readonly { readonly type: string; readonly content_id: string }[],
): RecordedRetrieval {
  const used = new Set(
    events.filter(({ type }) => useTypes.some((use) => use === type)).map(({ content_id }) => content_id),
  )
  const seen = new Set(events.map(({ content_id }) => content_id))
  // Where a desktop tells what it showed, nobody could look at what comes after that.
  const isTold = events.some(({ type }) => type === 'shown')
  const end = isTold ? items.findLastIndex(({ contentId }) => seen.has(contentId)) + 1 : items.length
  const weights: Record<string, number> = {}
  const logged = items.slice(0, end).map(({ contentId, isCompliant, explanation }, place): LoggedItem => {
    const features: Record<string, number> = {}
    for (const { feature, value, weight } of explanation) {
      // What weighs nothing took no part: the request switched it off.
      features[feature] = weight === 0 ? 0 : value
      if (weight !== 0) weights[feature] = weight
      else weights[feature] ??= 0
    }
    return {
      contentId,
      isCompliant,
      propensity: propensities[place] ?? 1,
      features,
      isUsed: used.has(contentId),
    }
  })
  const outcome = events.findLast(({ type }) => type === 'resolved' || type === 'unresolved')
  return {
    index,
    at,
    interactionId,
    contexts: [...(queueId === null ? [] : [`queue:${queueId}`]), ...contextTags.map((tag) => `tag:${tag}`)],
    query,
    items: logged,
    isResolved: outcome === undefined ? undefined : outcome.type === 'resolved',
    profile,
    weights,
  }
}

/** Retrievals that rates are counted in, the newest. */
const countedRetrievals = 20_000
/** An interaction that is younger may go on, and its outcome may still be told. */
const settledMs = 24 * 3_600_000

/** A question, what was shown for it, and what of it was used. */
export interface RecordedUse {
  readonly question: string
  readonly shown: readonly {
    readonly contentId: string
    /** Without what had been learnt by then. */
    readonly score: number
    readonly isUsed: boolean
  }[]
}

export interface UsesPage {
  readonly uses: readonly RecordedUse[]
  /** `before` of the next page; null at the end. */
  readonly next: number | null
}

/** What is learnt is told apart from what it was learnt beside. */
const learntFeature = 'learntWords'

/**
 * Uses before entry `before`, newest first, that are settled at wall time `now`, of lists that were ranked by words: the
 * scores of others cannot be compared.
 */
export async function readUsesPage(reader: LogReader, now: number, before?: number): Promise<UsesPage> {
  const { retrievals, next } = await readLogPage(reader, before)
  const uses = retrievals
    .filter(({ at, weights }) => at <= now - settledMs && Object.hasOwn(weights, learntFeature))
    .filter(({ items }) => items.some(({ isUsed }) => isUsed))
    .map(({ query, items, weights }) => {
      const names = Object.keys(weights).filter((name) => name !== learntFeature)
      const scoreOf = ({ features }: LoggedItem) =>
        names.reduce((sum, name) => sum + (features[name] ?? 0) * (weights[name] ?? 0), 0)
      const shown = items.map((item) => ({
        contentId: item.contentId,
        score: scoreOf(item),
        isUsed: item.isUsed,
      }))
      return { question: query, shown }
    })
  return { uses, next }
}

/** The rates of articles by the record, at wall time `now` in milliseconds since the epoch. */
export async function readRates(reader: LogReader, now: number): Promise<KnownRates> {
  const read: RecordedRetrieval[] = []
  for (let before: number | undefined; read.length < countedRetrievals; ) {
    const { retrievals, next } = await readLogPage(reader, before)
    for (const retrieval of retrievals) if (retrieval.at <= now - settledMs) read.push(retrieval)
    if (next === null) break
    before = next
  }
  const { of: examination } = estimateExamination(read)
  const rates = new UseRates()
  for (const retrieval of read) rates.add(retrieval, examination)
  return rates.known()
}
