// The sync may wait: a call that failed for a while is made again later.
import type { Clock } from '../clock.ts'
import { CuecardError, type ErrorCode } from '../errors.ts'
import type { Random } from '../random.ts'

/** Makes a call, and makes it again where that may help. @throws CuecardError the last failure; `aborted`. */
export type Patience = <T>(call: () => Promise<T>) => Promise<T>

/** What passes by itself. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'genesys.rate_limited',
  'genesys.unavailable',
  'genesys.malformed',
  'genesys.unreachable',
  'deadline.exceeded',
  'quota.exhausted',
])

const attempts = 5
const baseMs = 1000
const maxMs = 30_000

export function patience(ports: { clock: Clock; random: Random; signal: AbortSignal }): Patience {
  return async (call) => {
    for (let attempt = 1; ; attempt++)
      try {
        return await call()
      } catch (error) {
        if (!(error instanceof CuecardError) || !passing.has(error.code) || attempt === attempts) throw error
        const jitter = ports.random() * Math.min(baseMs * 2 ** attempt, maxMs)
        await wait(ports, (error.details.retryAfterMs ?? 0) + jitter)
      }
  }
}

function wait({ clock, signal }: { clock: Clock; signal: AbortSignal }, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel()
      reject(new CuecardError('aborted', 'The caller gave up'))
    }
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}
