// A world whose truth is known: what each item is worth, which places are looked at, and how lists were shown.
import type { Examination } from '../../src/learning/examination.ts'
import { placesBy } from '../../src/learning/learn.ts'
import type { LoggedItem, LoggedRetrieval } from '../../src/learning/logged-retrieval.ts'
import { type Random, seededRandom } from '../../src/random.ts'
import { drawExchange, exchanged, exchangesIn } from '../../src/ranking/exploration.ts'

/** Not the curve that is supposed where nothing is known. */
export const trueExamination = examinationOf(1)

/** 0: every place is looked at alike; 2: the second one a quarter as often as the first. */
export function examinationOf(exponent: number): Examination {
  return (place) => (place + 1) ** -exponent
}

/** What makes an item useful; the last of them is noise. */
export const features = ['fit', 'focus', 'compliance', 'noise'] as const
export const trueWeights = [3, 2, 0.5, 0] as const

export interface WorldOptions {
  readonly seed: number
  readonly retrievals: number
  /** Weights by which lists were ranked. */
  readonly logging: readonly number[]
  readonly exploration: number
  readonly examination?: Examination
}

export interface World {
  readonly retrievals: readonly LoggedRetrieval[]
  /** Uses a retrieval that a ranking would have brought in expectation. */
  valueOf(weights: readonly number[]): number
}

const listLength = 8
const articles = 200

/** Three retrievals an interaction; in some interactions agents use more than in others. */
export function worldOf({
  seed,
  retrievals: count,
  logging,
  exploration,
  examination = trueExamination,
}: WorldOptions): World {
  const random = seededRandom(seed)
  const worths = new Map<LoggedRetrieval, readonly number[]>()
  let eagerness = 1
  for (let index = 0; index < count; index++) {
    if (index % 3 === 0) eagerness = 0.5 + random()
    const ranked = drawItems(random, eagerness, logging).sort((a, b) => b.score - a.score)
    const exchange = drawExchange(exchangesIn(ranked), exploration, random)
    const shown = exchanged(ranked, exchange, exploration)
    const items = shown.items.map(
      (item, place): LoggedItem => ({
        ...item,
        propensity: shown.propensities[place] ?? 1,
        isUsed: random() < examination(place) * item.worth,
      }),
    )
    const retrieval = {
      interactionId: `call-${Math.floor(index / 3)}`,
      contexts: [],
      query: '',
      items,
      isResolved: undefined,
    }
    worths.set(
      retrieval,
      shown.items.map(({ worth }) => worth),
    )
  }
  return {
    retrievals: [...worths.keys()],
    valueOf(weights) {
      let value = 0
      for (const [retrieval, worth] of worths)
        for (const [index, place] of placesBy(retrieval, features, weights).entries())
          value += examination(place) * (worth[index] ?? 0)
      return value / worths.size
    },
  }
}

function drawItems(random: Random, eagerness: number, logging: readonly number[]) {
  return Array.from({ length: listLength }, () => {
    const values = [random(), random() < 0.3 ? 1 : 0, random() < 0.2 ? 1 : 0, random()]
    const sumBy = (weights: readonly number[]) =>
      values.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0)
    return {
      contentId: `article-${Math.floor(random() * articles)}`,
      isCompliant: values[2] === 1,
      features: Object.fromEntries(features.map((name, at) => [name, values[at] ?? 0])),
      score: sumBy(logging),
      worth: Math.min(1, eagerness / (1 + Math.exp(4.5 - sumBy(trueWeights)))),
    }
  })
}
