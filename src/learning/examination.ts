// Position-based examination: the chance that an agent looks at a place, relative to the first one.
import { placesOf } from '../ranking/exploration.ts'
import type { LoggedRetrieval } from './logged-retrieval.ts'

/** The chance that a place, from 0, is looked at; 1 for the first. */
export type Examination = (place: number) => number

/** Supposed until exchanges tell more: the second place is looked at 1/2^0.7 = 62 % as often as the first. */
export const supposedExamination: Examination = (place) => (place + 1) ** -supposedExponent

const supposedExponent = 0.7
/** How far off that may well be (one standard deviation): curves that were measured lie between 0.4 and 1. */
const exponentError = 0.3
/** A supposed ratio of two places counts as much as this many uses in each. */
const supposedUses = 20

export interface ExaminationEstimate {
  readonly of: Examination
  /** The same with one of its parameters off by a standard error: how uncertain it is. */
  readonly variants: readonly Examination[]
  /** Uses of items that stood elsewhere by chance: what it rests on. */
  readonly exchangedUses: number
}

/**
 * Estimates the curve from exchanges: an item that stands at `n` by rank and at `n + 1` by chance is as useful at both,
 * so the ratio of its uses, each weighed by its propensity, is the ratio of the places (Joachims, Swaminathan, Schnabel
 * 2017). Each ratio is smoothed towards the supposed one, which also holds below the places that are exchanged.
 */
export function estimateExamination(retrievals: Iterable<LoggedRetrieval>): ExaminationEstimate {
  const { upper, lower, exchangedUses } = countExchanges(retrievals)
  const places = Array.from({ length: Math.max(upper.length, lower.length) }, (_, place) => place)
  const ratiosWith = (exponent: number) =>
    places.map((place) => {
      const supposed = ((place + 2) / (place + 1)) ** -exponent
      return Math.min(
        1,
        ((lower[place] ?? 0) + supposedUses * supposed) / ((upper[place] ?? 0) + supposedUses),
      )
    })
  const ratios = ratiosWith(supposedExponent)
  const steeper = supposedExponent + exponentError
  const offAt = (at: number) => {
    const counted = (upper[at] ?? 0) + supposedUses
    // Of the logarithm, as of a ratio of two Poisson counts.
    const error = Math.sqrt(1 / counted + 1 / (counted * (ratios[at] ?? 1)))
    return ratios.map((ratio, place) => (place === at ? ratio * Math.exp(error) : ratio))
  }
  return {
    of: curveOf(ratios, supposedExponent),
    variants: [
      ...places.map((at) => curveOf(offAt(at), supposedExponent)),
      curveOf(ratiosWith(steeper), steeper),
    ],
    exchangedUses,
  }
}

/** From the ratio of each place to the one above it; below them a power of the place. */
function curveOf(ratios: readonly number[], exponent: number): Examination {
  const curve = [1]
  for (const [place, ratio] of ratios.entries()) curve.push((curve[place] ?? 1) * ratio)
  const last = curve.length - 1
  for (let place = last + 1; place < 50; place++)
    curve.push((curve[last] ?? 1) * ((place + 1) / (last + 1)) ** -exponent)
  const least = curve.at(-1) ?? 1
  return (place) => curve[place] ?? least
}

/** Uses of items by the upper of the two places where each could have stood: at the upper one, and at the lower. */
function countExchanges(retrievals: Iterable<LoggedRetrieval>) {
  const upper: number[] = []
  const lower: number[] = []
  let exchangedUses = 0
  for (const { items } of retrievals) {
    if (!items.some(({ isUsed, propensity }) => isUsed && propensity < 1)) continue
    const places = placesOf(items)
    for (const [place, { isUsed, propensity }] of items.entries()) {
      const [home, ...away] = places[place] ?? []
      if (!isUsed || home === undefined) continue
      if (place !== home.place) exchangedUses++
      for (const other of away) {
        if (place !== home.place && place !== other.place) continue
        const first = Math.min(home.place, other.place)
        const counts = place === first ? upper : lower
        // A use in the rare place counts 1, one in the ranked place as much less as it is likelier.
        counts[first] = (counts[first] ?? 0) + other.chance / propensity
      }
    }
  }
  return { upper, lower, exchangedUses }
}
