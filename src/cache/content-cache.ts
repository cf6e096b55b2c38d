// The tier engine: fresh, stale, stale-if-error, single flight, negative results, tags.
import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import { CuecardError, type ErrorCode, isCuecardError } from '../errors.ts'
import type { SourceAnswer, SourceCall } from '../retrieval/content-source.ts'
import { bytesOf } from './bytes-of.ts'
import type { CacheEntry, MemoryTier, SharedTier } from './cache-tier.ts'
import { Flight } from './flight.ts'

/** How long an answer lives, in milliseconds from its fetching; each period begins where the one before ends. */
export interface CacheLifetimes {
  /** Served as it is. */
  readonly freshMs: number
  /** Served, while one call refreshes it. */
  readonly staleMs: number
  /** Served only when the source fails or is late. */
  readonly graceMs: number
  /** An answer without items is fresh for this long, and never stale. */
  readonly emptyMs: number
  /** A failure is remembered for this long. */
  readonly failureMs: number
  /** The most a call may take once it has started, however long its callers wait. */
  readonly flightMs: number
}

export interface CacheStats {
  readonly fresh: number
  readonly stale: number
  readonly grace: number
  readonly misses: number
  readonly flights: number
  readonly entries: number
  readonly bytes: number
}

/** Failures that cost nothing to meet again, or that say nothing of the key. */
const notRemembered: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'quota.exhausted',
  'breaker.open',
  'bulkhead.full',
  'aborted',
  'closed',
])

/** The cache of one source's answers. */
export class ContentCache {
  readonly #clock: Clock
  readonly #memory: MemoryTier
  readonly #shared: SharedTier | undefined
  readonly #lifetimes: CacheLifetimes
  readonly #flights = new Map<string, Flight>()
  readonly #failures: LRUCache<string, CuecardError>
  readonly #counts = { fresh: 0, stale: 0, grace: 0, misses: 0, flights: 0 }

