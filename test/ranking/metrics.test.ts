// The measures against values worked out by hand.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/random.ts'
import {
  areaUnderCurve,
  clusterInterval,
  hitAt,
  metricsOf,
  ndcgAt,
  percentileOf,
  type Ranking,
  reciprocalRankAt,
} from '../../src/ranking/metrics.ts'

const ranking = (ranked: string, gold: string): Ranking => ({ ranked: ranked.split(''), gold: new Set(gold) })

describe('measures', () => {
  test('R@k counts an event once, however many gold articles are found', () => {
    expect(hitAt(1, ranking('abcde', 'a'))).toBe(1)
    expect(hitAt(1, ranking('abcde', 'b'))).toBe(0)
    expect(hitAt(5, ranking('abcdef', 'e'))).toBe(1)
    expect(hitAt(5, ranking('abcdef', 'f'))).toBe(0)
    expect(hitAt(5, ranking('abc', 'abc'))).toBe(1)
  })

  test('the reciprocal rank is that of the first gold article, and 0 beyond k', () => {
    expect(reciprocalRankAt(5, ranking('abcde', 'cd'))).toBe(1 / 3)
    expect(reciprocalRankAt(5, ranking('abcdef', 'f'))).toBe(0)
    expect(reciprocalRankAt(5, ranking('', 'a'))).toBe(0)
  })

  test('nDCG compares with the best order that the number of gold articles allows', () => {
    expect(ndcgAt(5, ranking('ab', 'ab'))).toBe(1)
    // One of two, in second place: (1/log2 3) / (1 + 1/log2 3).
    expect(ndcgAt(5, ranking('xa', 'ab'))).toBeCloseTo(0.6309297535714575 / 1.6309297535714575, 12)
    // Six gold articles, five places: what is there is all that could be.
    expect(ndcgAt(5, ranking('abcde', 'abcdef'))).toBe(1)
    expect(ndcgAt(5, ranking('xyz', 'a'))).toBe(0)
  })

  test('the metrics are means, and 0 of nothing', () => {
    const metrics = metricsOf([ranking('ab', 'a'), ranking('ab', 'b'), ranking('ab', 'c')])
    expect(metrics.r1).toBeCloseTo(1 / 3, 12)
    expect(metrics.r5).toBeCloseTo(2 / 3, 12)
    expect(metrics.mrr5).toBeCloseTo(0.5, 12)
    expect(metrics.ndcg5).toBeCloseTo((1 + 0.6309297535714575) / 3, 12)
    expect(metricsOf([])).toEqual({ r1: 0, r5: 0, mrr5: 0, ndcg5: 0 })
  })

  test('an interval by groups is as wide as the groups differ, not as the values', () => {
    const values = ['a', 'b', 'c', 'd'].flatMap((group, place) =>
      Array.from({ length: 100 }, () => ({ group, value: place < 2 ? 0 : 1 })),
    )
    const [low, high] = clusterInterval(values, seededRandom(7))
    // The mean of four draws of 0 or 1: all 0 in one of sixteen.
    expect([low, high]).toEqual([0, 1])
    const alone = values.map(({ value }, index) => ({ group: String(index), value }))
    const [narrowLow, narrowHigh] = clusterInterval(alone, seededRandom(7))
    expect(narrowLow).toBeGreaterThan(0.44)
    expect(narrowHigh).toBeLessThan(0.56)
    expect(clusterInterval([], seededRandom(1))).toEqual([0, 1])
  })

  test('the area under the curve is the chance that a yes is above a no', () => {
    expect(areaUnderCurve([0.9, 0.8], [0.1, 0.2])).toBe(1)
    expect(areaUnderCurve([0.1], [0.9])).toBe(0)
    expect(areaUnderCurve([0.5, 0.9], [0.5])).toBe(0.75)
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1 }), fc.array(fc.nat(5), { minLength: 1 }), (yes, no) => {
        const pairs = yes.flatMap((y) => no.map((n) => (y > n ? 1 : y === n ? 0.5 : 0)))
        const mean = pairs.reduce((sum: number, pair) => sum + pair, 0) / pairs.length
        expect(areaUnderCurve(yes, no)).toBeCloseTo(mean, 12)
      }),
      { seed: 1 },
    )
  })

  test('percentiles are values that occur', () => {
    expect(percentileOf([5, 1, 4, 2, 3], 0.5)).toBe(3)
    expect(percentileOf([5, 1, 4, 2, 3], 0.99)).toBe(5)
    expect(percentileOf([], 0.5)).toBe(0)
  })
})
