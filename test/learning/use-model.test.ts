import { describe, expect, test } from 'vitest'
import { UseAssociations } from '../../src/learning/use-associations.ts'
import { learnUse, type PastUse, type UseModel } from '../../src/learning/use-model.ts'
import { UseNeighbours } from '../../src/learning/use-neighbours.ts'
import { ArticleStems } from '../../src/learning/use-words.ts'
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

function learnt(uses: readonly PastUse[]): UseModel {
  const work = learnUse(uses)
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value
}

const elsewhere = {
  garage: article('g', 'Arriving by car', 'Our garage is below the house.', { category: 'place/new' }),
  sauna: article('s', 'Warm', 'A sauna.', { category: 'place/new' }),
}

describe('what past use teaches', () => {
  test('holds for an article that nobody ever used', () => {
    const { weights, scoreOf } = learnt(usesOf(true))
    const parking = scoreOf('is there parking')
    expect(Math.max(...weights)).toBeGreaterThan(0)
    expect(parking(elsewhere.garage)).toBeGreaterThan(0.5)
    expect(parking(elsewhere.sauna)).toBeLessThanOrEqual(0)
  })

  test('counts for nothing where it does not help with articles that it was not learnt from', () => {
    expect(learnt(usesOf(false)).weights).toEqual([0, 0])
    expect(learnt([]).weights).toEqual([0, 0])
  })
})

test('a word that was heard in few questions says nothing', () => {
  const associations = new UseAssociations(new ArticleStems())
  const add = () => associations.add('parking', [elsewhere.garage], [elsewhere.sauna])
  add()
  add()
  expect(associations.about('parking')(elsewhere.garage)).toBe(0)
  add()
  expect(associations.about('parking')(elsewhere.garage)).toBeGreaterThan(0)
  expect(associations.about('')(elsewhere.garage)).toBe(0)
})

test('the more a question is like a past one, the more counts what was used for that', () => {
  const neighbours = new UseNeighbours(new ArticleStems())
  neighbours.add('where is a parking spot', [elsewhere.garage], [elsewhere.sauna])
  neighbours.add('where can we swim', [elsewhere.sauna], [elsewhere.garage])
  const garageFor = (question: string) => neighbours.about(question)(elsewhere.garage)
  expect(garageFor('a parking spot please')).toBeGreaterThan(garageFor('a spot where we swim'))
  expect(garageFor('can we swim')).toBeLessThan(0)
  expect(garageFor('something else entirely')).toBe(0)
})
