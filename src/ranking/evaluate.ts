// Offline evaluation: how well a profile ranks what a local index finds, event by event, with the usual measures.
import type { Article, Conversation } from '../articles/article.ts'
import type { ArticleIndex, WeightedText } from '../articles/article-index.ts'
import type { Clock } from '../clock.ts'
import type { ContentItem } from '../retrieval/content-item.ts'
import type { RankingProfile } from './profile.ts'
import { rank } from './rank.ts'

/** Articles that the index hands to the ranker. */
const candidates = 50

/** Each turn weighs this much of the one after it. */
const turnDecay = 0.7

/** How one event went. */
export interface JudgedEvent {
  /** Ids in the order in which they were ranked, best first. */
  readonly ranked: readonly string[]
  /** The ids that would have helped; never empty. */
  readonly gold: ReadonlySet<string>
  /** Milliseconds to search and rank. */
  readonly ms: number
}

/**
 * Ranks at each event that has gold articles: the query is every turn up to the event, the newest weighing most, and
 * never a turn after it. Whether an item may be shown is not judged here. Yields as it goes, since a file may be long.
 */
export function* judgeEvents(
  index: ArticleIndex,
  conversations: readonly Conversation[],
  { profile, clock }: { readonly profile: RankingProfile; readonly clock: Clock },
): Generator<JudgedEvent> {
  for (const { turns, events, tags } of conversations) {
    const context = { contextTags: [...new Set(tags)], boostCompliance: true }
    for (const { turnIndex, goldArticleIds } of events) {
      if (goldArticleIds.length === 0) continue
      const started = clock.now()
      const hits = index.search(weightedTurns(turns.slice(0, turnIndex + 1)), { limit: candidates })
      const items = hits.map(({ article, confidence }) => itemOf(article, confidence))
      const ranked = rank(items, context, profile).map(({ item }) => item.contentId)
      yield { ranked, gold: new Set(goldArticleIds), ms: clock.now() - started }
    }
  }
}

function weightedTurns(turns: Conversation['turns']): WeightedText[] {
  return turns.map(({ text }, position) => ({ text, weight: turnDecay ** (turns.length - 1 - position) }))
}

function itemOf(article: Article, confidence: number): ContentItem {
  const { availability } = article
  return {
    contentId: article.id,
    title: article.title,
    snippet: '',
    url: article.url ?? null,
    contentType: article.contentType,
    language: article.language,
    tags: article.tags,
    isCompliant: article.isCompliant,
    relevanceScore: confidence,
    source: 'local-index',
    version: String(article.version),
    updatedAt: article.updatedAt ?? null,
    state: article.state,
    visible: true,
    availableFrom: availability?.start ? Date.parse(availability.start) : Number.NEGATIVE_INFINITY,
    availableUntil: availability?.end ? Date.parse(availability.end) : Number.POSITIVE_INFINITY,
    labels: article.labels,
    category: article.category,
  }
}

/** Means over all events, each 0..1. */
export interface RankingMetrics {
  readonly r1: number
  readonly r5: number
  readonly mrr5: number
  readonly ndcg5: number
}

/** The means; all 0 where there is no event. */
export function metricsOf(events: readonly JudgedEvent[]): RankingMetrics {
  const mean = (measure: (event: JudgedEvent) => number) =>
    events.reduce((sum, event) => sum + measure(event), 0) / (events.length || 1)
  return {
    r1: mean((event) => hitAt(1, event)),
    r5: mean((event) => hitAt(5, event)),
    mrr5: mean((event) => reciprocalRankAt(5, event)),
    ndcg5: mean((event) => ndcgAt(5, event)),
  }
}

type Ranking = Pick<JudgedEvent, 'ranked' | 'gold'>

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

/** The 95% interval of a share, given as successes of `trials` (Wilson 1927); 0..1 where there is no trial. */
export function wilsonInterval(successes: number, trials: number): readonly [low: number, high: number] {
  if (trials === 0) return [0, 1]
  const z = 1.959963984540054
  const share = successes / trials
  const scale = 1 + z ** 2 / trials
  const centre = (share + z ** 2 / (2 * trials)) / scale
  const half = (z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2))) / scale
  return [Math.max(0, centre - half), Math.min(1, centre + half)]
}

/** The nearest-rank percentile, `share` 0..1; 0 of nothing. */
export function percentileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
