// What the cache promises, one promise a test; content-cache.model.test.ts tries them in every combination.
import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../testing/outcome.ts'
import { lifetimes, startCache } from './cache-on-fake-clock.ts'

const down = { ends: 'genesys.unavailable', ms: 0 } as const

describe('by age', () => {
  test('a fresh answer is served at once, not as a promise, and nothing is called', async () => {
    const { clock, fill, get, loads } = startCache()
    await fill()
    await clock.advance(99)
    expect(get()).toMatchObject({ source: 'load-0' })
    expect(loads).toHaveLength(1)
  })

  test('a stale answer is served at once while exactly one call refreshes it', async () => {
    const { clock, fill, get, loads } = startCache()
    await fill()
    await clock.advance(100)
    for (let i = 0; i < 100; i++) expect(get()).toMatchObject({ source: 'load-0' })
    await clock.advance(10)
    expect(loads).toHaveLength(2)
    expect(loads[1]?.flight.priority).toBe('revalidate')
    expect(get()).toMatchObject({ source: 'load-1' })
  })

  test('a refresh that fails is not tried again until the failure is forgotten', async () => {
    const { clock, fill, get, loads } = startCache()
    await fill()
    await clock.advance(100)
    get(down)
    await clock.advance(lifetimes.failureMs - 1)
    expect(get(down)).toMatchObject({ source: 'load-0' })
    expect(loads).toHaveLength(2)
    await clock.advance(1)
    get(down)
    await clock.advance(0)
    expect(loads).toHaveLength(3)
  })

  test.each([
    ['fails', down, 0],
    ['is late', { ends: 'hang', waitMs: 5 }, 5],
  ] as const)(
    'beyond that it is served only when the source %s, until its grace ends',
    async (_, how, ms) => {
      const { clock, fill, ask } = startCache()
      await fill()
      await clock.advance(200)
      const within = ask(how)
      await clock.advance(ms)
      expect(within).toMatchObject({ value: { source: 'load-0' } })
      await clock.advance(200)
      const beyond = ask(how)
      await clock.advance(ms)
      expect(codeOf(beyond)).not.toBe('ok')
    },
  )

  test('the grace that ends while a caller waits is over', async () => {
    const { clock, fill, ask } = startCache()
    await fill()
    await clock.advance(395)
    const late = ask({ ends: 'hang', waitMs: 10 })
    await clock.advance(10)
    expect(codeOf(late)).toBe('deadline.exceeded')
  })

  test('an answer without items lives shorter and is never stale', async () => {
    const { clock, fill, get, loads } = startCache()
    await fill({ ends: 'empty' })
    await clock.advance(29)
    expect(get()).toMatchObject({ items: [] })
    await clock.advance(1)
    expect(get()).toBeInstanceOf(Promise)
    await clock.advance(10)
    expect(get()).toMatchObject({ source: 'load-1' })
    expect(loads).toHaveLength(2)
  })
})

describe('failures', () => {
  test('are remembered for a moment, from the very start of the clock on', async () => {
    const { clock, fill, ask, loads } = startCache()
    expect(clock.now()).toBe(0)
    await fill(down)
    await clock.advance(19)
    const again = ask()
    await clock.advance(0)
    expect(codeOf(again)).toBe('genesys.unavailable')
    expect(loads).toHaveLength(1)
    await clock.advance(1)
    const later = ask({ ms: 0 })
    await clock.advance(0)
    expect(codeOf(later)).toBe('ok')
  })

  test.each(['quota.exhausted', 'breaker.open', 'bulkhead.full', 'closed'] as const)(
    '%s says nothing of the key and is not remembered',
    async (ends) => {
      const { clock, fill, ask } = startCache()
      expect(codeOf(await fill({ ends }))).toBe(ends)
      const again = ask({ ms: 0 })
      await clock.advance(0)
      expect(codeOf(again)).toBe('ok')
    },
  )

  test('that are defects reach every caller as they are, and are not remembered', async () => {
    const { cache, clock } = startCache()
    const call = { deadline: 10, priority: 'interactive' } as const
    const broken = () => {
      throw new TypeError('a defect')
    }
    for (let i = 0; i < 2; i++) await expect(cache.get('key', [], call, broken)).rejects.toThrow(TypeError)
    expect(clock.now()).toBe(0)
  })
})

