// When the breaker opens, how it finds out that all is well again, and what does not impress it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCuecardError } from '../../src/errors.ts'
import { CircuitBreaker } from '../../src/resilience/circuit-breaker.ts'
import { FakeClock, type Random, seededRandom } from '../../src/testing/index.ts'
import { breakerSettings } from './breaker-settings.ts'

const { windowMs, openMs } = breakerSettings

function startBreaker(random: Random = breakerSettings.random) {
  const clock = new FakeClock()
  const breaker = new CircuitBreaker({ ...breakerSettings, clock, random })
  const call = (failed: boolean | undefined) => breaker.enter()(failed)
  /** Fails until it is open; says after how many calls. */
  const failUntilOpen = () => {
    for (let calls = 0; ; calls++) {
      if (breaker.state !== 'closed') return calls
      call(true)
    }
  }
  const refused = () => {
    try {
      breaker.enter()(undefined)
      return false
    } catch (error) {
      if (!isCuecardError(error, 'breaker.open')) throw error
      return true
    }
  }
  return { clock, breaker, call, failUntilOpen, refused }
}

describe('opens', () => {
  const history = fc.array(
    fc.record({
      failed: fc.constantFrom(true, false, undefined),
      times: fc.constantFrom(1, 3, 7, 300),
      thenMs: fc.constantFrom(0, 1, 100, 5000, 20_000),
    }),
    { maxLength: 30 },
  )

  test('within ten failing calls, whatever was before, however many calls there are, with silent ones between', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
        async (history, silent) => {
          const { clock, breaker, call } = startBreaker()
          for (const { failed, times, thenMs } of history) {
            for (let i = 0; i < times && breaker.state !== 'open'; i++) call(failed)
            await clock.advance(thenMs)
          }
          for (let failing = 0; failing < 10 && breaker.state !== 'open'; failing++) {
            for (let i = silent.next().value ?? 0; i > 0; i--) call(undefined)
            call(true)
          }
          expect(breaker.state).toBe('open')
        },
      ),
      { numRuns: 200 },
    )
  })

  test.each([
    ['at once', 0],
    ['after 10,000 successes', 10_000],
  ])('%s after as many failures in a row as it is told', (_, successes) => {
    const { call, failUntilOpen } = startBreaker()
    for (let i = 0; i < successes; i++) call(false)
    expect(failUntilOpen()).toBe(successes === 0 ? 5 : 8)
  })

  test('when half of the calls in its window fail, in turns with others that succeed', () => {
    const { breaker, call } = startBreaker()
    for (let i = 0; i < 4; i++) for (const failed of [false, true]) call(failed)
    expect(breaker.state).toBe('closed')
    for (const failed of [false, true]) call(failed)
    expect(breaker.state).toBe('open')
  })

  test('not for a third of the calls', () => {
    const { breaker, call } = startBreaker()
    for (let i = 0; i < 1000; i++) call(i % 3 === 0)
    expect(breaker.state).toBe('closed')
  })

  test('not for failures that are older than its window', async () => {
    const { clock, breaker, call } = startBreaker()
    for (let i = 0; i < 50; i++) {
      call(true)
      call(false)
      await clock.advance(windowMs / 4)
    }
    expect(breaker.state).toBe('closed')
  })
})

test('it is failing from a failed call on until one succeeds, the window passes, or it closes again', async () => {
  const { clock, breaker, call, failUntilOpen } = startBreaker()
  const seen = [breaker.isFailing]
  for (const failed of [true, undefined, false, true]) {
    call(failed)
    seen.push(breaker.isFailing)
  }
  await clock.advance(windowMs)
  seen.push(breaker.isFailing)
  expect(seen).toEqual([false, true, true, false, true, false])
  failUntilOpen()
  await clock.advance(10 * windowMs)
  expect([breaker.state, breaker.isFailing]).toEqual(['half-open', true])
  call(false)
  expect(breaker.isFailing).toBe(false)
})

describe('while it is open', () => {
  test('nothing is called, and the error says for how long', async () => {
    const { clock, breaker, failUntilOpen, refused } = startBreaker()
    failUntilOpen()
    expect(() => breaker.enter()).toThrow('Calls keep failing, so none is made for another 2.0 s')
    await clock.advance(openMs - 1)
    expect(refused()).toBe(true)
  })

  test('the end of calls that began before does not matter, neither then nor after it has closed', async () => {
    const { clock, breaker, call, failUntilOpen } = startBreaker()
    const before = Array.from({ length: 60 }, () => breaker.enter())
    failUntilOpen()
    for (const report of before.slice(0, 20)) report(true)
    for (const report of before.slice(20, 30)) report(false)
    expect(breaker.state).toBe('open')
    await clock.advance(openMs)
    expect(breaker.state).toBe('half-open')
    call(false)
    expect(breaker.state).toBe('closed')
    for (const report of before.slice(30)) report(true)
    expect(breaker.state).toBe('closed')
    expect(failUntilOpen()).toBe(5)
  })
})

describe('half-open', () => {
  async function startHalfOpen() {
    const started = startBreaker()
    started.failUntilOpen()
    await started.clock.advance(openMs)
    return started
  }

  test('lets exactly one call try', async () => {
    const { breaker, refused } = await startHalfOpen()
    const probe = breaker.enter()
    expect(refused()).toBe(true)
    expect(() => breaker.enter()).toThrow('one is now trying whether they succeed again')
    probe(false)
    expect(refused()).toBe(false)
  })

  test('a success closes it, with nothing left of what was before', async () => {
    const { call, failUntilOpen } = await startHalfOpen()
    call(false)
    expect(failUntilOpen()).toBe(5)
  })

  test('a failure opens it again for twice as long, up to the most; a success begins anew', async () => {
    const { clock, breaker, call, failUntilOpen } = await startHalfOpen()
    for (const mean of [4000, 8000, 16_000, 30_000, 30_000, 30_000]) {
      call(true)
      await clock.advance(mean - 1)
      expect(breaker.state).toBe('open')
      await clock.advance(1)
      expect(breaker.state).toBe('half-open')
    }
    call(false)
    failUntilOpen()
    await clock.advance(openMs)
    expect(breaker.state).toBe('half-open')
  })

  test('a probe that says nothing neither closes it nor bars the next one', async () => {
    const { breaker, call } = await startHalfOpen()
    for (let i = 0; i < 5; i++) {
      call(undefined)
      expect(breaker.state).toBe('half-open')
    }
    call(false)
    expect(breaker.state).toBe('closed')
  })
})

test('it stays open between half and one and a half times the mean, spread over all of it', async () => {
  const times: number[] = []
  const random = seededRandom(1)
  for (let run = 0; run < 300; run++) {
    const { clock, breaker, failUntilOpen } = startBreaker(random)
    failUntilOpen()
    while (breaker.state === 'open') await clock.advance(25)
    times.push(clock.now())
  }
  expect(Math.min(...times)).toBeGreaterThanOrEqual(openMs * 0.5)
  expect(Math.max(...times)).toBeLessThanOrEqual(openMs * 1.5 + 25)
  expect(Math.min(...times)).toBeLessThan(openMs * 0.6)
  expect(Math.max(...times)).toBeGreaterThan(openMs * 1.4)
})
