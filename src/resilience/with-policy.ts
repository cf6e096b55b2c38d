// Retry, breaker and bulkhead around a source, inside one deadline.
import type { Clock } from '../clock.ts'
import { CuecardError, type ErrorCode, isCuecardError } from '../errors.ts'
import type { Random } from '../random.ts'
import type { ContentSource, SourceAnswer, SourceCall } from '../retrieval/content-source.ts'
import type { Inquiry } from '../retrieval/inquiry.ts'
import type { Bulkhead } from './bulkhead.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'

export interface Policy {
  readonly clock: Clock
  readonly random: Random
  readonly bulkhead: Bulkhead
  readonly breaker: CircuitBreaker
  /** Tries at the most, the first included. */
  readonly attempts: number
  /** Full jitter: the n-th wait is drawn from 0 to `baseMs x 2^n`, at most `maxMs`. */
  readonly baseMs: number
  readonly maxMs: number
}

/** Worth another try. Genesys advises 429, 502, 503, 504; a broken connection is alike. A plain 500 is not. */
function isRetryable({ code, details }: CuecardError): boolean {
  if (code === 'genesys.rate_limited' || code === 'genesys.unreachable') return true
  return code === 'genesys.unavailable' && passing.has(details.status)
}

const passing: ReadonlySet<number | undefined> = new Set([502, 503, 504])

/** Says that the other side is not well. */
const failures: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'genesys.unavailable',
  'genesys.unreachable',
  'genesys.malformed',
  'deadline.exceeded',
])

/** Says that the other side is well: it understood and refused. */
const refusals: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'genesys.forbidden',
  'genesys.not_found',
  'genesys.rejected',
])

/** Each question to a source that this client may not ask at all would cost a call: it is left alone this long. */
const restAfterDenialMs = 30_000

/** Says that the client may not ask at all: it lacks a permission or scope, or even a new token was refused. */
function isDenial(error: unknown): error is CuecardError {
  if (isCuecardError(error, 'oauth.scope_missing') || isCuecardError(error, 'genesys.unauthorized'))
    return true
  return (
    isCuecardError(error, 'genesys.forbidden') &&
    /^missing\.(any\.)?permissions$/.test(error.details.genesysCode ?? '')
  )
}

/** Keeps calling `source` within the deadline where that can help, and stops calling where it cannot. */
export function withPolicy(source: ContentSource, policy: Policy): ContentSource {
  let denied: { readonly error: CuecardError; readonly until: number } | undefined
  return {
    name: source.name,
    key: (inquiry) => source.key(inquiry),
    isAbsent: () => source.isAbsent?.() ?? false,
    async retrieve(inquiry, call) {
      if (denied !== undefined && policy.clock.now() < denied.until) throw denied.error
      const leave = policy.bulkhead.enter(call.priority)
      try {
        return await repeat(policy, call, () => byDeadline(policy.clock, source, inquiry, call))
      } catch (error) {
        if (isDenial(error)) denied = { error, until: policy.clock.now() + restAfterDenialMs }
        throw error
      } finally {
        leave()
      }
    },
  }
}

/** Full jitter (Brooker, AWS Architecture Blog 2015), and only where the wait ends before the deadline. */
async function repeat(
  policy: Policy,
  call: SourceCall,
  attempt: () => SourceAnswer | Promise<SourceAnswer>,
): Promise<SourceAnswer> {
  for (let tries = 1; ; tries++) {
    try {
      return await watched(policy.breaker, attempt)
    } catch (error) {
      if (!(error instanceof CuecardError) || !isRetryable(error) || tries >= policy.attempts) throw error
      const jitter = policy.random() * Math.min(policy.baseMs * 2 ** (tries - 1), policy.maxMs)
      const waitMs = Math.max(jitter, error.details.retryAfterMs ?? 0)
      if (policy.clock.now() + waitMs >= call.deadline) throw error
      await pause(policy.clock, waitMs, call.signal)
    }
  }
}

/** A source that forgets its deadline must not keep its place in the bulkhead, nor the breaker's probe, for ever. */
async function byDeadline(
  clock: Clock,
  source: ContentSource,
  inquiry: Inquiry,
  call: SourceCall,
): Promise<SourceAnswer> {
  const answer = source.retrieve(inquiry, call)
  if (!(answer instanceof Promise)) return answer
  return new Promise((resolve, reject) => {
    const cancel = clock.after(call.deadline - clock.now(), () =>
      reject(new CuecardError('deadline.exceeded', `${source.name} did not answer in time`)),
    )
    answer.then(resolve, reject).finally(cancel)
  })
}

async function watched(
  breaker: CircuitBreaker,
  attempt: () => SourceAnswer | Promise<SourceAnswer>,
): Promise<SourceAnswer> {
  const report = breaker.enter()
  let failed: boolean | undefined
  try {
    const answer = await attempt()
    failed = false
    return answer
  } catch (error) {
    if (error instanceof CuecardError) failed = isFailure(error)
    throw error
  } finally {
    report(failed)
  }
}

/** True: the other side is not well; false: it is, it understood and refused; undefined: the error tells neither. */
function isFailure({ code }: CuecardError): boolean | undefined {
  if (failures.has(code)) return true
  return refusals.has(code) ? false : undefined
}

function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      cancel()
      reject(new CuecardError('aborted', 'The caller gave up'))
    }
    if (signal?.aborted) return reject(new CuecardError('aborted', 'The caller gave up'))
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', giveUp)
      resolve()
    })
    signal?.addEventListener('abort', giveUp, { once: true })
  })
}
