import { describe, expect, test } from 'vitest'
import { type JudgedList, judge } from '../../src/learning/estimators.ts'
import { estimateExamination, supposedExamination } from '../../src/learning/examination.ts'
import { placesBy } from '../../src/learning/learn.ts'
import { examinationOf, features, trueExamination, worldOf } from './synthetic-world.ts'

const logging = [1, 0, 0, 1]
const target = [1, 2, 0, 0]
const truth = worldOf({ seed: 999, retrievals: 15_000, logging, exploration: 0.1 })
const known: Parameters<typeof judge>[1] = {
  of: trueExamination,
  steepness: [trueExamination, trueExamination],
  ratios: [],
}

function listsOf(seed: number, retrievals: number, guess: number): JudgedList[] {
  return worldOf({ seed, retrievals, logging, exploration: 0.1 }).retrievals.map((retrieval) => ({
    retrieval,
    places: placesBy(retrieval, features, target),
    guesses: retrieval.items.map(() => guess),
  }))
}

describe('in a world whose truth is known', () => {
  test('about 95 of 100 intervals of each estimator hold the truth, and their mean is the truth', () => {
    const seeds = 100
    const judgements = Array.from({ length: seeds }, (_, seed) => judge(listsOf(seed, 300, 0.15), known))
    const gain = truth.valueOf(target) - truth.valueOf(logging)
    for (const [name, value] of [
      ['ips', truth.valueOf(target)],
      ['snips', truth.valueOf(target)],
      ['doublyRobust', truth.valueOf(target)],
      ['gain', gain],
    ] as const) {
      const held = judgements.filter(
        (judgement) => judgement[name].low <= value && value <= judgement[name].high,
      )
      expect(held.length, name).toBeGreaterThanOrEqual(88)
      expect(held.length, name).toBeLessThan(100)
      const mean = judgements.reduce((sum, judgement) => sum + judgement[name].value, 0) / seeds
      expect(Math.abs(mean - value) / value, name).toBeLessThan(0.03)
    }
  }, 60_000)

  test('a wrong guess of use does no harm to the doubly robust value', () => {
    const [none, wild] = [judge(listsOf(1, 3000, 0), known), judge(listsOf(1, 3000, 0.6), known)]
    expect(wild.doublyRobust.value).toBeCloseTo(none.ips.value, 1)
    expect(none.doublyRobust.value).toBeCloseTo(none.ips.value, 12)
  })

  test('what was shown is worth what was used, and no gain over itself', () => {
    const lists = listsOf(2, 900, 0.1).map((list) => ({
      ...list,
      places: placesBy(list.retrieval, features, logging),
    }))
    const judgement = judge(lists, known)
    const uses = lists.flatMap(({ retrieval }) => retrieval.items).filter(({ isUsed }) => isUsed).length
    expect(judgement.ips.value).toBeCloseTo(uses / lists.length, 1)
    expect(judgement.gain.value).toBeCloseTo(0, 12)
    expect(judgement.effectiveRetrievals).toBeGreaterThan(0.98 * lists.length)
  })

  test('where places are looked at is found from exchanges', () => {
    const { retrievals } = worldOf({ seed: 3, retrievals: 40_000, logging, exploration: 0.1 })
    const { of: found, exchangedUses } = estimateExamination(retrievals)
    expect(exchangedUses).toBeGreaterThan(500)
    for (const place of [1, 2, 3, 4]) {
      const off = Math.abs(found(place) - trueExamination(place))
      expect(off).toBeLessThan(Math.abs(supposedExamination(place) - trueExamination(place)) / 2)
    }
  }, 60_000)

  test('with the places unknown the intervals are wider, and still hold the truth', () => {
    const gain = truth.valueOf(target) - truth.valueOf(logging)
    const held = Array.from({ length: 50 }, (_, seed) => {
      const lists = listsOf(seed, 600, 0.15)
      const examination = estimateExamination(lists.map(({ retrieval }) => retrieval))
      const { gain: found } = judge(lists, examination)
      return found.low <= gain && gain <= found.high
    }).filter(Boolean)
    expect(held.length).toBeGreaterThanOrEqual(45)
  }, 60_000)
})

/** The gain and the value of the doubly robust estimate; how many of the intervals of 20 records hold the truth. */
function heldIn(exponent: number, exploration: number): { gain: number; value: number } {
  const world = { logging, exploration, examination: examinationOf(exponent) }
  const { valueOf: worth } = worldOf({ ...world, seed: 999, retrievals: 5000 })
  const held = { gain: 0, value: 0 }
  for (let seed = 0; seed < 20; seed++) {
    const { retrievals } = worldOf({ ...world, seed, retrievals: 600 })
    const lists = retrievals.map((retrieval) => ({
      retrieval,
      places: placesBy(retrieval, features, target),
      guesses: retrieval.items.map(() => 0.15),
    }))
    const { gain, doublyRobust } = judge(lists, estimateExamination(retrievals))
    const isIn = ({ low, high }: typeof gain, truth: number) => low <= truth && truth <= high
    held.gain += Number(isIn(gain, worth(target) - worth(logging)))
    held.value += Number(isIn(doublyRobust, worth(target)))
  }
  return held
}

describe.each([0, 1, 2])('where place n is looked at 1 / n^%s as often as the first', (exponent) => {
  test.each([0, 0.1])('the intervals hold the truth, with %s of the lists explored', (exploration) => {
    const held = heldIn(exponent, exploration)
    expect(held.gain).toBeGreaterThanOrEqual(18)
    expect(held.value).toBeGreaterThanOrEqual(18)
  })
})

test('of nothing there is nothing to say', () => {
  const judgement = judge([], known)
  expect(judgement).toMatchObject({ retrievals: 0, effectiveRetrievals: 0 })
  expect(judgement.ips).toEqual({ value: 0, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY })
})

test('one interaction alone leaves everything open', () => {
  const lists = listsOf(4, 3, 0.1)
  expect(judge(lists, known).ips.high).toBe(Number.POSITIVE_INFINITY)
})
