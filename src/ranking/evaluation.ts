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
  type Ranking,
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
  readonly intervals: Intervals
  readonly silence: Silence | null
  readonly ablation: readonly Ablation[]
  readonly timings: { readonly queriesPerSecond: number; readonly p50Ms: number; readonly p99Ms: number }
}

/** 95%, by drawing whole groups of events that are alike. */
export interface Intervals extends Groups {
  readonly r1: Interval
  readonly r5: Interval
  readonly mrr5: Interval
}

type Interval = readonly [low: number, high: number]

/** What events were grouped by. */
interface Groups {
  readonly groups: number
  readonly by: 'category' | 'article'
}

/** What learning changes: a measure before and after, and the change with its interval, told from the same events. */
export interface Change {
  readonly before: number
  readonly after: number
  readonly gain: number
  readonly interval: Interval
}

/** Shares are 0..1. */
export interface LearntEvaluation extends Groups {
  /** Events with a gold article. */
  readonly events: number
  readonly r1: Change
  readonly r5: Change
  readonly mrr5: Change
}

/** How well the confidence tells turns that need an article from those that do not. */
export interface Silence {
  readonly auc: number
  /**
   * The confidence from which on 95% of the needed turns are answered, of four digits so that `push.minConfidence` can
   * be set to it, and the share of the others kept quiet.
   */
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
  const known = categoriesOf(articles)
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

/** What is told of events that were ranked twice: `before` and `after`, best first. */
export function changesOf(
  events: readonly {
    readonly gold: ReadonlySet<string>
    readonly before: readonly string[]
    readonly after: readonly string[]
  }[],
  articles: readonly Article[],
): LearntEvaluation {
  const { groupOf, ...groups } = grouped(events, categoriesOf(articles))
  const change = (measure: (ranking: Ranking) => number): Change => {
    const befores = events.map(({ gold, before }) => measure({ gold, ranked: before }))
    const afters = events.map(({ gold, after }) => measure({ gold, ranked: after }))
    const before = meanOf(befores)
    const after = meanOf(afters)
    const changes = events.map((event, at) => ({
      group: groupOf(event),
      value: (afters[at] ?? 0) - (befores[at] ?? 0),
    }))
    return { before, after, gain: after - before, interval: clusterInterval(changes, seededRandom(1)) }
  }
  return {
    events: events.length,
    r1: change((ranking) => hitAt(1, ranking)),
    r5: change((ranking) => hitAt(5, ranking)),
    mrr5: change((ranking) => reciprocalRankAt(5, ranking)),
    ...groups,
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / (values.length || 1)
}

function intervalsOf(
  events: readonly JudgedEvent[],
  categoryOf: ReadonlyMap<string, string>,
): Evaluation['intervals'] {
  const { groupOf, ...groups } = grouped(events, categoryOf)
  const interval = (measure: (event: JudgedEvent) => number) =>
    clusterInterval(
      events.map((event) => ({ group: groupOf(event), value: measure(event) })),
      seededRandom(1),
    )
  return {
    r1: interval((event) => hitAt(1, event)),
    r5: interval((event) => hitAt(5, event)),
    mrr5: interval((event) => reciprocalRankAt(5, event)),
    ...groups,
  }
}

/** By the category of the gold article, or by the article where there are few categories. */
function grouped<Event extends { readonly gold: ReadonlySet<string> }>(
  events: readonly Event[],
  categoryOf: ReadonlyMap<string, string>,
): Groups & { readonly groupOf: (event: Event) => string } {
  const first = ({ gold }: Event) => [...gold].toSorted()[0] ?? ''
  const categories = new Set(events.map((event) => categoryOf.get(first(event))))
  const by = categories.size < fewestGroups ? 'article' : 'category'
  const groupOf = (event: Event) =>
    (by === 'category' ? categoryOf.get(first(event)) : undefined) ?? first(event)
  return { groupOf, groups: new Set(events.map(groupOf)).size, by }
}

function categoriesOf(articles: readonly Article[]): ReadonlyMap<string, string> {
  return new Map(articles.map(({ id, category }) => [id, category]))
}

function confidencesOf(events: readonly JudgedEvent[]): number[] {
  return events.map(({ confidence }) => confidence).filter((confidence) => confidence !== undefined)
}

function silenceOf(needed: readonly number[], unneeded: readonly number[]): Silence | null {
  if (needed.length === 0 || unneeded.length === 0) return null
  const fromBelow = needed.toSorted((a, b) => a - b)
  const least = fromBelow[Math.floor((1 - answered) * needed.length)] ?? 0
  // Not rounded up: then fewer would be answered.
  const threshold = Math.floor(least * 10_000) / 10_000
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
