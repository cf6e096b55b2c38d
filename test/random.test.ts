// Chance: the same seed gives the same sequence, and the distributions are what they say.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lognormal, normal, type Random, seededRandom } from '../src/random.ts'

const draw = (count: number, next: () => number) => Array.from({ length: count }, next)

test('the same seed gives the same sequence, another seed another', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const sequence = draw(20, seededRandom(seed))
      expect(draw(20, seededRandom(seed))).toEqual(sequence)
      expect(draw(20, seededRandom(seed + 1))).not.toEqual(sequence)
    }),
    { seed: 1 },
  )
})

test('numbers are uniform in [0, 1)', () => {
  const numbers = draw(100_000, seededRandom(1))
  const tenths = numbers.map((number) => Math.floor(number * 10))
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = tenths.filter((one) => one === tenth).length / numbers.length
    expect(share).toBeGreaterThan(0.096)
    expect(share).toBeLessThan(0.104)
  }
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
})

test('normal numbers have mean 0 and variance 1', () => {
  const random = seededRandom(2)
  const numbers = draw(100_000, () => normal(random))
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length
  expect(mean).toBeCloseTo(0, 1)
  expect(variance).toBeCloseTo(1, 1)
})

test('lognormal numbers have the median and the 99th percentile asked for', () => {
  const random = seededRandom(3)
  const numbers = draw(100_000, () => lognormal(random, 80, 400)).sort((a, b) => a - b)
  expect(numbers[50_000]).toBeGreaterThan(78)
  expect(numbers[50_000]).toBeLessThan(82)
  expect(numbers[99_000]).toBeGreaterThan(380)
  expect(numbers[99_000]).toBeLessThan(420)
  expect(lognormal(random, 80, 80)).toBe(80)
})

test('the ends of the unit interval give finite numbers', () => {
  for (const end of [0, 1 - 2 ** -53]) {
    const random: Random = () => end
    expect(Number.isFinite(normal(random))).toBe(true)
    expect(lognormal(random, 80, 400)).toBeGreaterThan(0)
  }
})
