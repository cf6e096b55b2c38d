// Offline evaluation: how well a profile ranks what a local index finds, event by event.
import type { Article, Conversation } from '../articles/article.ts'
import { ArticleIndex } from '../articles/article-index.ts'
import type { Clock } from '../clock.ts'
import { turnsKept } from '../context/utterances.ts'
import type { ContentItem } from '../retrieval/content-item.ts'
import { fullScore } from '../search/content-features.ts'
import { KnowledgeIndex } from '../search/knowledge-index.ts'
import { contextFeatures } from './context-profile.ts'
import { duplicatesAmong } from './duplicates.ts'
import { needConfidence } from './need.ts'
import { looksAtWords, type RankingContext, type RankingProfile } from './profile.ts'
import { type RankedItem, rank, sumOf } from './rank.ts'

/** How one event went. */
export interface JudgedEvent {
  /** Ids in the order in which they were ranked, best first. */
  readonly ranked: readonly string[]
  /** The ids that would have helped; empty: nothing was needed. */
  readonly gold: ReadonlySet<string>
  /** 0..1, that an article is needed and the first one fits; undefined: the profile does not say. */
  readonly confidence: number | undefined
  /** Milliseconds to search and rank. */
  readonly ms: number
  /** The first five without each of the features, where asked for. */
  readonly without: ReadonlyMap<string, readonly string[]>
}

export interface EvaluationOptions {
  readonly profile: RankingProfile
  readonly clock: Clock
  /** Also ranks without each feature. */
  readonly ablation?: boolean
}

/** What was found for some turns, and what the ranking of it may look at. */
interface Found {
  readonly items: readonly ContentItem[]
  readonly about: Partial<RankingContext>
  readonly confidence: number | undefined
}

type Find = (turns: Conversation['turns'], conversation: Conversation) => Found

/**
 * Ranks at each event, and at the last customer turn of a conversation without events, which needs no article. The
 * query is the turns up to there, as many as are kept of an interaction, and never one after it. Whether an item may be
 * shown is not judged here. Yields as it goes, since a file may be long.
 */
export function* judgeEvents(
  articles: readonly Article[],
  conversations: Iterable<Conversation>,
  { profile, clock, ablation = false }: EvaluationOptions,
): Generator<JudgedEvent> {
  const find = looksAtWords(profile) ? byContext(articles) : byLastWords(articles)
  for (const conversation of conversations) {
    const { turns, tags } = conversation
    for (const { turnIndex, goldArticleIds } of eventsOf(conversation)) {
      const started = clock.now()
      const { items, about, confidence } = find(turns.slice(0, turnIndex + 1).slice(-turnsKept), conversation)
      const context = { contextTags: [...new Set(tags)], boostCompliance: true, ...about }
      const ranked = rank(items, context, profile)
      const ms = clock.now() - started
      yield {
        ranked: ranked.map(({ item }) => item.contentId),
        gold: new Set(goldArticleIds),
        confidence,
        ms,
        without: ablation ? withoutEach(ranked) : new Map(),
      }
    }
  }
}

function eventsOf({ turns, events }: Conversation): Conversation['events'] {
  if (events.length > 0) return events
  const turnIndex = turns.findLastIndex(({ speaker }) => speaker === 'customer')
  return turnIndex === -1 ? [] : [{ turnIndex, goldArticleIds: [] }]
}

/** As the simulator's search engine finds: by words, the newest weighing most. */
function byLastWords(articles: readonly Article[]): Find {
  const index = new ArticleIndex(articles)
  const turnDecay = 0.7
  return (turns) => {
    const texts = turns.map(({ text }, n) => ({ text, weight: turnDecay ** (turns.length - 1 - n) }))
    const hits = index.search(texts, { limit: 50 })
    return {
      items: hits.map(({ article, confidence }) => itemOf(article, confidence)),
      about: {},
      confidence: undefined,
    }
  }
}

/** As the mirror finds. */
function byContext(articles: readonly Article[]): Find {
  const index = new KnowledgeIndex(articles)
  return (turns, { tags, entityIds }) => {
    const query = { turns, tags, entityIds }
    const hits = index.search(query, { limit: 200 })
    const features = new Map(hits.map((hit) => [hit.article.id, hit.features]))
    const items = hits.map(({ article, score }) => itemOf(article, Math.min(1, score / fullScore)))
    const about = {
      featuresOf: ({ contentId }: ContentItem) => features.get(contentId),
      duplicateIds: duplicatesAmong(items),
    }
    return { items, about, confidence: needConfidence(query, hits) }
  }
}

function itemOf(article: Article, relevanceScore: number): ContentItem {
  const { availability } = article
  return {
    contentId: article.id,
    title: article.title,
    snippet: article.body.slice(0, 600),
    url: article.url ?? null,
    contentType: article.contentType,
    language: article.language,
    tags: article.tags,
    isCompliant: article.isCompliant,
    relevanceScore,
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

/** Features that measure one thing, by the name under which they are left out together. */
const families: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(contextFeatures.map((feature) => [feature, [feature]])),
  'all of focus': ['focus', 'askedInFocus'],
  'all of open': ['openText', 'openPhrases', 'openSentence', 'openCoverage'],
}

/** A score is a sum, so it is known without any of its terms; only the order changes. */
function withoutEach(ranked: readonly RankedItem[]): Map<string, readonly string[]> {
  return new Map(
    Object.entries(families).map(([family, features]) => {
      const scored = ranked.map(({ item, score, explanation }) => {
        const left = explanation.filter(({ feature }) => features.includes(feature))
        return { id: item.contentId, score: score - sumOf(left) }
      })
      scored.sort((a, b) => b.score - a.score)
      return [family, scored.slice(0, 5).map(({ id }) => id)]
    }),
  )
}