describe('one flight', () => {
  test('serves a thousand callers who ask at the same time', async () => {
    const { clock, ask, loads } = startCache()
    const asked = Array.from({ length: 1000 }, () => ask())
    await clock.advance(10)
    expect(loads).toHaveLength(1)
    expect(new Set(asked.map(({ value }) => value)).size).toBe(1)
    expect(asked.every((one) => codeOf(one) === 'ok')).toBe(true)
  })

  test('ends when its last waiting caller gives up, and not before', async () => {
    const { clock, ask, loads } = startCache()
    const [first, second] = [new AbortController(), new AbortController()]
    const asked = [ask({ signal: first.signal }), ask({ signal: second.signal })]
    await clock.advance(1)
    first.abort()
    expect(loads[0]?.flight.signal?.aborted).toBe(false)
    second.abort()
    expect(loads[0]?.flight.signal?.aborted).toBe(true)
    await clock.advance(100)
    expect(asked.map(codeOf)).toEqual(['aborted', 'aborted'])
  })

  test('that is ending is not joined: who asks next does not fail for those who gave up', async () => {
    const { clock, ask, loads } = startCache()
    const abort = new AbortController()
    ask({ signal: abort.signal })
    await clock.advance(1)
    abort.abort()
    const next = ask()
    await clock.advance(10)
    expect(codeOf(next)).toBe('ok')
    expect(loads).toHaveLength(2)
  })

  test('goes on when its caller runs out of time: the answer serves the next one', async () => {
    const { clock, ask, get } = startCache()
    const late = ask({ waitMs: 5 })
    await clock.advance(5)
    expect(codeOf(late)).toBe('deadline.exceeded')
    await clock.advance(5)
    expect(get()).toMatchObject({ source: 'load-0' })
  })

  test('in the background is never cancelled by callers who joined it', async () => {
    const { clock, fill, get, ask, loads } = startCache()
    await fill()
    await clock.advance(199)
    get({ ms: 20 })
    await clock.advance(1)
    const abort = new AbortController()
    ask({ signal: abort.signal })
    abort.abort()
    await clock.advance(20)
    expect(loads[1]?.flight.signal?.aborted).toBe(false)
    expect(get()).toMatchObject({ source: 'load-1' })
  })

  test('rises, once, to the priority of an agent who joins a refresh', async () => {
    const { clock, fill, get, ask, loads } = startCache()
    await fill()
    await clock.advance(199)
    get({ ms: 20 })
    await clock.advance(1)
    for (let i = 0; i < 3; i++) ask()
    await clock.advance(0)
    expect(loads[1]).toMatchObject({ rises: 1, flight: { priority: 'interactive' } })
  })

  test('is not begun for a caller who has given up before', async () => {
    const { clock, ask, loads } = startCache()
    const asked = ask({ signal: AbortSignal.abort() })
    await clock.advance(0)
    expect(codeOf(asked)).toBe('aborted')
    expect(loads).toHaveLength(0)
  })

  test('leaves no timer behind, and no listener on the signal of a caller who stays', async () => {
    const { clock, ask } = startCache()
    const { signal } = new AbortController()
    for (const [key, ends] of Object.entries({ a: 'items', b: 'hang', c: 'genesys.unavailable' } as const))
      ask({ key, ends, signal, waitMs: 20 })
    await clock.advance(20)
    expect(getEventListeners(signal, 'abort')).toEqual([])
    await clock.advance(lifetimes.flightMs)
    expect(clock.timers).toBe(0)
  })
})

