// When a failed message is tried again, and when it is given up: the schedule that Standard Webhooks proposes.
import type { Random } from '../random.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Milliseconds from a failed attempt to the next, for the first failure, the second, ...; after the last: given up. */
export const retryDelaysMs: readonly number[] = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
]

/** A delay is drawn from this share below to this share above, so that messages do not come back as one wave. */
export const jitter = 0.1

/** The longest wait that a receiver may ask for. */
export const maxRetryAfterMs = 24 * hour

/**
 * Milliseconds until the next attempt, when `failures` have failed; undefined: given up. Never sooner than the
 * receiver asked.
 */
export function retryDelay(failures: number, random: Random, retryAfterMs = 0): number | undefined {
  const delay = retryDelaysMs[failures - 1]
  if (delay === undefined) return undefined
  return Math.max(delay * (1 + jitter * (2 * random() - 1)), Math.min(retryAfterMs, maxRetryAfterMs))
}

/** `Retry-After` in milliseconds: whole seconds or an HTTP date (RFC 9110, 10.2.3); `now` since the epoch. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? ''
  const ms = /^\d+$/.test(text) ? Number(text) * second : Date.parse(text) - now
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), maxRetryAfterMs)
}
