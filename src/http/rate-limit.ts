// How often each caller may ask: a token bucket for each, refilled as time passes.
import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import { HttpRefusal } from './problems.ts'

interface Bucket {
  tokens: number
  /** On `Clock.now()`. */
  at: number
}

/** Callers whose buckets are remembered; one that is forgotten starts with a full one. */
const callersKept = 10_000

/** A bucket holds what a caller may ask in ten seconds, so that a burst of desktops that start is let in. */
const burstSeconds = 10

export class RateLimit {
  readonly #clock: Clock
  readonly #perMs: number
  readonly #size: number
  readonly #buckets = new LRUCache<string, Bucket>({ max: callersKept })

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock
    this.#perMs = perMinute / 60_000
    this.#size = Math.max(1, (perMinute / 60) * burstSeconds)
  }

  /** @throws HttpRefusal `rate.limited` with `Retry-After`. */
  take(caller: string): void {
    const now = this.#clock.now()
    let bucket = this.#buckets.get(caller)
    if (bucket === undefined) {
      bucket = { tokens: this.#size, at: now }
      this.#buckets.set(caller, bucket)
    }
    bucket.tokens = Math.min(this.#size, bucket.tokens + (now - bucket.at) * this.#perMs)
    bucket.at = now
    if (bucket.tokens < 1) {
      const seconds = Math.ceil((1 - bucket.tokens) / this.#perMs / 1000)
      throw new HttpRefusal(
        'rate.limited',
        `This caller asks too often; the next request fits in ${seconds} s.`,
        {
          headers: { 'retry-after': String(seconds) },
        },
      )
    }
    bucket.tokens--
  }
}
