import { describe, expect, test } from 'vitest'
import { UseAssociations } from '../../src/learning/use-associations.ts'
import { type PastUse, useModelOf } from '../../src/learning/use-model.ts'
import { seededRandom } from '../../src/random.ts'
import { article } from '../simulator/sample-organisation.ts'

/** Each place has an article about its motor pool and one about its sauna. */
const places = Array.from({ length: 24 }, (_, place) => ({
  garage: article(`garage-${place}`, 'Motor pool', 'There is a garage for guests.', {
    category: `place/${place}`,
  }),
  sauna: article(`sauna-${place}`, 'Wellness', 'The sauna opens at noon.', { category: `place/${place}` }),
}))

/** `isTelling`: agents use the garage when customers ask for a parking spot; otherwise, anything. */
function usesOf(isTelling: boolean): PastUse[] {
  const random = seededRandom(3)
  return places.flatMap(({ garage, sauna }) =>
    ['Where is a parking spot', 'Can we sweat somewhere'].map((question, kind) => {
      const used = isTelling ? kind === 0 : random() < 0.5
      return {
        question,
        shown: [garage, sauna].map((one) => ({
          article: one,
          score: random(),
          isUsed: (one === garage) === used,
        })),
      }
    }),
  )
}

const elsewhere = {
  garage: article('g', 'Arriving by car', 'Our garage is below the house.', { category: 'place/new' }),
  sauna: article('s', 'Warm', 'A sauna.', { category: 'place/new' }),
}

describe('what past use teaches', () => {
  test('holds for an article that nobody ever used', () => {
    const { weight, about } = useModelOf(usesOf(true))
    const parking = about('is there parking')
    expect(weight).toBeGreaterThan(0)
    expect(parking(elsewhere.garage)).toBeGreaterThan(0.5)
    expect(parking(elsewhere.sauna)).toBeLessThanOrEqual(0)
  })

  test('counts for nothing where it does not help with articles that it was not learnt from', () => {
    expect(useModelOf(usesOf(false)).weight).toBe(0)
    expect(useModelOf([]).weight).toBe(0)
  })
})

test('a word that was heard in few questions says nothing', () => {
  const associations = new UseAssociations()
  const add = () => associations.add('parking', [elsewhere.garage], [elsewhere.sauna])
  add()
  add()
  expect(associations.about('parking')(elsewhere.garage)).toBe(0)
  add()
  expect(associations.about('parking')(elsewhere.garage)).toBeGreaterThan(0)
  expect(associations.about('')(elsewhere.garage)).toBe(0)
})
