// The memory tier: lru-cache bounded by bytes, with an index from tag to keys.
import { LRUCache } from 'lru-cache'
import type { CacheEntry, MemoryTier } from './cache-tier.ts'

/** Keeps the most recently used entries, `maxBytes` at the most. */
export class LruTier implements MemoryTier {
  readonly #entries: LRUCache<string, CacheEntry>
  readonly #keysOf = new Map<string, Set<string>>()

  constructor({ maxBytes }: { maxBytes: number }) {
    this.#entries = new LRUCache<string, CacheEntry>({
      maxSize: maxBytes,
      sizeCalculation: (entry) => entry.bytes,
      dispose: (entry, key) => this.#unlink(key, entry.tags),
      noDisposeOnSet: false,
    })
  }

  get size(): number {
    return this.#entries.size
  }

  get bytes(): number {
    return this.#entries.calculatedSize
  }

  get(key: string): CacheEntry | undefined {
    return this.#entries.get(key)
  }

  set(parts: string, entry: CacheEntry): void {
    const key = flat(parts)
    // The old entry's tags are unlinked by dispose before the new ones are linked.
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (!this.#entries.has(key)) return
    for (const tag of entry.tags) {
      const keys = this.#keysOf.get(tag)
      if (keys === undefined) this.#keysOf.set(tag, new Set([key]))
      else keys.add(key)
    }
  }

  deleteTagged(tag: string): void {
    for (const key of [...(this.#keysOf.get(tag) ?? [])]) this.#entries.delete(key)
  }

  outdateTagged(tag: string, now: number): void {
    for (const key of [...(this.#keysOf.get(tag) ?? [])]) {
      const entry = this.#entries.peek(key)
      if (entry === undefined) continue
      const answer = { ...entry.answer, freshUntil: Math.min(entry.answer.freshUntil, now) }
      this.set(key, { ...entry, answer, staleUntil: Math.min(entry.staleUntil, now) })
    }
  }

  clear(): void {
    this.#entries.clear()
  }

  #unlink(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keysOf.get(tag)
      if (keys?.delete(key) && keys.size === 0) this.#keysOf.delete(tag)
    }
  }
}

/**
 * The same text in one piece. A key is joined from many parts, and V8 keeps such a text as a tree of them, which takes
 * several times the memory, until something reads it from end to end.
 */
function flat(text: string): string {
  Number(text)
  return text
}
