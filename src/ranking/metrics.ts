// The measures of a ranking whose right answers are known, and their uncertainty.
import type { Random } from '../random.ts'

/** What was ranked first, best first, and the ids that would have helped. */
export interface Ranking {
  readonly ranked: readonly string[]
  readonly gold: ReadonlySet<string>
}

/** Means over rankings, each 0..1. */
export interface RankingMetrics {
  readonly r1: number
  readonly r5: number
  readonly mrr5: number
  readonly ndcg5: number
}

/** The means; all 0 where there is no ranking. */
export function metricsOf(rankings: readonly Ranking[]): RankingMetrics {
  const mean = (measure: (ranking: Ranking) => number) =>
    rankings.reduce((sum, ranking) => sum + measure(ranking), 0) / (rankings.length || 1)
  return {
    r1: mean((ranking) => hitAt(1, ranking)),
    r5: mean((ranking) => hitAt(5, ranking)),
    mrr5: mean((ranking) => reciprocalRankAt(5, ranking)),
    ndcg5: mean((ranking) => ndcgAt(5, ranking)),
  }
}

/** R@k: 1 when any gold article is among the first `k`, else 0. */
export function hitAt(k: number, { ranked, gold }: Ranking): number {
  return ranked.slice(0, k).some((id) => gold.has(id)) ? 1 : 0
}

/** 1 / place of the first gold article among the first `k`; 0 when there is none. */
export function reciprocalRankAt(k: number, { ranked, gold }: Ranking): number {
  const place = ranked.slice(0, k).findIndex((id) => gold.has(id))
  return place === -1 ? 0 : 1 / (place + 1)
}

/** Normalised discounted cumulative gain with gains of 0 and 1 (Järvelin, Kekäläinen 2002). */
export function ndcgAt(k: number, { ranked, gold }: Ranking): number {
  const discount = (place: number) => 1 / Math.log2(place + 2)
  let gain = 0
  for (const [place, id] of ranked.slice(0, k).entries()) if (gold.has(id)) gain += discount(place)
  let ideal = 0
  for (let place = 0; place < Math.min(k, gold.size); place++) ideal += discount(place)
  return ideal === 0 ? 0 : gain / ideal
}

const resamples = 1000

/**
 * The 95% interval of a mean whose values come in groups that are alike, by drawing whole groups again and again (the
 * cluster bootstrap of Field and Welsh 2007); 0..1 where there is no value.
 */
export function clusterInterval(
  values: readonly { readonly group: string; readonly value: number }[],
  random: Random,
): readonly [low: number, high: number] {
  const groups = [...Map.groupBy(values, ({ group }) => group).values()].map((members) => ({
    sum: members.reduce((sum, { value }) => sum + value, 0),
    count: members.length,
  }))
  if (groups.length === 0) return [0, 1]
  const means = Array.from({ length: resamples }, () => {
    let sum = 0
    let count = 0
    for (let draw = 0; draw < groups.length; draw++) {
      const group = groups[Math.floor(random() * groups.length)]
      sum += group?.sum ?? 0
      count += group?.count ?? 0
    }
    return sum / count
  })
  return [percentileOf(means, 0.025), percentileOf(means, 0.975)]
}

/** The area under the ROC curve: the chance that a `yes` is above a `no`, equals counting half. NaN without both. */
export function areaUnderCurve(yes: readonly number[], no: readonly number[]): number {
  const sorted = no.toSorted((a, b) => a - b)
  const above = yes.reduce(
    (sum, value) => sum + (countBelow(sorted, value) + countUpTo(sorted, value)) / 2,
    0,
  )
  return above / (yes.length * no.length)
}

function countBelow(sorted: readonly number[], value: number): number {
  return partition(sorted, (other) => other < value)
}

function countUpTo(sorted: readonly number[], value: number): number {
  return partition(sorted, (other) => other <= value)
}

/** How many of the values, which are sorted, the test holds for: those at the front. */
function partition(sorted: readonly number[], holds: (value: number) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(sorted[middle] as number)) low = middle + 1
    else high = middle
  }
  return low
}

/** The nearest-rank percentile, `share` 0..1; 0 of nothing. */
export function percentileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
