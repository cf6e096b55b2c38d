import { expect, test } from 'vitest'
import type { Clock } from '../../src/clock.ts'
import { LoadShedding } from '../../src/http/load-shedding.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

/** A clock whose timers come `late` ms later than they were set for. */
function lateClock() {
  const clock = new FakeClock()
  const late = { ms: 0 }
  const delayed: Clock = {
    now: () => clock.now(),
    wallTime: () => clock.wallTime(),
    after: (ms, callback) => clock.after(ms + late.ms, callback),
  }
  return { clock, delayed, late }
}

test('requests beyond the bound are refused', () => {
  const shedding = new LoadShedding({ clock: new FakeClock(), maxRequests: 2, maxDelayMs: 100 })
  expect(shedding.refusal(1)).toBeUndefined()
  expect(shedding.refusal(2)).toMatch(/^2 requests are under way/)
})

test('one pause is forgiven, a loop that stays behind is not, and one that caught up is let in again', async () => {
  const { clock, delayed, late } = lateClock()
  const shedding = new LoadShedding({ clock: delayed, maxRequests: 100, maxDelayMs: 100 })
  late.ms = 300
  shedding.start()
  await clock.advance(350)
  expect(shedding.refusal(0)).toBeUndefined()
  await clock.advance(350)
  expect(shedding.refusal(0)).toMatch(/^The event loop is behind/)
  late.ms = 0
  await clock.advance(350 + 50)
  expect(shedding.refusal(0)).toBeUndefined()
})

test('a stopped one leaves no timer', () => {
  const clock = new FakeClock()
  const shedding = new LoadShedding({ clock, maxRequests: 1, maxDelayMs: 1 })
  shedding.start()
  shedding.stop()
  expect(clock.timers).toBe(0)
})
