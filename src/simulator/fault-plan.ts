// What can go wrong, when and how often: one schema for plans from code, files and the control endpoint.
import { z } from 'zod'
import { CuecardError } from '../errors.ts'
import { explainIssue } from '../explain-issue.ts'
import { OPERATIONS } from './operation.ts'

const ms = z.number().min(0).max(3_600_000)

const latencyFields = { fixedMs: ms.optional(), medianMs: ms.min(0.001).optional(), p99Ms: ms.optional() }

function explainLatency({ fixedMs, medianMs, p99Ms }: Latency): string | undefined {
  const lognormal = medianMs !== undefined && p99Ms !== undefined
  const either = fixedMs === undefined ? lognormal : medianMs === undefined && p99Ms === undefined
  if (!either) return 'needs either fixedMs or both medianMs and p99Ms'
  return lognormal && p99Ms < medianMs ? 'p99Ms must not be below medianMs' : undefined
}

const checkLatency = (latency: Latency, context: z.RefinementCtx) => {
  const problem = explainLatency(latency)
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
}

const retryAfterSeconds = z.number().int().min(0).max(86_400).optional()

const faults = [
  z.strictObject({ kind: z.literal('latency'), ...latencyFields }).superRefine(checkLatency),
  z.strictObject({
    kind: z.literal('status'),
    status: z.number().int().min(400).max(599),
    retryAfterSeconds,
  }),
  z.strictObject({ kind: z.literal('rate-limit'), retryAfterSeconds }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({ kind: z.literal('slow-body'), ms }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('truncate') }),
  z.strictObject({ kind: z.literal('wrong-json') }),
  z.strictObject({ kind: z.literal('wrong-shape') }),
  z.strictObject({ kind: z.literal('revoke-tokens') }),
  z.strictObject({ kind: z.literal('missing-permission'), permission: z.string().min(1).optional() }),
  z.strictObject({ kind: z.literal('outage') }),
] as const

const faultSchema = z.discriminatedUnion('kind', faults, {
  error: `must have a kind, one of ${faults.map(({ shape }) => shape.kind.value).join(', ')}`,
})

const ruleSchema = z.strictObject({
  /** Absent: every request. What is given must all hold. */
  match: z
    .strictObject({
      method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
      /** Start of the path; or, with `*` (within a segment) or `**` (across segments), the whole of it. */
      path: z.string().startsWith('/', 'must start with "/"').optional(),
      operation: z.enum(OPERATIONS).optional(),
    })
    .optional(),
  /** Probability that a matching request is struck. */
  share: z.number().min(0).max(1).default(1),
  /** Milliseconds after the plan was set: from (inclusive) and to (exclusive). */
  fromMs: z.number().min(0).optional(),
  toMs: z.number().min(0).optional(),
  /** Of the matching requests within that time, the first that can be struck, counted from 1, and how many can be. */
  first: z.number().int().min(1).default(1),
  count: z.number().int().min(1).optional(),
  fault: faultSchema,
})

const share = z.number().min(0).max(1).default(0)

const notificationFaults = z.strictObject({
  /** How late a message comes. Each is late by itself, so that a later one may overtake it. */
  lag: z.strictObject(latencyFields).superRefine(checkLatency).optional(),
  /** Probability that a message comes twice. */
  duplicates: share,
  /** Probability that the connection breaks with a message: this one and those on their way are lost. */
  cuts: share,
  /** Probability that a message is followed by the announcement that the connection closes within a minute. */
  closings: share,
  /** Probability that with a message the connection falls silent, and stays open: no further message, no heartbeat. */
  silences: share,
})

export const faultPlanSchema = z.strictObject({
  seed: z
    .number()
    .int()
    .min(-(2 ** 31))
    .max(2 ** 32 - 1)
    .default(1),
  /** How long an answer takes when no rule says otherwise; absent: the simulator's own latency. */
  latency: z.strictObject(latencyFields).superRefine(checkLatency).optional(),
  rules: z.array(ruleSchema).max(1000).default([]),
  /** What happens to notifications; absent: each comes at once, and once. */
  notifications: notificationFaults.optional(),
})

/** How long an answer takes: always `fixedMs`, or lognormal with `medianMs` and `p99Ms`. 0..3,600,000 ms. */
export interface Latency {
  readonly fixedMs?: number | undefined
  readonly medianMs?: number | undefined
  readonly p99Ms?: number | undefined
}

/**
 * What can go wrong. `latency`: the answer takes longer. `status`: a 4xx or 5xx. `rate-limit`: 429, without `Retry-After`
 * unless `retryAfterSeconds` is given. `hang`: no answer. `slow-body`: the body trickles over `ms`. `reset`: the connection
 * breaks. `truncate`: the body ends in the middle. `wrong-json`, `wrong-shape`: the body does not parse, or parses to
 * something else. `revoke-tokens`: every token ends with this call. `missing-permission`: 403. `outage`: 503, login included.
 */
export type Fault = z.infer<typeof faultSchema>
export type FaultKind = Fault['kind']

/**
 * When and how often a fault strikes. `match` (default: every request) by `method`, `operation` and `path` (its start, or
 * a whole path with `*` within a segment and `**` across segments); `share` is the probability, default 1; `fromMs` and
 * `toMs` count from the moment the plan was set; of the requests that match within that time, the rule can strike `count`
 * (default all) from number `first` (default 1).
 */
export type FaultRule = z.input<typeof ruleSchema>

/**
 * What goes wrong: `rules` in order, of which the first `latency` that strikes sets how long the answer takes and the first
 * other fault that strikes sets how it fails. `seed` (32-bit integer, default 1) makes the run repeatable. `notifications`
 * strikes the messages of WebSockets: `lag`, and the shares of `duplicates`, `cuts`, `closings` and `silences`.
 */
export type FaultPlan = z.input<typeof faultPlanSchema>

export type ParsedFaultPlan = z.output<typeof faultPlanSchema>
export type NotificationFaults = z.output<typeof notificationFaults>
export type ParsedRule = ParsedFaultPlan['rules'][number]

/** Checks a plan of unknown origin. @throws CuecardError `config.invalid` naming the field. */
export function parseFaultPlan(plan: unknown): ParsedFaultPlan {
  const parsed = faultPlanSchema.safeParse(plan)
  if (parsed.success) return parsed.data
  const { field, problem } = explainIssue(parsed.error)
  const where = field === '' ? 'The fault plan' : `The fault plan's ${field}`
  throw new CuecardError('config.invalid', `${where}: ${problem}`, field === '' ? {} : { field })
}

/** Checks a latency. @throws CuecardError `config.invalid`. */
export function checkedLatency(latency: Latency): Latency {
  const problem = explainLatency(latency)
  if (problem !== undefined)
    throw new CuecardError('config.invalid', `latency ${problem}`, { field: 'latency' })
  return latency
}
