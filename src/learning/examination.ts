// Position-based examination: the chance that an agent looks at a place, relative to the first one.
import { placesOf } from '../ranking/exploration.ts'
import type { LoggedRetrieval } from './logged-retrieval.ts'

/** The chance that a place, from 0, is looked at; 1 for the first. */
export type Examination = (place: number) => number

/** Supposed until exchanges tell more: the second place is looked at 1/2^0.7 = 62 % as often as the first. */
export const supposedExamination: Examination = (place) => (place + 1) ** -supposedExponent

const supposedExponent = 0.7
/** Curves that were measured lie between 0.4 and 1: for what is taken, this is one standard deviation. */
const likelyDeviation = 0.3
/** For how far off it may be. A desktop may show three cards side by side, or one and the rest behind a button. */
const possibleDeviation = 0.8
/**
 * What is tried, up to a second place that is looked at 6 % as often. Below 0 for the chances alone: what is counted of a
 * flat curve may look so, and the end of an interval must be able to reach 0, which is then taken.
 */
const exponents = Array.from({ length: 101 }, (_, step) => step / 20 - 1)
/** The ratio of two places by the curve counts as much as this many uses in each. */
const supposedUses = 20
/** The 97.5 % point of the normal distribution. */
export const z = 1.959963984540054

export type CurveEnds = readonly [low: Examination, high: Examination]

export interface ExaminationEstimate {
  readonly of: Examination
  /**
   * As flat and as steep as it may well be: the ends of the 95 % interval, since what is told from the curve may bend
   * between them.
   */
  readonly steepness: CurveEnds
  /** The same for each of the ratios of two places. */
  readonly ratios: readonly CurveEnds[]
  /** Uses of items that stood elsewhere by chance: what it rests on. */
  readonly exchangedUses: number
}

/**
 * Estimates the curve from exchanges: an item that stands at `n` by rank and at `n + 1` by chance is as useful at both,
 * so the ratio of its uses, each weighed by its propensity, is the ratio of the places (Joachims, Swaminathan, Schnabel
 * 2017). All ratios together tell how steep the curve is, if it is a power of the place; each one is smoothed towards
 * that, which also holds below the places that are exchanged.
 */
export function estimateExamination(retrievals: Iterable<LoggedRetrieval>): ExaminationEstimate {
  const { upper, lower, exchangedUses } = countExchanges(retrievals)
  const places = Array.from({ length: Math.max(upper.length, lower.length) }, (_, place) => place)
  const counts = places.map((place) => ({ upper: upper[place] ?? 0, lower: lower[place] ?? 0 }))
  const ratiosWith = (exponent: number) =>
    counts.map(({ upper, lower }, place) =>
      Math.min(1, (lower + supposedUses * ratioOf(place, exponent)) / (upper + supposedUses)),
    )
  const { exponent, low, high } = steepnessOf(counts)
  const ratios = ratiosWith(exponent)
  const offAt = (at: number, deviations: number) => {
    const counted = (upper[at] ?? 0) + supposedUses
    // Of the logarithm, as of a ratio of two Poisson counts.
    const error = Math.sqrt(1 / counted + 1 / (counted * (ratios[at] ?? 1)))
    const off = ratios.map((ratio, place) => (place === at ? ratio * Math.exp(deviations * error) : ratio))
    return curveOf(off, exponent)
  }
  const steepAs = (other: number) => curveOf(ratiosWith(other), other)
  return {
    of: curveOf(ratios, exponent),
    steepness: [steepAs(low), steepAs(high)],
    ratios: places.map((at): CurveEnds => [offAt(at, -z), offAt(at, z)]),
    exchangedUses,
  }
}

/** Uses of items that could have stood in both of two neighbouring places, by where they stood. */
interface Exchanges {
  readonly upper: number
  readonly lower: number
}

/** How often the place below is looked at, for each time that this one is. */
function ratioOf(place: number, exponent: number): number {
  return ((place + 2) / (place + 1)) ** -exponent
}

/** The likeliest exponent by what is supposed and what was counted, and the 95 % interval of what is possible. */
function steepnessOf(counts: readonly Exchanges[]) {
  const likely = chancesOf(counts, likelyDeviation)
  const possible = chancesOf(counts, possibleDeviation)
  const at = (index: number) => Math.max(0, exponents[index] ?? supposedExponent)
  const from = (share: number) => {
    let below = 0
    return at(
      possible.findIndex((chance) => {
        below += chance
        return below >= share
      }),
    )
  }
  return { exponent: at(likely.indexOf(Math.max(...likely))), low: from(0.025), high: from(0.975) }
}

/** Of each exponent, with this deviation from the one that is supposed. */
function chancesOf(counts: readonly Exchanges[], deviation: number): number[] {
  const logs = exponents.map((exponent) => {
    let log = -((exponent - supposedExponent) ** 2) / (2 * deviation ** 2)
    for (const [place, { upper, lower }] of counts.entries()) {
      const ratio = ratioOf(place, exponent)
      log += lower * Math.log(ratio / (1 + ratio)) - upper * Math.log(1 + ratio)
    }
    return log
  })
  const best = Math.max(...logs)
  const sizes = logs.map((log) => Math.exp(log - best))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return sizes.map((size) => size / total)
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
