import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RateLimit } from '../../src/http/rate-limit.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

test('never more than a burst and what time has added, and each caller has its own', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3000), { maxLength: 40 }), async (pauses) => {
      const clock = new FakeClock()
      const limit = new RateLimit(clock, 60)
      const first = pauses[0] ?? 0
      let taken = 0
      for (const pause of pauses) {
        await clock.advance(pause)
        try {
          for (;;) {
            limit.take('desk')
            taken++
          }
        } catch {
          const granted = 10 + (clock.now() - first) / 1000
          expect(taken).toBeLessThan(granted + 1e-6)
          expect(taken).toBeGreaterThan(granted - 1 - 1e-6)
        }
      }
      expect(() => limit.take('another')).not.toThrow()
    }),
    { numRuns: 30 },
  )
})

test('the refusal says when the next request fits', () => {
  const limit = new RateLimit(new FakeClock(), 1)
  limit.take('desk')
  let headers: unknown
  try {
    limit.take('desk')
  } catch (error) {
    headers = (error as { headers: unknown }).headers
  }
  expect(headers).toEqual({ 'retry-after': '60' })
})
