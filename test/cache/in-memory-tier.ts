// The shared tier in this process, for tests of what shares it.
import type { SharedEntry, SharedTier } from '../../src/cache/cache-tier.ts'
import type { Clock } from '../../src/clock.ts'

/** The smallest tier there can be. */
export class InMemoryTier implements SharedTier {
  readonly entries = new Map<string, { entry: SharedEntry; setAt: number; until: number }>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async get(key: string): Promise<SharedEntry | undefined> {
    const found = this.entries.get(key)
    const now = this.#clock.now()
    if (found === undefined || now >= found.until) return undefined
    return { ...found.entry, ageMs: found.entry.ageMs + now - found.setAt }
  }

  async set(key: string, entry: SharedEntry, keepMs: number): Promise<void> {
    const setAt = this.#clock.now()
    this.entries.set(key, { entry, setAt, until: setAt + keepMs })
  }

  async deleteTagged(tag: string): Promise<void> {
    for (const [key, { entry }] of this.entries) if (entry.tags.includes(tag)) this.entries.delete(key)
  }
}
