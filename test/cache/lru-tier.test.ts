// The memory tier against a list kept by hand: what it holds, in which order it lets go, and how much it takes.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf } from '../../src/cache/bytes-of.ts'
import { lengthPrefixed } from '../../src/cache/cache-key.ts'
import type { CacheEntry } from '../../src/cache/cache-tier.ts'
import { LruTier } from '../../src/cache/lru-tier.ts'
import { heapGrowth } from '../testing/garbage.ts'
import { answerOf, itemOf } from '../testing/source-answers.ts'

const maxBytes = 100

function entryOf(bytes: number, tags: readonly string[] = []): CacheEntry {
  return { answer: answerOf('test', 0), staleUntil: 0, graceUntil: 0, tags, bytes }
}

/** Least recently used first. */
class ByHand {
  kept: { key: string; entry: CacheEntry; setting: number }[] = []
  settings = 0

  get bytes(): number {
    return this.kept.reduce((sum, { entry }) => sum + entry.bytes, 0)
  }

  get(key: string): CacheEntry | undefined {
    const found = this.kept.find((one) => one.key === key)
    if (found !== undefined) this.kept = [...this.kept.filter((one) => one !== found), found]
    return found?.entry
  }

  set(key: string, entry: CacheEntry): void {
    this.kept = this.kept.filter((one) => one.key !== key)
    if (entry.bytes > maxBytes) return
    this.kept.push({ key, entry, setting: this.settings++ })
    while (this.bytes > maxBytes) this.kept.shift()
  }

  deleteTagged(tag: string): void {
    this.kept = this.kept.filter(({ entry }) => !entry.tags.includes(tag))
  }

  outdateTagged(tag: string, now: number): void {
    const tagged = this.kept.filter(({ entry }) => entry.tags.includes(tag))
    for (const { key, entry } of tagged.sort((a, b) => a.setting - b.setting)) {
      const freshUntil = Math.min(entry.answer.freshUntil, now)
      this.set(key, {
        ...entry,
        answer: { ...entry.answer, freshUntil },
        staleUntil: Math.min(entry.staleUntil, now),
      })
    }
  }

  clear(): void {
    this.kept = []
  }
}

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const tag = fc.constantFrom('x', 'y', 'z')
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('get' as const), key }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      key,
      bytes: fc.integer({ min: 1, max: 120 }),
      tags: fc.array(tag, { maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deleteTagged' as const), tag }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('outdateTagged' as const), tag }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
)

test('holds what a list kept by hand holds, whatever is done, and never more than its bound', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const tier = new LruTier({ maxBytes })
      const model = new ByHand()
      for (const step of steps) {
        if (step.do === 'get') expect(tier.get(step.key)).toEqual(model.get(step.key))
        if (step.do === 'set') {
          const entry = entryOf(step.bytes, step.tags)
          tier.set(step.key, entry)
          model.set(step.key, entry)
        }
        if (step.do === 'outdateTagged') {
          tier.outdateTagged(step.tag, 5)
          model.outdateTagged(step.tag, 5)
        }
        if (step.do === 'deleteTagged') {
          tier.deleteTagged(step.tag)
          model.deleteTagged(step.tag)
        }
        if (step.do === 'clear') {
          tier.clear()
          model.clear()
        }
        expect(tier.size).toBe(model.kept.length)
        expect(tier.bytes).toBe(model.bytes)
        expect(tier.bytes).toBeLessThanOrEqual(maxBytes)
      }
    }),
    { numRuns: 500 },
  )
})

test('an entry larger than the bound is not kept, puts nothing else out, and replaces what was there', () => {
  const tier = new LruTier({ maxBytes })
  tier.set('other', entryOf(60))
  tier.set('key', entryOf(10))
  tier.set('key', entryOf(101, ['x']))
  expect(tier.get('key')).toBeUndefined()
  expect(tier.get('other')).toBeDefined()
  expect(tier.bytes).toBe(60)
})

test('a replaced entry answers to its new tags alone', () => {
  const tier = new LruTier({ maxBytes })
  tier.set('key', entryOf(10, ['old']))
  tier.set('key', entryOf(10, ['new']))
  tier.deleteTagged('old')
  expect(tier.get('key')).toBeDefined()
  tier.deleteTagged('new')
  expect(tier.get('key')).toBeUndefined()
})

describe('on the heap', () => {
  test('tags of what was put out leave nothing behind', async () => {
    const growth = await heapGrowth(() => {
      const tier = new LruTier({ maxBytes: 1000 })
      for (let i = 0; i < 100_000; i++) tier.set(`key-${i}`, entryOf(10, [`interaction:${i}`]))
      return tier
    })
    expect(growth).toBeLessThan(3_000_000)
  })

  const entities = (i: number) => Array.from({ length: 50 }, (_, j) => `${i}-${j}-`.padEnd(100, 'e'))
  test.each([
    ['no items', (i: number) => ({ parts: ['source', `interaction-${i}`], items: [] })],
    ['no items under a key of 50 entities', (i: number) => ({ parts: ['source', entities(i)], items: [] })],
    [
      'no items under a key with a long query',
      (i: number) => ({ parts: ['source', `${i} → `.repeat(400)], items: [] }),
    ],
    [
      'items',
      (i: number) => ({
        parts: ['source', `${i}`],
        items: Array.from({ length: 15 }, (_, j) =>
          // As they come from the network: every item with texts of its own.
          Object.assign(
            itemOf(`${i}-${j}`),
            JSON.parse(JSON.stringify({ snippet: `${i} ${j} ü→ `.repeat(60), tags: ['a', `b${i}`] })),
          ),
        ),
      }),
    ],
  ])('an answer with %s takes no more than is counted for it', async (_, make) => {
    const tier = new LruTier({ maxBytes: 2 ** 30 })
    const growth = await heapGrowth(() => {
      for (let i = 0; i < 1000; i++) {
        const { parts, items } = make(i)
        const key = lengthPrefixed(parts)
        const tags = [`interaction:${i}`]
        const answer = answerOf('test', i + 0.5, items)
        tier.set(key, { ...entryOf(bytesOf(key, answer, tags), tags), answer })
      }
      return tier
    })
    expect(tier.size).toBe(1000)
    expect(growth).toBeLessThan(tier.bytes)
  })
})
