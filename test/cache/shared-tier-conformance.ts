// What every adapter of the shared tier must do; each runs this against its own server.
import { afterEach, describe, expect, test } from 'vitest'
import type { SharedEntry, SharedTier } from '../../src/cache/cache-tier.ts'
import { itemOf } from '../testing/source-answers.ts'

export interface TierUnderTest {
  readonly tier: SharedTier
  /** Lets time pass on the tier's own clock. */
  advance(ms: number): Promise<void>
  close?(): Promise<void>
}

const entryOf = (name: string, tags: readonly string[] = [], ageMs = 0): SharedEntry => ({
  answer: { source: name, items: [itemOf(name)] },
  ageMs,
  tags,
})

/** Keys as they arrive: SHA-256, base64url. */
const [key, other] = ['A'.repeat(43), 'B'.repeat(43)]

export function sharedTierConformance(name: string, start: () => Promise<TierUnderTest>): void {
  describe(`the shared tier ${name}`, () => {
    let close: TierUnderTest['close']
    const started = async () => {
      const it = await start()
      close = it.close
      return it
    }
    afterEach(() => close?.())

    test('has nothing at first', async () => {
      const { tier } = await started()
      expect(await tier.get(key)).toBeUndefined()
    })

    test('gives back what was set, older by the time since', async () => {
      const { tier, advance } = await started()
      await tier.set(key, entryOf('a', ['x'], 100), 10_000)
      await advance(1000)
      const found = await tier.get(key)
      expect(found).toMatchObject({ answer: entryOf('a').answer, tags: ['x'] })
      expect(found?.ageMs).toBeGreaterThanOrEqual(1100)
      expect(found?.ageMs).toBeLessThan(1500)
    })

    test('keeps entries apart, and the last one set', async () => {
      const { tier } = await started()
      await tier.set(key, entryOf('a'), 10_000)
      await tier.set(other, entryOf('b'), 10_000)
      await tier.set(key, entryOf('c'), 10_000)
      expect((await tier.get(key))?.answer.source).toBe('c')
      expect((await tier.get(other))?.answer.source).toBe('b')
    })

    test('forgets after the time given', async () => {
      const { tier, advance } = await started()
      await tier.set(key, entryOf('a'), 1000)
      await advance(1001)
      expect(await tier.get(key)).toBeUndefined()
    })

    test('forgets what carries a tag, and nothing else', async () => {
      const { tier } = await started()
      await tier.set(key, entryOf('a', ['x', 'y']), 10_000)
      await tier.set(other, entryOf('b', ['y']), 10_000)
      await tier.deleteTagged('x')
      await tier.deleteTagged('unknown')
      expect(await tier.get(key)).toBeUndefined()
      expect(await tier.get(other)).toBeDefined()
    })

    test('does not forget by a tag that an entry no longer carries', async () => {
      const { tier } = await started()
      await tier.set(key, entryOf('a', ['old']), 10_000)
      await tier.set(key, entryOf('a', ['new']), 10_000)
      await tier.deleteTagged('old')
      expect(await tier.get(key)).toBeDefined()
    })

    test('keeps texts of every script, and what is null, as they are', async () => {
      const { tier } = await started()
      const { answer } = entryOf('a')
      const items = [itemOf('ключ 🔑', { snippet: 'ünï\u0000cödé "\\', url: null, labels: null })]
      await tier.set(key, { answer: { ...answer, items }, ageMs: 0, tags: [] }, 10_000)
      expect((await tier.get(key))?.answer.items).toEqual(items)
    })
  })
}
