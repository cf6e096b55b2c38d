import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { percentile } from '../../src/insight/percentile.ts'

describe('a percentile', () => {
  it('is one of the values, by nearest rank', () => {
    const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1)
    expect([500, 990, 999].map((perMille) => percentile(hundred, perMille))).toEqual([50, 99, 100])
    expect(percentile(new Float64Array(), 500)).toBeNull()
  })

  it('is the smallest value that enough of the values do not exceed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 1, maxLength: 3000 }),
        fc.constantFrom(500, 990, 999),
        (values, perMille) => {
          const sorted = Float64Array.from(values).sort()
          const found = percentile(sorted, perMille) ?? Number.NaN
          const notAbove = (value: number) => 1000 * sorted.filter((other) => other <= value).length
          const below = 1000 * sorted.filter((other) => other < found).length
          expect(notAbove(found)).toBeGreaterThanOrEqual(perMille * values.length)
          expect(below).toBeLessThan(perMille * values.length)
        },
      ),
    )
  })
})
