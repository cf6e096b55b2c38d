// Fits the weights of a profile to what was used: a choice among the items that were shown.
import { placesOf } from '../ranking/exploration.ts'
import type { Examination } from './examination.ts'
import type { LoggedRetrieval } from './logged-retrieval.ts'
import { solve } from './solve.ts'

/** Weights by feature. */
export type Weights = Readonly<Record<string, number>>

/** What was used of one list. */
export interface Choice {
  /** Item after item, the features of each in their order. */
  readonly values: Float64Array
  /** How much a use of each item counts; 0 for those that were not used. */
  readonly uses: readonly number[]
  /** Their sum. */
  readonly weight: number
}

/** A use in a place that is hardly looked at counts no more than this many in the first. */
const maxWeight = 10
const maxSteps = 50

/**
 * Each list of which something was used, as a choice among its items. A use counts the inverse of the chance that it
 * was looked at, all places counted where it could have stood (Joachims, Swaminathan, Schnabel 2017).
 */
export function choicesOf(
  retrievals: readonly LoggedRetrieval[],
  features: readonly string[],
  examination: Examination,
): Choice[] {
  return retrievals.flatMap(({ items }) => {
    if (items.length < 2 || !items.some(({ isUsed }) => isUsed)) return []
    const places = placesOf(items)
    const uses = items.map(({ isUsed }, index) => {
      if (!isUsed) return 0
      let looked = 0
      for (const { place, chance } of places[index] ?? []) looked += chance * examination(place)
      return Math.min(maxWeight, 1 / looked)
    })
    const values = items.flatMap((item) => features.map((name) => item.features[name] ?? 0))
    return [{ values: Float64Array.from(values), uses, weight: uses.reduce((sum, use) => sum + use, 0) }]
  })
}

/**
 * How sharply the scores of these weights tell what is used: the factor under which it is most likely. It is no part
 * of a profile, since only the order counts; at least a little, or nothing would be left to hold on to.
 */
export function sharpnessOf(choices: readonly Choice[], weights: readonly number[]): number {
  const scored = choices.map((choice) => ({ ...choice, values: scoresOf(choice, weights) }))
  return Math.max(0.1, fitChoices(scored, [0], 1e-3)[0] ?? 0)
}

/**
 * The weights under which the choices are most likely: a conditional logit (McFadden 1974), held to `anchor` by a
 * ridge of strength `ridge`. Deterministic: Newton's method, with steps halved until they gain.
 */
export function fitChoices(choices: readonly Choice[], anchor: readonly number[], ridge: number): number[] {
  const work = fitting(choices, anchor, ridge)
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value
}

/** The same, step by step: between two of them others have their turn. */
export function* fitting(
  choices: readonly Choice[],
  anchor: readonly number[],
  ridge: number,
): Generator<void, number[]> {
  const objective = (weights: readonly number[]) => {
    let off = 0
    for (const [at, weight] of weights.entries()) off += (weight - (anchor[at] ?? 0)) ** 2
    return likelihoodOf(choices, weights) - (ridge / 2) * off
  }
  let weights = [...anchor]
  let value = objective(weights)
  for (let step = 0; step < maxSteps; step++) {
    const { gradient, curvature } = slopesOf(choices, weights)
    for (const [at, weight] of weights.entries()) {
      gradient[at] = (gradient[at] ?? 0) - ridge * (weight - (anchor[at] ?? 0))
      const row = curvature[at]
      if (row !== undefined) row[at] = (row[at] ?? 0) + ridge
    }
    const direction = solve(curvature, gradient)
    const stepped = (size: number) => weights.map((weight, at) => weight + size * (direction[at] ?? 0))
    let size = 1
    while (objective(stepped(size)) < value && size > 1e-6) size /= 2
    const better = objective(stepped(size))
    if (better - value < 1e-9 * Math.abs(value)) break
    weights = stepped(size)
    value = better
    yield
  }
  return weights
}

/** The log-likelihood of the choices. */
export function likelihoodOf(choices: readonly Choice[], weights: readonly number[]): number {
  let sum = 0
  for (const choice of choices)
    for (const [item, chance] of chancesOf(choice, weights).entries()) {
      const use = choice.uses[item] ?? 0
      if (use > 0) sum += use * Math.log(Math.max(1e-300, chance))
    }
  return sum
}

/** The gradient of the log-likelihood, and its second derivatives with their sign turned. */
function slopesOf(choices: readonly Choice[], weights: readonly number[]) {
  const size = weights.length
  const gradient = new Array<number>(size).fill(0)
  const flat = new Float64Array(size * size)
  const mean = new Float64Array(size)
  for (const choice of choices) {
    const { values, uses, weight } = choice
    const chances = chancesOf(choice, weights)
    mean.fill(0)
    for (const [item, chance] of chances.entries())
      for (let at = 0; at < size; at++) mean[at] = (mean[at] ?? 0) + chance * (values[item * size + at] ?? 0)
    for (const [item, chance] of chances.entries()) {
      const pull = uses[item] ?? 0
      const spread = chance * weight
      for (let row = 0; row < size; row++) {
        const off = (values[item * size + row] ?? 0) - (mean[row] ?? 0)
        if (off === 0) continue
        gradient[row] = (gradient[row] ?? 0) + pull * off
        for (let column = 0; column <= row; column++) {
          const at = row * size + column
          flat[at] =
            (flat[at] ?? 0) + spread * off * ((values[item * size + column] ?? 0) - (mean[column] ?? 0))
        }
      }
    }
  }
  const curvature = gradient.map((_, row) =>
    gradient.map((__, column) => flat[Math.max(row, column) * size + Math.min(row, column)] ?? 0),
  )
  return { gradient, curvature }
}

function scoresOf({ values, uses }: Choice, weights: readonly number[]): Float64Array {
  const size = weights.length
  const scores = new Float64Array(uses.length)
  for (let item = 0; item < scores.length; item++) {
    let score = 0
    for (let at = 0; at < size; at++) score += (values[item * size + at] ?? 0) * (weights[at] ?? 0)
    scores[item] = score
  }
  return scores
}

function chancesOf(choice: Choice, weights: readonly number[]): Float64Array {
  const chances = scoresOf(choice, weights)
  let most = Number.NEGATIVE_INFINITY
  for (const score of chances) most = Math.max(most, score)
  let sum = 0
  for (const [item, score] of chances.entries()) {
    const size = Math.exp(score - most)
    chances[item] = size
    sum += size
  }
  for (const [item, size] of chances.entries()) chances[item] = size / sum
  return chances
}
