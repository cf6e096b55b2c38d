// Learns weights from use and judges them offline, never on what they were learnt from.
import { hash } from 'node:crypto'
import { placesOf } from '../ranking/exploration.ts'
import { type Judgement, judge } from './estimators.ts'
import { type Examination, estimateExamination } from './examination.ts'
import { type Choice, choicesOf, fitChoices, likelihoodOf, sharpnessOf, type Weights } from './fit-weights.ts'
import type { LoggedRetrieval } from './logged-retrieval.ts'

/** How tightly the weights are held to the current ones, in uses for each hundred: the best of them is taken. */
const ridges = [0.03, 0.3, 3, 30]
const folds = 5
/** Uses without which nothing is fitted: fewer would be noise. */
export const neededUses = (features: number) => Math.max(200, 20 * features)

/** What came of it. */
export interface Learning {
  readonly retrievals: number
  readonly interactions: number
  readonly uses: number
  /** Uses of items that stood where they stood by chance: what the curve of examination rests on. */
  readonly exchangedUses: number
  /** Of the first places, from 1. */
  readonly examination: readonly number[]
  /** Undefined where there are too few uses. */
  readonly candidate?: {
    readonly weights: Weights
    readonly ridge: number
    /** Of the candidate, cross-fitted; `gain` is over the current profile. */
    readonly judgement: Judgement
    /** Of the current profile. */
    readonly current: Judgement
  }
  /** Uses that are missing before anything is fitted. */
  readonly missingUses: number
  /** Retrievals that would make a gain of this size certain; undefined where it is, or where there is none. */
  readonly neededRetrievals?: number | undefined
}

/**
 * Fits weights to what was used, from `current` on, and yields its progress, 0..1. What is judged is cross-fitted by
 * article: the weights that rank a retrieval were learnt without any retrieval in which the same article was used.
 */
export function* learn(
  retrievals: readonly LoggedRetrieval[],
  current: Weights,
): Generator<number, Learning> {
  const examination = estimateExamination(retrievals)
  const features = Object.keys(current)
  const uses = retrievals.reduce((sum, { items }) => sum + items.filter(({ isUsed }) => isUsed).length, 0)
  const facts = {
    retrievals: retrievals.length,
    interactions: new Set(retrievals.map(({ interactionId }) => interactionId)).size,
    uses,
    exchangedUses: examination.exchangedUses,
    examination: Array.from({ length: 10 }, (_, place) => examination.of(place)),
    missingUses: Math.max(0, neededUses(features.length) - uses),
  }
  if (facts.missingUses > 0) return facts
  const start = features.map((name) => current[name] ?? 0)
  const parts = foldsOf(retrievals)
  const others = parts.map((part) => retrievals.filter((retrieval) => !part.has(retrieval)))
  const trainings = others.map((training) => choicesOf(training, features, examination.of))
  const tests = parts.map((part) => choicesOf([...part], features, examination.of))
  let best: { ridge: number; likelihood: number; fitted: number[][] } | undefined
  let done = 0
  for (const ridge of ridges) {
    const fitted: number[][] = []
    let likelihood = 0
    for (const [fold, training] of trainings.entries()) {
      const weights = weightsFor(training, start, ridge)
      fitted.push(weights)
      likelihood += likelihoodOf(tests[fold] ?? [], weights)
      yield ++done / (ridges.length * folds + 1)
    }
    if (best === undefined || likelihood > best.likelihood) best = { ridge, likelihood, fitted }
  }
  const { ridge, fitted } = best ?? { ridge: 0, fitted: [] }
  const whole = weightsFor(choicesOf(retrievals, features, examination.of), start, ridge)
  const judged = (vectors: readonly (readonly number[])[]) => {
    const lists = parts.flatMap((part, fold) => {
      const vector = vectors[fold] ?? start
      const rates = ratesByPlace(others[fold] ?? [], features, vector, examination.of)
      return [...part].map((retrieval) => {
        const places = placesBy(retrieval, features, vector)
        return { retrieval, places, guesses: places.map((place) => rates[place] ?? 0) }
      })
    })
    return judge(lists, examination)
  }
  const judgement = judged(fitted)
  return {
    ...facts,
    candidate: {
      weights: Object.fromEntries(
        features.map((name, at) => [name, (whole[at] ?? 0) * scaleTo(start, whole)]),
      ),
      ridge,
      judgement,
      current: judged([]),
    },
    neededRetrievals: neededFor(judgement),
  }
}

/** From the current weights, made as sharp as what was used allows. */
function weightsFor(choices: readonly Choice[], start: readonly number[], ridge: number): number[] {
  const sharpness = sharpnessOf(choices, start)
  const anchor = start.map((weight) => weight * sharpness)
  return fitChoices(choices, anchor, (ridge * choices.length) / 100)
}

/** The sum of the sizes of the weights stays, so that scores stay comparable. */
function scaleTo(start: readonly number[], weights: readonly number[]): number {
  const size = (vector: readonly number[]) => vector.reduce((sum, weight) => sum + Math.abs(weight), 0)
  return size(start) / (size(weights) || 1)
}

/** By the article that was used first; retrievals without a use by their interaction. */
function foldsOf(retrievals: readonly LoggedRetrieval[]): Set<LoggedRetrieval>[] {
  const parts = Array.from({ length: folds }, () => new Set<LoggedRetrieval>())
  for (const retrieval of retrievals) {
    const used = retrieval.items.find(({ isUsed }) => isUsed)?.contentId
    const digest = hash('sha256', used ?? retrieval.interactionId, 'buffer')
    parts[digest.readUInt32BE() % folds]?.add(retrieval)
  }
  return parts
}

/** The place of each item under these weights; equal scores keep the order in which they were ranked. */
export function placesBy(
  { items }: LoggedRetrieval,
  features: readonly string[],
  weights: readonly number[],
): number[] {
  const homes = placesOf(items)
  const scored = items.map((item, index) => ({
    index,
    score: features.reduce((sum, name, at) => sum + (item.features[name] ?? 0) * (weights[at] ?? 0), 0),
    home: homes[index]?.[0]?.place ?? index,
  }))
  const places: number[] = []
  for (const [place, { index }] of scored.sort((a, b) => b.score - a.score || a.home - b.home).entries())
    places[index] = place
  return places
}

/** Uses a look, by the place that the weights give. */
function ratesByPlace(
  retrievals: readonly LoggedRetrieval[],
  features: readonly string[],
  weights: readonly number[],
  examination: Examination,
): number[] {
  const uses: number[] = []
  const looks: number[] = []
  for (const retrieval of retrievals)
    for (const [index, place] of placesBy(retrieval, features, weights).entries()) {
      looks[place] = (looks[place] ?? 0) + examination(index)
      uses[place] = (uses[place] ?? 0) + (retrieval.items[index]?.isUsed ? 1 : 0)
    }
  return looks.map((count, place) => Math.min(1, (uses[place] ?? 0) / count))
}

/** An interval shrinks with the root of what it is told from. */
function neededFor({ gain, retrievals }: Judgement): number | undefined {
  if (gain.value <= 0 || gain.low > 0 || gain.high === Number.POSITIVE_INFINITY) return undefined
  return Math.ceil(retrievals * ((gain.value - gain.low) / gain.value) ** 2)
}
