// What a run of the evaluation says: measures, their intervals, what each feature brings, and how well silence is kept.
import type { Article } from '../articles/article.ts'
import { seededRandom } from '../random.ts'
import type { JudgedEvent } from './evaluate.ts'
import {
  areaUnderCurve,
  clusterInterval,
  hitAt,
  metricsOf,
  percentileOf,
  type RankingMetrics,
  reciprocalRankAt,
} from './metrics.ts'

/** Shares are 0..1, times in milliseconds. */
export interface Evaluation {
  /** Events with a gold article: those that are measured. */
  readonly events: number
  /** Turns that need no article: events without gold, and the ends of conversations without events. */
  readonly unneeded: number
  /** Events measured that name a gold article which is not in the file: it counts as not found. */
  readonly eventsWithUnknownGold: number
  readonly metrics: RankingMetrics
  /** 95%, by drawing whole groups of events that are alike. */
  readonly intervals: {
    readonly r1: readonly [number, number]
    readonly r5: readonly [number, number]
    readonly mrr5: readonly [number, number]
    readonly groups: number
    readonly by: 'category' | 'article'
  }
  readonly silence: Silence | null
  readonly ablation: readonly Ablation[]
  readonly timings: { readonly queriesPerSecond: number; readonly p50Ms: number; readonly p99Ms: number }
}

/** How well the confidence tells turns that need an article from those that do not. */
export interface Silence {
  readonly auc: number
  /** The confidence from which on 95% of the needed turns are answered, and the share of the others kept quiet. */
  readonly threshold: number
  readonly keptQuiet: number
}

/** What is lost without a feature. */
export interface Ablation {
  readonly feature: string
  readonly r1: number
  readonly r5: number
}

/** Of fewer groups than this no interval can be told: then the gold article makes the group. */
const fewestGroups = 20
const answered = 0.95

export function evaluationOf(judged: readonly JudgedEvent[], articles: readonly Article[]): Evaluation {
  const needed = judged.filter(({ gold }) => gold.size > 0)
  const unneeded = judged.filter(({ gold }) => gold.size === 0)
  const known = new Map(articles.map(({ id, category }) => [id, category]))
  const times = judged.map(({ ms }) => ms)
  return {
    events: needed.length,
    unneeded: unneeded.length,
    eventsWithUnknownGold: needed.filter(({ gold }) => !gold.isSubsetOf(new Set(known.keys()))).length,
    metrics: metricsOf(needed),
    intervals: intervalsOf(needed, known),
    silence: silenceOf(confidencesOf(needed), confidencesOf(unneeded)),
    ablation: ablationOf(needed),
    timings: {
      queriesPerSecond: Math.round((1000 * times.length) / (times.reduce((a, b) => a + b, 0) || 1)),
      p50Ms: Number(percentileOf(times, 0.5).toFixed(2)),
      p99Ms: Number(percentileOf(times, 0.99).toFixed(2)),
    },
  }
}

function intervalsOf(
  events: readonly JudgedEvent[],
  categoryOf: ReadonlyMap<string, string>,
): Evaluation['intervals'] {
  const first = ({ gold }: JudgedEvent) => [...gold].toSorted()[0] ?? ''
  const categories = new Set(events.map((event) => categoryOf.get(first(event))))
  const by = categories.size < fewestGroups ? 'article' : 'category'
  const groupOf = (event: JudgedEvent) =>
    (by === 'category' ? categoryOf.get(first(event)) : undefined) ?? first(event)
  const interval = (measure: (event: JudgedEvent) => number) =>
    clusterInterval(
      events.map((event) => ({ group: groupOf(event), value: measure(event) })),
      seededRandom(1),
    )
  return {
    r1: interval((event) => hitAt(1, event)),
    r5: interval((event) => hitAt(5, event)),
    mrr5: interval((event) => reciprocalRankAt(5, event)),
    groups: new Set(events.map(groupOf)).size,
    by,
  }
}

function confidencesOf(events: readonly JudgedEvent[]): number[] {
  return events.map(({ confidence }) => confidence).filter((confidence) => confidence !== undefined)
}

function silenceOf(needed: readonly number[], unneeded: readonly number[]): Silence | null {
  if (needed.length === 0 || unneeded.length === 0) return null
  const fromBelow = needed.toSorted((a, b) => a - b)
  const threshold = fromBelow[Math.floor((1 - answered) * needed.length)] ?? 0
  const quiet = unneeded.filter((confidence) => confidence < threshold).length
  return { auc: areaUnderCurve(needed, unneeded), threshold, keptQuiet: quiet / unneeded.length }
}

function ablationOf(events: readonly JudgedEvent[]): Ablation[] {
  const features = [...(events[0]?.without.keys() ?? [])]
  return features.map((feature) => {
    const { r1, r5 } = metricsOf(
      events.map(({ gold, without }) => ({ gold, ranked: without.get(feature) ?? [] })),
    )
    return { feature, r1, r5 }
  })
}
