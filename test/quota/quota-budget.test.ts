// What the budget promises, one promise a test; quota-budget.model.test.ts tries them in every combination.
import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { Flight } from '../../src/cache/flight.ts'
import { QuotaBudget } from '../../src/quota/quota-budget.ts'
import { type Priority, priorities, type SourceCall } from '../../src/retrieval/content-source.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { codeOf, follow } from '../testing/outcome.ts'
import { callOf } from '../testing/source-answers.ts'

function startBudget(perMinute: number) {
  const clock = new FakeClock()
  const budget = new QuotaBudget({ clock, perMinute })
  const acquire = (waitMs: number, more: Partial<SourceCall> = {}, leaveMs?: number) =>
    follow(async () =>
      budget.acquire(
        callOf(clock.now() + waitMs, more),
        leaveMs === undefined ? undefined : clock.now() + leaveMs,
      ),
    )
  const use = async (count: number) => {
    for (let i = 0; i < count; i++) acquire(0)
    await clock.advance(0)
  }
  return { clock, budget, acquire, use }
}

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
  '%d calls a minute are refused',
  (perMinute) => {
    expect(() => new QuotaBudget({ clock: new FakeClock(), perMinute })).toThrow(RangeError)
  },
)

test('a free call is granted without a turn of the event loop', () => {
  const { budget } = startBudget(1)
  expect(budget.acquire(callOf(0))).toBeUndefined()
})

test('one call a minute: the next leaves when the minute is over', async () => {
  const { clock, acquire, use } = startBudget(1)
  await use(1)
  const [first, second, third] = [acquire(61_001), acquire(122_001), acquire(183_000)]
  await clock.advance(60_999)
  expect([first, second].map(codeOf)).toEqual(['pending', 'pending'])
  await clock.advance(1)
  expect([first, second].map(codeOf)).toEqual(['ok', 'pending'])
  await clock.advance(61_000)
  expect(codeOf(second)).toBe('ok')
  expect(codeOf(third)).toBe('quota.exhausted')
})

test('every priority has at least one call, however small the quota', async () => {
  for (const priority of priorities) {
    const { clock, acquire } = startBudget(1)
    const asked = acquire(0, { priority })
    await clock.advance(0)
    expect(codeOf(asked)).toBe('ok')
  }
})

test('each priority leaves what is kept for those before it', async () => {
  const { clock, acquire } = startBudget(300)
  const granted: Partial<Record<Priority, number>> = {}
  for (const priority of [...priorities].reverse()) {
    const asked = Array.from({ length: 400 }, () => acquire(0, { priority }))
    await clock.advance(0)
    granted[priority] = asked.filter((one) => codeOf(one) === 'ok').length
  }
  expect(granted).toEqual({ mirror: 120, prefetch: 60, revalidate: 90, interactive: 30 })
})

test('turns go by priority, then by who came first', async () => {
  const { clock, budget, use } = startBudget(10)
  await use(10)
  const order: string[] = []
  for (const priority of ['mirror', 'revalidate', 'interactive', 'prefetch'] as const)
    for (const turn of [1, 2])
      void Promise.resolve(budget.acquire(callOf(1_000_000, { priority }))).then(() =>
        order.push(`${priority} ${turn}`),
      )
  await clock.advance(200_000)
  expect(order).toEqual(priorities.flatMap((priority) => [`${priority} 1`, `${priority} 2`]))
})

describe('a turn that cannot come in time', () => {
  test('is refused at once, and says when one is free', async () => {
    const { clock, budget, use } = startBudget(2)
    await use(2)
    await clock.advance(1000)
    expect(() => budget.acquire(callOf(clock.now() + 59_999))).toThrow(
      'The Genesys quota has no call left in time; the next call is free in 60.0 s',
    )
  })

  test('is known also when it is the time after a pause that is taken already', async () => {
    const { clock, budget, acquire } = startBudget(2)
    budget.pause(1000)
    const asked = [acquire(5000), acquire(5000), acquire(5000)]
    await clock.advance(0)
    expect(asked.map(codeOf)).toEqual(['pending', 'pending', 'quota.exhausted'])
  })

  test('may be earlier than the deadline: what is left is for the call itself', async () => {
    const { clock, acquire, use } = startBudget(1)
    await use(1)
    await clock.advance(60_000)
    const [hasty, patient] = [acquire(3000, {}, 900), acquire(3000, {}, 1100)]
    await clock.advance(1000)
    expect([hasty, patient].map(codeOf)).toEqual(['quota.exhausted', 'ok'])
  })
})

test('a pause holds for everyone, is never shortened, and then the turns go on', async () => {
  const { clock, budget, acquire } = startBudget(10)
  budget.pause(5000)
  budget.pause(1000)
  const asked = acquire(10_000)
  await clock.advance(4999)
  expect(codeOf(asked)).toBe('pending')
  expect(budget.remaining).toBe(0)
  budget.pause(2)
  await clock.advance(1)
  expect(codeOf(asked)).toBe('pending')
  await clock.advance(1)
  expect(codeOf(asked)).toBe('ok')
})

describe('who waits', () => {
  test('and gives up frees the place, and leaves no listener behind', async () => {
    const { clock, acquire, use } = startBudget(1)
    await use(1)
    const abort = new AbortController()
    const { signal } = abort
    const [gone, next] = [acquire(70_000, { signal }), acquire(70_000)]
    await clock.advance(10)
    expect(codeOf(next)).toBe('quota.exhausted')
    abort.abort()
    const after = acquire(70_000)
    await clock.advance(61_000)
    expect([gone, after].map(codeOf)).toEqual(['aborted', 'ok'])
    expect(getEventListeners(signal, 'abort')).toEqual([])
    expect(clock.timers).toBe(0)
  })

  test('has already given up is not granted anything', async () => {
    const { clock, budget, acquire } = startBudget(1)
    const asked = acquire(10, { signal: AbortSignal.abort() })
    await clock.advance(0)
    expect(codeOf(asked)).toBe('aborted')
    expect(budget.granted).toBe(0)
  })

  test('and rises goes at once where the higher priority may', async () => {
    const { clock, budget, use } = startBudget(10)
    await use(9)
    const flight = new Flight('revalidate', 70_000, [])
    const asked = follow(async () => budget.acquire(flight))
    await clock.advance(1)
    expect(codeOf(asked)).toBe('pending')
    flight.join('interactive')
    await clock.advance(0)
    expect(codeOf(asked)).toBe('ok')
  })
})

describe('a thousand who wait', () => {
  test('are the most; the next one is refused', async () => {
    const { clock, acquire, budget } = startBudget(2000)
    budget.pause(1000)
    const asked = Array.from({ length: 1001 }, () => acquire(2000))
    await clock.advance(0)
    expect(codeOf(asked[1000] ?? follow(() => {}))).toBe('quota.exhausted')
    await clock.advance(1000)
    expect(asked.filter((one) => codeOf(one) === 'ok')).toHaveLength(1000)
  })

  test('make way for an agent when they are background work', async () => {
    const { clock, acquire, budget } = startBudget(5000)
    budget.pause(1000)
    const background = Array.from({ length: 1000 }, () => acquire(2000, { priority: 'mirror' }))
    const agent = acquire(2000)
    await clock.advance(0)
    expect(background.map(codeOf).indexOf('quota.exhausted')).toBe(999)
    await clock.advance(1000)
    expect(codeOf(agent)).toBe('ok')
  })
})
