// The clock that every other test relies on.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../src/testing/index.ts'
import { collectGarbage } from './garbage.ts'

describe('timers', () => {
  test('run in the order of their times, then in that in which they were set, unless cancelled', async () => {
    const timers = fc.array(fc.record({ ms: fc.integer({ min: -5, max: 30 }), cancelled: fc.boolean() }))
    await fc.assert(
      fc.asyncProperty(timers, fc.array(fc.integer({ min: 0, max: 20 })), async (timers, steps) => {
        const clock = new FakeClock()
        const ran: { index: number; at: number }[] = []
        timers.forEach(({ ms, cancelled }, index) => {
          const cancel = clock.after(ms, () => ran.push({ index, at: clock.now() }))
          if (cancelled) cancel()
        })
        for (const step of steps) await clock.advance(step)
        const end = steps.reduce((sum, step) => sum + step, 0)
        const expected = timers
          .map(({ ms, cancelled }, index) => ({ index, at: Math.max(ms, 0), cancelled }))
          .filter(({ at, cancelled }) => !cancelled && steps.length > 0 && at <= end)
          .sort((a, b) => a.at - b.at || a.index - b.index)
          .map(({ index, at }) => ({ index, at }))
        expect(ran).toEqual(expected)
        expect(clock.now()).toBe(end)
      }),
    )
  })

  test('that timers set run in the same advance, at their own times', async () => {
    const clock = new FakeClock()
    const ran: number[] = []
    const every = () => {
      ran.push(clock.now())
      clock.after(10, every)
    }
    clock.after(10, every)
    await clock.advance(35)
    expect(ran).toEqual([10, 20, 30])
  })

  test('may be cancelled by one that runs at the same time before them', async () => {
    const clock = new FakeClock()
    let ran = false
    let cancel = () => {}
    clock.after(5, () => cancel())
    cancel = clock.after(5, () => {
      ran = true
    })
    await clock.advance(5)
    expect(ran).toBe(false)
  })

  test('are let go of when they have run or are cancelled, also when cancelled afterwards', async () => {
    const clock = new FakeClock()
    const held = (ms: number) => {
      const burden = { ms }
      return { burden: new WeakRef(burden), cancel: clock.after(ms, () => void burden.ms) }
    }
    const ran = held(1)
    const cancelled = held(1000)
    await clock.advance(10)
    expect(clock.timers).toBe(1)
    for (const { cancel } of [ran, ran, cancelled, cancelled]) cancel()
    expect(clock.timers).toBe(0)
    await collectGarbage()
    expect(ran.burden.deref()).toBeUndefined()
    expect(cancelled.burden.deref()).toBeUndefined()
  })

  test('without a time are refused rather than never run', () => {
    expect(() => new FakeClock().after(Number.NaN, () => {})).toThrow(RangeError)
  })
})

describe('time', () => {
  test('lets everything settle that a timer set in motion, before the next one runs', async () => {
    const clock = new FakeClock()
    const log: string[] = []
    clock.after(1, async () => {
      for (let turn = 0; turn < 50; turn++) await null
      log.push('settled')
    })
    clock.after(1, () => log.push('next'))
    await clock.advance(1)
    expect(log).toEqual(['settled', 'next'])
  })

  test('starts only when what was already under way has settled', async () => {
    const clock = new FakeClock()
    const ran: number[] = []
    void Promise.resolve().then(() => clock.after(10, () => ran.push(clock.now())))
    await clock.advance(10)
    expect(ran).toEqual([10])
  })

  test('jumps on the wall alone', async () => {
    const clock = new FakeClock(1_000_000)
    clock.jump(-500_000)
    await clock.advance(10)
    clock.jump(100)
    expect(clock.now()).toBe(10)
    expect(clock.wallTime()).toBe(500_110)
  })

  test.each([-1, Number.NaN])('does not pass by %d ms', async (ms) => {
    await expect(new FakeClock().advance(ms)).rejects.toThrow(RangeError)
  })

  test('never goes back when two let it pass at once', async () => {
    const clock = new FakeClock()
    clock.after(5, () => {})
    const shorter = clock.advance(10)
    await clock.advance(100)
    const then = clock.now()
    await shorter
    expect(clock.now()).toBe(then)
    expect(then).toBeGreaterThanOrEqual(100)
  })
})
