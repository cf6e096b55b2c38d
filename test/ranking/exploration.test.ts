import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/random.ts'
import { drawExchange, exchanged, exchangesIn, placesOf } from '../../src/ranking/exploration.ts'

const lists = fc
  .array(fc.boolean(), { maxLength: 12 })
  .map((flags) => flags.map((isCompliant, id) => ({ id, isCompliant })))
const rates = fc.double({ min: 0.001, max: 0.1, noNaN: true })
const seeds = fc.integer()

function explored(list: readonly { id: number; isCompliant: boolean }[], rate: number, seed: number) {
  return exchanged(list, drawExchange(exchangesIn(list), rate, seededRandom(seed)), rate)
}

describe('an explored list', () => {
  test('holds the same items, each at most one place from its own, no compliant one lowered below another', () => {
    fc.assert(
      fc.property(lists, rates, seeds, (list, rate, seed) => {
        const { items } = explored(list, 0.1 * Math.ceil(rate), seed)
        expect(items.toSorted((a, b) => a.id - b.id)).toEqual(list)
        for (const [place, { id, isCompliant }] of items.entries()) {
          expect(Math.abs(place - id)).toBeLessThanOrEqual(1)
          if (place > id && isCompliant) expect(items[place - 1]?.isCompliant).toBe(true)
          if (place !== id) expect(place).toBeLessThan(5)
        }
      }),
    )
  })

  test('tells by its propensities where each item could have stood', () => {
    fc.assert(
      fc.property(lists, rates, fc.nat(), (list, rate, draw) => {
        const exchanges = exchangesIn(list)
        const shown = exchanged(list, exchanges[draw % (exchanges.length + 1)], rate)
        const places = placesOf(
          shown.items.map((item, at) => ({ ...item, propensity: shown.propensities[at] ?? 0 })),
        )
        for (const [at, { id }] of shown.items.entries()) {
          const could = places[at] ?? []
          expect(could[0]?.place).toBe(id)
          expect(could.find(({ place }) => place === at)?.chance).toBeCloseTo(shown.propensities[at] ?? 0, 9)
          expect(could.reduce((sum, { chance }) => sum + chance, 0)).toBeCloseTo(1, 9)
        }
      }),
    )
  })

  test('shows each item in each place as often as the propensity says', () => {
    const list = [true, false, false, true, true, false].map((isCompliant, id) => ({ id, isCompliant }))
    const random = seededRandom(1)
    const rate = 0.1
    const draws = 40_000
    const seen = new Map<string, number>()
    const said = new Map<string, number>()
    for (let draw = 0; draw < draws; draw++) {
      const { items, propensities } = exchanged(list, drawExchange(exchangesIn(list), rate, random), rate)
      for (const [place, { id }] of items.entries()) {
        seen.set(`${id} ${place}`, (seen.get(`${id} ${place}`) ?? 0) + 1 / draws)
        said.set(`${id} ${place}`, propensities[place] ?? 0)
      }
    }
    for (const [where, chance] of said) expect(Math.abs((seen.get(where) ?? 0) - chance)).toBeLessThan(0.005)
    expect([...said.keys()]).not.toContain('0 1')
  })
})

test('without a rate nothing is drawn', () => {
  const random = () => {
    throw new Error('drawn')
  }
  expect(drawExchange([0, 1], 0, random)).toBeUndefined()
  expect(drawExchange([], 0.1, random)).toBeUndefined()
})