  constructor(options: {
    readonly clock: Clock
    readonly memory: MemoryTier
    readonly lifetimes: CacheLifetimes
    readonly shared?: SharedTier | undefined
  }) {
    this.#clock = options.clock
    this.#memory = options.memory
    this.#shared = options.shared
    this.#lifetimes = options.lifetimes
    this.#failures = new LRUCache({
      max: 10_000,
      ttl: options.lifetimes.failureMs,
      perf: options.clock,
      ttlResolution: 0,
    })
  }

  get stats(): CacheStats {
    return { ...this.#counts, entries: this.#memory.size, bytes: this.#memory.bytes }
  }

  /**
   * The answer for `key`, by the freshest way that keeps `call.deadline`. `load` is called at most once at a time for
   * a key, whoever asks.
   * @throws CuecardError what `load` threw, `deadline.exceeded` or `aborted`, when no kept answer may stand in.
   */
  get(
    key: string,
    tags: readonly string[],
    call: SourceCall,
    load: (flight: SourceCall) => SourceAnswer | Promise<SourceAnswer>,
  ): SourceAnswer | Promise<SourceAnswer> {
    const entry = this.#memory.get(key)
    const now = this.#clock.now()
    if (entry !== undefined && now < entry.answer.freshUntil) {
      this.#counts.fresh++
      return entry.answer
    }
    if (entry !== undefined && now < entry.staleUntil) {
      this.#counts.stale++
      if (!this.#flights.has(key) && !this.#failures.has(key)) this.#start(key, tags, 'revalidate', load)
      return entry.answer
    }
    const kept = entry !== undefined && now < entry.graceUntil ? entry : undefined
    return this.#miss(key, tags, call, load, kept)
  }

  /** Forgets everything cached under `tag`; calls under way for it will not be kept. */
  async invalidate(tag: string): Promise<void> {
    this.#memory.deleteTagged(tag)
    for (const [key, flight] of this.#flights) {
      if (!flight.tags.includes(tag)) continue
      flight.keeps = false
      this.#flights.delete(key)
    }
    await this.#shared?.deleteTagged(tag).catch(() => {})
  }

  async #miss(
    key: string,
    tags: readonly string[],
    call: SourceCall,
    load: (flight: SourceCall) => SourceAnswer | Promise<SourceAnswer>,
    kept: CacheEntry | undefined,
  ): Promise<SourceAnswer> {
    try {
      const failure = this.#failures.get(key)
      if (failure !== undefined) throw failure
      this.#counts.misses++
      const flight = this.#flights.get(key) ?? this.#start(key, tags, call.priority, load)
      return await this.#wait(flight, call)
    } catch (error) {
      if (kept === undefined || isCuecardError(error, 'aborted') || this.#clock.now() >= kept.graceUntil)
        throw error
      this.#counts.grace++
      return kept.answer
    }
  }

  #start(
    key: string,
    tags: readonly string[],
    priority: SourceCall['priority'],
    load: (flight: SourceCall) => SourceAnswer | Promise<SourceAnswer>,
  ): Flight {
    const flight = new Flight(priority, this.#clock.now() + this.#lifetimes.flightMs, tags)
    this.#counts.flights++
    this.#flights.set(key, flight)
    flight.answer = this.#fly(key, flight, load)
    // Nobody may be waiting: a failed refresh is remembered, not thrown.
    flight.answer.catch(() => {})
    return flight
  }

  async #fly(
    key: string,
    flight: Flight,
    load: (flight: SourceCall) => SourceAnswer | Promise<SourceAnswer>,
  ): Promise<SourceAnswer> {
    try {
      const found = await this.#askShared(key)
      if (found !== undefined) {
        if (flight.keeps) this.#memory.set(key, this.#entryOf(found, flight.tags))
        return found
      }
      const loaded = await load(flight)
      const { answer } = this.#entryOf(loaded, flight.tags)
      if (flight.keeps) this.#keep(key, answer, flight.tags)
      return answer
    } catch (error) {
      if (flight.keeps && error instanceof CuecardError && !notRemembered.has(error.code))
        this.#failures.set(key, error)
      throw error
    } finally {
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    }
  }

  #keep(key: string, answer: SourceAnswer, tags: readonly string[]): void {
    const entry = this.#entryOf(answer, tags)
    this.#memory.set(key, entry)
    const ageMs = this.#clock.now() - answer.fetchedAt
    this.#shared
      ?.set(hashed(key), { answer, ageMs, tags }, entry.graceUntil - this.#clock.now())
      .catch(() => {})
  }

  async #askShared(key: string): Promise<SourceAnswer | undefined> {
    if (this.#shared === undefined) return undefined
    const found = await this.#shared.get(hashed(key)).catch(() => undefined)
    if (found === undefined) return undefined
    const fetchedAt = this.#clock.now() - found.ageMs
    const answer = { ...found.answer, fetchedAt, freshUntil: 0, upstreamMs: 0, queuedMs: 0 }
    const entry = this.#entryOf(answer, found.tags)
    return this.#clock.now() < entry.answer.freshUntil ? entry.answer : undefined
  }

  #entryOf(loaded: SourceAnswer, tags: readonly string[]): CacheEntry {
    const { freshMs, staleMs, graceMs, emptyMs } = this.#lifetimes
    const empty = loaded.items.length === 0
    const freshUntil = loaded.fetchedAt + (empty ? Math.min(emptyMs, freshMs) : freshMs)
    const staleUntil = empty ? freshUntil : freshUntil + staleMs
    const answer = { ...loaded, freshUntil }
    return { answer, staleUntil, graceUntil: staleUntil + graceMs, tags, bytes: bytesOf(answer) }
  }

  /** Waits for a flight, no longer than the caller can. */
  #wait(flight: Flight, call: SourceCall): Promise<SourceAnswer> {
    flight.join(call.priority)
    const { signal } = call
    return new Promise((resolve, reject) => {
      const cancelTimer = this.#clock.after(call.deadline - this.#clock.now(), () => {
        release()
        reject(new CuecardError('deadline.exceeded', 'The source did not answer in time'))
      })
      const giveUp = () => {
        release()
        const gone = new CuecardError('aborted', 'The caller gave up')
        flight.leave(gone)
        reject(gone)
      }
      const release = () => {
        cancelTimer()
        signal?.removeEventListener('abort', giveUp)
      }
      if (signal?.aborted) return giveUp()
      signal?.addEventListener('abort', giveUp)
      flight.answer.then(
        (answer) => {
          release()
          resolve(answer)
        },
        (error: unknown) => {
          release()
          reject(error)
        },
      )
    })
  }
}

function hashed(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}
