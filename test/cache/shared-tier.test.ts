// The shared tier in memory, and what the cache makes of any: hashed keys, ages, and a miss for every failure.
import { describe, expect, test } from 'vitest'
import type { SharedEntry, SharedTier } from '../../src/cache/cache-tier.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { codeOf } from '../testing/outcome.ts'
import { answerOf, itemOf } from '../testing/source-answers.ts'
import { startCache } from './cache-on-fake-clock.ts'
import { InMemoryTier } from './in-memory-tier.ts'
import { sharedTierConformance } from './shared-tier-conformance.ts'

sharedTierConformance('in memory', async () => {
  const clock = new FakeClock()
  return { tier: new InMemoryTier(clock), advance: (ms) => clock.advance(ms) }
})

/** Two processes with one tier between them. Their clocks started at different times. */
async function startTwo() {
  const tierClock = new FakeClock()
  const shared = new InMemoryTier(tierClock)
  const [one, two] = [startCache({ shared }), startCache({ shared })]
  await two.clock.advance(1_000_000)
  const advance = async (ms: number) => {
    for (const { clock } of [one, two]) await clock.advance(ms)
    await tierClock.advance(ms)
  }
  return { shared, one, two, advance }
}

describe('two processes', () => {
  test('share an answer, as old as it is, whatever their clocks show', async () => {
    const { one, two, advance } = await startTwo()
    await one.fill()
    await advance(60)
    const asked = await two.fill()
    expect(asked).toMatchObject({ value: { source: 'load-0', upstreamMs: 0, queuedMs: 0 } })
    expect(two.loads).toHaveLength(0)
    await advance(39)
    expect(two.get()).toMatchObject({ source: 'load-0' })
    await advance(1)
    two.get({ ms: 0 })
    await advance(0)
    expect(two.loads).toHaveLength(1)
  })

  test('share what is past being fresh only when the source fails', async () => {
    const { one, two, advance } = await startTwo()
    await one.fill()
    await advance(300)
    expect(await two.fill({ ends: 'genesys.unavailable' })).toMatchObject({ value: { source: 'load-0' } })
    expect(two.loads).toHaveLength(1)
    await advance(100)
    expect(codeOf(await two.fill({ ends: 'genesys.unavailable' }))).toBe('genesys.unavailable')
  })

  test('never put an older answer in place of a newer one', async () => {
    const { shared, one, advance } = await startTwo()
    await one.fill()
    shared.set = async () => {}
    await advance(200)
    await one.fill()
    await advance(150)
    // Stale: its refresh finds the old one in the shared tier, and fails.
    one.get({ ends: 'genesys.unavailable', ms: 0 })
    await advance(0)
    expect(one.loads).toHaveLength(3)
    expect(one.get()).toMatchObject({ source: 'load-1' })
  })

  test('forget together', async () => {
    const { one, two, advance } = await startTwo()
    await one.fill({ tags: ['x'] })
    await advance(10)
    await one.cache.invalidate('x')
    const asked = two.ask({ tags: ['x'] })
    await advance(10)
    expect(codeOf(asked)).toBe('ok')
    expect(two.loads).toHaveLength(1)
  })
})

test('keys arrive hashed, at one length, and different ones stay different', async () => {
  const shared = new InMemoryTier(new FakeClock())
  const { fill } = startCache({ shared })
  const keys = ['a', 'b', 'secret query', '\uD800', '\uD801', '\uFFFD']
  for (const key of keys) await fill({ key })
  expect(shared.entries.size).toBe(keys.length)
  for (const key of shared.entries.keys()) expect(key).toMatch(/^[\w-]{43}$/)
})

test('what goes there holds no times of this process', async () => {
  const shared = new InMemoryTier(new FakeClock())
  const { fill } = startCache({ shared })
  await fill({ tags: ['x'] })
  const [kept] = shared.entries.values()
  expect(kept?.entry).toEqual({
    answer: { source: 'load-0', items: [itemOf('load-0')] },
    ageMs: 0,
    tags: ['x'],
  })
  expect(kept?.until).toBe(400)
})

test('an invalidation is complete even if a flight found the entry that the tier was just forgetting', async () => {
  const clock = new FakeClock()
  const tier = new InMemoryTier(clock)
  const slow: SharedTier = {
    get: (key) => tier.get(key),
    set: (key, entry, keepMs) => tier.set(key, entry, keepMs),
    deleteTagged: (tag) => new Promise((resolve) => clock.after(20, () => resolve(tier.deleteTagged(tag)))),
  }
  const { cache, fill, get } = startCache({ shared: slow })
  await fill({ tags: ['x'] })
  const invalidated = cache.invalidate('x')
  expect(await fill({ tags: ['x'] })).toMatchObject({ value: { source: 'load-0' } })
  await clock.advance(20)
  await invalidated
  expect(get({ tags: ['x'] })).toBeInstanceOf(Promise)
})

describe('a tier that fails is a miss', () => {
  const broken = new Error('the network is down')
  const fails = async () => {
    throw broken
  }
  const throws = () => {
    throw broken
  }
  const says = (entry: unknown) => ({
    get: async () => entry as SharedEntry,
    set: fails,
    deleteTagged: fails,
  })
  const answer = answerOf('other', 0)
  test.each<[string, SharedTier]>([
    ['rejects', { get: fails, set: fails, deleteTagged: fails }],
    ['throws', { get: throws, set: throws, deleteTagged: throws }],
    ['says null', says(null)],
    ['says something else', says({ answer: 'text', ageMs: 0, tags: [] })],
    ['knows no age', says({ answer, ageMs: Number.NaN, tags: [] })],
  ])('when it %s', async (_, shared) => {
    const { cache, fill, get } = startCache({ shared })
    expect(await fill()).toMatchObject({ value: { source: 'load-0' } })
    expect(get()).toMatchObject({ source: 'load-0' })
    await cache.invalidate('x')
  })

  test('and one from the future is as old as now', async () => {
    const { clock, fill, get } = startCache({ shared: says({ answer, ageMs: -1_000_000, tags: [] }) })
    await fill()
    expect(get()).toMatchObject({ source: 'other', fetchedAt: 0, freshUntil: 100 })
    await clock.advance(100)
    expect(get()).toMatchObject({ source: 'other' })
  })
})
