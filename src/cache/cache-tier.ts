// The ports of the cache's tiers: memory answers at once, a shared tier may take its time.
import type { SourceAnswer } from '../retrieval/content-source.ts'

/** One answer with its lifetimes, all on `Clock.now()`. */
export interface CacheEntry {
  readonly answer: SourceAnswer
  /** Until then it may be served while it is refreshed in the background. */
  readonly staleUntil: number
  /** Until then it may be served when the source fails. */
  readonly graceUntil: number
  readonly tags: readonly string[]
  /** Estimated size in memory. */
  readonly bytes: number
}

/** The first tier: in this process, never waiting. */
export interface MemoryTier {
  get(key: string): CacheEntry | undefined
  set(key: string, entry: CacheEntry): void
  deleteTagged(tag: string): void
  /** Ends the fresh and the stale time of every entry under `tag` at `now`; its grace period goes on. */
  outdateTagged(tag: string, now: number): void
  clear(): void
  readonly size: number
  readonly bytes: number
}

/** An answer as it travels between processes, whose clocks differ: ages instead of times. */
export interface SharedEntry {
  readonly answer: Pick<SourceAnswer, 'source' | 'items'>
  readonly ageMs: number
  readonly tags: readonly string[]
}

/**
 * The second tier: shared by processes, on a network. Keys arrive hashed. It never fails a retrieval: what it throws
 * counts as a miss. It must settle by itself within a few tens of milliseconds.
 */
export interface SharedTier {
  get(key: string): Promise<SharedEntry | undefined>
  set(key: string, entry: SharedEntry, keepMs: number): Promise<void>
  deleteTagged(tag: string): Promise<void>
}
