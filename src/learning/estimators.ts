// Offline judgement of a ranking: what it would have brought, told from what another one brought.
import { placesOf } from '../ranking/exploration.ts'
import { type CurveEnds, type Examination, type ExaminationEstimate, z } from './examination.ts'
import type { LoggedRetrieval } from './logged-retrieval.ts'

/** An estimate with its 95 % confidence interval. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** A logged list with what is to be judged. */
export interface JudgedList {
  readonly retrieval: LoggedRetrieval
  /** Where the ranking that is judged puts each item, in the order in which they were shown. */
  readonly places: readonly number[]
  /** How often each would be used if it were looked at, 0..1: a guess that need not be right. */
  readonly guesses: readonly number[]
}

/** Values are uses a retrieval. */
export interface Judgement {
  /** Inverse propensity scoring. */
  readonly ips: Estimate
  /** Self-normalised. */
  readonly snips: Estimate
  /** Doubly robust: right if the propensities or the guesses are. */
  readonly doublyRobust: Estimate
  /** The doubly robust value less that of the ranking by which the lists were shown. */
  readonly gain: Estimate
  readonly retrievals: number
  /** So many retrievals would tell as much if every item in them weighed the same (Kish 1965). */
  readonly effectiveRetrievals: number
}

/**
 * Judges a ranking under the position-based model: an item is used if it is looked at, which depends on its place, and
 * if it is then found worth it, which does not. So its weight is the chance of being looked at in its new place over
 * the one that it had, all places counted where it could have stood (Li, Abbasi-Yadkori, Kveton, Muthukrishnan, Vinay,
 * Wen 2018). Intervals are normal ones, clustered by interaction, with what is uncertain of the examination.
 */
export function judge(
  lists: readonly JudgedList[],
  { of, steepness, ratios }: Omit<ExaminationEstimate, 'exchangedUses'>,
): Judgement {
  const stood = lists.map(({ retrieval }) => placesOf(retrieval.items))
  const rowsUnder = (examination: Examination) =>
    lists.map((list, at) => rowOf(list, stood[at] ?? [], examination))
  const rows = rowsUnder(of)
  const rowsOfEnds = (ends: CurveEnds) => ends.map(rowsUnder)
  const steep = rowsOfEnds(steepness)
  const others = ratios.map(rowsOfEnds)
  const interactions = lists.map(({ retrieval }) => retrieval.interactionId)
  const estimate = (value: (rows: readonly Row[]) => number, influences: readonly number[]): Estimate => {
    const middle = value(rows)
    const byChance = z ** 2 * clusteredVariance(influences, interactions)
    const offsOf = (ends: readonly (readonly Row[])[]) => ends.map((end) => value(end) - middle)
    let [down, up] = [byChance, byChance]
    // To each side as far as the curve may lead it there: one that is steeper may speak for the new ranking only.
    for (const offs of others.map(offsOf)) {
      down += Math.min(0, ...offs) ** 2
      up += Math.max(0, ...offs) ** 2
    }
    // How steep the curve is may be no more than supposed: so this adds up with what is due to chance.
    const offs = offsOf(steep)
    return {
      value: middle,
      low: middle + Math.min(0, ...offs) - Math.sqrt(down),
      high: middle + Math.max(0, ...offs) + Math.sqrt(up),
    }
  }
  const ofMean = (value: (row: Row) => number) => estimate((some) => meanOf(some, value), rows.map(value))
  const normalised = (some: readonly Row[]) =>
    (meanOf(some, (row) => row.ips) * meanOf(some, (row) => row.due)) / (meanOf(some, (row) => row.got) || 1)
  const got = meanOf(rows, (row) => row.got) || 1
  const ratio = meanOf(rows, (row) => row.due) / got
  // Linearised: a ratio varies as its residuals do.
  const snips = normalised(rows)
  const residuals = rows.map((row) => row.ips * ratio + (snips * (row.due / ratio - row.got)) / got)
  const items = rows.reduce((sum, row) => sum + row.items, 0)
  const weights = rows.reduce((sum, row) => sum + row.weights, 0)
  const squares = rows.reduce((sum, row) => sum + row.squares, 0)
  return {
    ips: ofMean((row) => row.ips),
    snips: estimate(normalised, residuals),
    doublyRobust: ofMean((row) => row.robust),
    gain: ofMean((row) => row.robust - row.shown),
    retrievals: rows.length,
    effectiveRetrievals: items === 0 ? 0 : (rows.length * weights ** 2) / (items * squares),
  }
}

type Row = ReturnType<typeof rowOf>

/** What one list adds to each estimate. */
function rowOf(
  { retrieval, places, guesses }: JudgedList,
  stood: ReturnType<typeof placesOf>,
  examination: Examination,
) {
  const row = { ips: 0, robust: 0, shown: 0, due: 0, got: 0, weights: 0, squares: 0, items: 0 }
  for (const [index, { isUsed }] of retrieval.items.entries()) {
    const could = stood[index] ?? []
    let looked = 0
    for (const { place, chance } of could) looked += chance * examination(place)
    const due = examination(places[index] ?? index)
    const home = examination(could[0]?.place ?? index)
    const weight = due / looked
    const use = isUsed ? 1 : 0
    const guess = guesses[index] ?? 0
    const surprise = (use - examination(index) * guess) / looked
    row.ips += weight * use
    row.robust += due * (guess + surprise)
    row.shown += home * (guess + surprise)
    row.due += due
    row.got += weight * examination(index)
    row.weights += weight
    row.squares += weight ** 2
    row.items++
  }
  return row
}

function meanOf(rows: readonly Row[], value: (row: Row) => number): number {
  let sum = 0
  for (const row of rows) sum += value(row)
  return sum / (rows.length || 1)
}

/** Of the mean of values of which those of one cluster may hang together; infinite for a single cluster. */
export function clusteredVariance(values: readonly number[], clusters: readonly string[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / (values.length || 1)
  const sums = new Map<string, number>()
  for (const [index, value] of values.entries()) {
    const cluster = clusters[index] ?? ''
    sums.set(cluster, (sums.get(cluster) ?? 0) + value - mean)
  }
  if (sums.size < 2) return Number.POSITIVE_INFINITY
  let squares = 0
  for (const off of sums.values()) squares += off ** 2
  return (squares * sums.size) / (sums.size - 1) / values.length ** 2
}
