import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shareOf, wilsonInterval } from '../../src/insight/wilson.ts'

describe('a share', () => {
  // Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i has the published interval', (count, of, low, high) => {
    const interval = wilsonInterval(count, of)
    expect(interval.low).toBeCloseTo(low, 4)
    expect(interval.high).toBeCloseTo(high, 4)
  })

  it('of nothing has no rate', () => {
    expect(shareOf(0, 0)).toEqual({ count: 0, of: 0, rate: null, low: null, high: null })
  })

  it('lies in its interval, the interval between 0 and 1, and the opposite mirrors it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (of, part) => {
          const count = Math.round(part * of)
          const { low, high } = wilsonInterval(count, of)
          const rate = count / of
          expect(low).toBeGreaterThanOrEqual(0)
          expect(high).toBeLessThanOrEqual(1)
          expect(low).toBeLessThanOrEqual(rate)
          expect(high).toBeGreaterThanOrEqual(rate)
          expect(wilsonInterval(of - count, of).low).toBeCloseTo(1 - high, 9)
        },
      ),
    )
  })
})