describe('invalidation', () => {
  test('forgets what is cached under the tag, and nothing else', async () => {
    const { cache, fill, get } = startCache()
    await fill({ key: 'a', tags: ['x'] })
    await fill({ key: 'b', tags: ['y'] })
    await cache.invalidate('x')
    expect(get({ key: 'a' })).toBeInstanceOf(Promise)
    expect(get({ key: 'b' })).not.toBeInstanceOf(Promise)
  })

  test('during a flight: the answer is delivered but not kept, and who asks meanwhile gets a new one', async () => {
    const { cache, clock, ask, get } = startCache()
    const before = ask({ tags: ['x'], ms: 10 })
    await clock.advance(5)
    await cache.invalidate('x')
    const after = ask({ tags: ['x'], ms: 10 })
    await clock.advance(5)
    expect(before).toMatchObject({ value: { source: 'load-0' } })
    expect(codeOf(after)).toBe('pending')
    expect(cache.stats.entries).toBe(0)
    await clock.advance(5)
    expect(get({ tags: ['x'] })).toMatchObject({ source: 'load-1' })
  })

  test('during a flight that then fails: the failure is not remembered', async () => {
    const { cache, clock, ask } = startCache()
    const before = ask({ tags: ['x'], ends: 'genesys.unavailable', ms: 10 })
    await clock.advance(5)
    await cache.invalidate('x')
    await clock.advance(5)
    const after = ask({ tags: ['x'], ms: 0 })
    await clock.advance(0)
    expect([before, after].map(codeOf)).toEqual(['genesys.unavailable', 'ok'])
  })

  test('while a caller waits takes the old answer from it too, even if the source then fails', async () => {
    const { cache, clock, fill, ask } = startCache()
    await fill({ tags: ['x'] })
    await clock.advance(200)
    const asked = ask({ tags: ['x'], ends: 'genesys.unavailable', ms: 10 })
    await clock.advance(5)
    await cache.invalidate('x')
    await clock.advance(5)
    expect(codeOf(asked)).toBe('genesys.unavailable')
  })
})

describe('outdating', () => {
  test('asks anew at once, and serves what was known only where that fails', async () => {
    const { cache, clock, fill, ask } = startCache()
    await fill({ key: 'a', tags: ['x'] })
    await cache.outdate('x')
    const failing = ask({ key: 'a', tags: ['x'], ends: 'genesys.unavailable', ms: 10 })
    expect(codeOf(failing)).toBe('pending')
    await clock.advance(10)
    expect(failing).toMatchObject({ value: { source: 'load-0' } })
    await clock.advance(lifetimes.failureMs)
    const succeeding = ask({ key: 'a', tags: ['x'], ms: 10 })
    await clock.advance(10)
    expect(succeeding).toMatchObject({ value: { source: 'load-2' } })
  })

  test('leaves what is cached under other tags as fresh as it was', async () => {
    const { cache, fill, get } = startCache()
    await fill({ key: 'b', tags: ['y'] })
    await cache.outdate('x')
    expect(get({ key: 'b', tags: ['y'] })).not.toBeInstanceOf(Promise)
  })

  test('can be done twice: the tag still finds its answers', async () => {
    const { cache, fill, get } = startCache()
    await fill({ key: 'a', tags: ['x'] })
    await cache.outdate('x')
    await cache.outdate('x')
    await cache.invalidate('x')
    expect(cache.stats.entries).toBe(0)
    expect(get({ key: 'a', tags: ['x'] })).toBeInstanceOf(Promise)
  })
})

test('an answer larger than the whole bound is delivered but not kept', async () => {
  const { cache, fill } = startCache({ maxBytes: 100 })
  expect(codeOf(await fill())).toBe('ok')
  expect(cache.stats).toMatchObject({ entries: 0, bytes: 0 })
})

test('a refresh that fails with nobody waiting is no unhandled rejection', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  const { clock, fill, get } = startCache()
  await fill()
  await clock.advance(100)
  get(down)
  await clock.advance(1000)
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})
