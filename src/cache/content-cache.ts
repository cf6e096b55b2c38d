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
  readonly #onShared: ((answer: SourceAnswer) => void) | undefined
  readonly #lifetimes: CacheLifetimes
  readonly #flights = new Map<string, Flight>()
  /** With the time on `Clock.now()` until which each is remembered. */
  readonly #failures = new LRUCache<string, { readonly error: CuecardError; readonly until: number }>({
    max: 1000,
  })
  readonly #counts = { fresh: 0, stale: 0, grace: 0, misses: 0, flights: 0 }

  constructor(options: {
    readonly clock: Clock
    readonly memory: MemoryTier
    readonly lifetimes: CacheLifetimes
    readonly shared?: SharedTier | undefined
    /** Told of each answer that comes from the shared tier: nothing below the cache sees it. */
    readonly onShared?: ((answer: SourceAnswer) => void) | undefined
  }) {
    this.#clock = options.clock
    this.#memory = options.memory
    this.#shared = options.shared
    this.#onShared = options.onShared
    this.#lifetimes = options.lifetimes
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
      if (!this.#flights.has(key) && this.#failureOf(key) === undefined)
        this.#start(key, tags, { priority: 'revalidate' }, load)
      return entry.answer
    }
    return this.#miss(key, tags, call, load)
  }

  /** Whether there is an answer in memory, however old. */
  has(key: string): boolean {
    return this.#memory.get(key) !== undefined
  }

  /** Forgets everything cached under `tag`; calls under way for it will not be kept. */
  invalidate(tag: string): Promise<void> {
    return this.#forgetBy(tag, () => this.#memory.deleteTagged(tag))
  }

  /**
   * The same, but for the case that the source now fails: then what was known is better than nothing, and is served as
   * stale.
   */
  outdate(tag: string): Promise<void> {
    return this.#forgetBy(tag, () => this.#memory.outdateTagged(tag, this.#clock.now()))
  }

  async #forgetBy(tag: string, forget: () => void): Promise<void> {
    const forgetHere = () => {
      forget()
      for (const [key, flight] of this.#flights) if (flight.tags.includes(tag)) this.#drop(key, flight)
    }
    forgetHere()
    const shared = this.#shared
    if (shared === undefined) return
    await orUndefined(() => shared.deleteTagged(tag))
    // A flight that began meanwhile may have found what the shared tier had not yet forgotten.
    forgetHere()
  }

  /** Whoever asks from now on gets another flight, and this one's answer is not kept. */
  #drop(key: string, flight: Flight): void {
    flight.keeps = false
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }

  #failureOf(key: string): CuecardError | undefined {
    const failure = this.#failures.get(key)
    return failure !== undefined && this.#clock.now() < failure.until ? failure.error : undefined
  }

  async #miss(
    key: string,
    tags: readonly string[],
    call: SourceCall,
    load: (flight: SourceCall) => SourceAnswer | Promise<SourceAnswer>,
  ): Promise<SourceAnswer> {
    if (call.signal?.aborted) throw gaveUp()
    try {
      const failure = this.#failureOf(key)
      if (failure !== undefined) throw failure
      this.#counts.misses++
      const flight = this.#flights.get(key) ?? this.#start(key, tags, call, load)
      return await this.#wait(key, flight, call)
    } catch (error) {
      if (isCuecardError(error, 'aborted')) throw error
      // Looked up only now: what was invalidated while we waited must not come back.
      const kept = this.#memory.get(key)
      if (kept === undefined || this.#clock.now() >= kept.graceUntil) throw error
      this.#counts.grace++
      return kept.answer
    }
  }

  #start(
    key: string,
    tags: readonly string[],
    { priority, traceparent }: Pick<SourceCall, 'priority' | 'traceparent'>,
    load: (flight: SourceCall) => SourceAnswer | Promise<SourceAnswer>,
  ): Flight {
    const flight = new Flight(priority, this.#clock.now() + this.#lifetimes.flightMs, tags, traceparent)
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
      const found = await this.#askShared(key, flight)
      if (found !== undefined) return found
      const entry = this.#entryOf(key, await load(flight), flight.tags)
      if (flight.keeps) this.#keep(key, entry)
      return entry.answer
    } catch (error) {
      if (flight.keeps && error instanceof CuecardError && !notRemembered.has(error.code))
        this.#failures.set(key, { error, until: this.#clock.now() + this.#lifetimes.failureMs })
      throw error
    } finally {
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
    }
  }

  #keep(key: string, entry: CacheEntry): void {
    this.#memory.set(key, entry)
    const shared = this.#shared
    if (shared === undefined) return
    const { answer, tags, graceUntil } = entry
    const { source, items, fetchedAt } = answer
    const now = this.#clock.now()
    void orUndefined(() =>
      shared.set(hashed(key), { answer: { source, items }, ageMs: now - fetchedAt, tags }, graceUntil - now),
    )
  }

  /** A fresh answer that another process has fetched. An older one is kept in memory, in case the source fails. */
  async #askShared(key: string, flight: Flight): Promise<SourceAnswer | undefined> {
    const shared = this.#shared
    if (shared === undefined) return undefined
    return await orUndefined(async () => {
      const found = await shared.get(hashed(key))
      if (found === undefined) return undefined
      const now = this.#clock.now()
      // No age makes an answer younger than now, whatever the other process says.
      const fetchedAt = now - Math.max(found.ageMs, 0)
      const { source, items } = found.answer
      const answer = { source, items, fetchedAt, freshUntil: fetchedAt, upstreamMs: 0, queuedMs: 0 }
      this.#onShared?.(answer)
      const entry = this.#entryOf(key, answer, flight.tags)
      const known = this.#memory.get(key)?.answer.fetchedAt ?? Number.NEGATIVE_INFINITY
      if (flight.keeps && now < entry.graceUntil && known < fetchedAt) this.#memory.set(key, entry)
      return now < entry.answer.freshUntil ? entry.answer : undefined
    })
  }

  #entryOf(key: string, loaded: SourceAnswer, tags: readonly string[]): CacheEntry {
    const { freshMs, staleMs, graceMs, emptyMs } = this.#lifetimes
    const empty = loaded.items.length === 0
    const freshUntil = loaded.fetchedAt + (empty ? Math.min(emptyMs, freshMs) : freshMs)
    const staleUntil = empty ? freshUntil : freshUntil + staleMs
    const answer = { ...loaded, freshUntil }
    return { answer, staleUntil, graceUntil: staleUntil + graceMs, tags, bytes: bytesOf(key, answer, tags) }
  }

  /** Waits for a flight, no longer than the caller can. */
  #wait(key: string, flight: Flight, call: SourceCall): Promise<SourceAnswer> {
    flight.join(call.priority)
    const { signal } = call
    return new Promise((resolve, reject) => {
      const cancelTimer = this.#clock.after(call.deadline - this.#clock.now(), () => {
        release()
        flight.expire(call.priority)
        reject(new CuecardError('deadline.exceeded', 'The source did not answer in time'))
      })
      const giveUp = () => {
        release()
        const gone = gaveUp()
        flight.leave(gone, call.priority)
        // Nobody may join what is ending.
        if (flight.signal.aborted) this.#drop(key, flight)
        reject(gone)
      }
      const release = () => {
        cancelTimer()
        signal?.removeEventListener('abort', giveUp)
      }
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

/** UTF-16, because UTF-8 knows only one form for every half of a broken pair: different keys would share an answer. */
function hashed(key: string): string {
  return createHash('sha256').update(key, 'utf16le').digest('base64url')
}

/** What a tier on the network throws, at once or later, counts as a miss. */
async function orUndefined<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch {
    return undefined
  }
}

function gaveUp(): CuecardError {
  return new CuecardError('aborted', 'The caller gave up')
}
