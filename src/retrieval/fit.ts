// How items of any source fit the conversation, for profiles that look at words.
import type { Article } from '../articles/article.ts'
import { duplicatesAmong } from '../ranking/duplicates.ts'
import { needConfidence } from '../ranking/need.ts'
import { looksAtWords, type RankingContext, type RankingProfile } from '../ranking/profile.ts'
import { contentScore } from '../search/content-features.ts'
import { type KnowledgeHit, KnowledgeIndex } from '../search/knowledge-index.ts'
import type { KnowledgeQuery } from '../search/knowledge-query.ts'
import type { ContentItem } from './content-item.ts'
import type { Inquiry } from './inquiry.ts'
import { knowledgeQueryOf } from './knowledge-query-of.ts'

export interface Fit {
  /** What a profile may look at besides the request. */
  readonly context: Partial<RankingContext>
  /** 0..1: how sure it is that an article is needed and is among the items; undefined where nothing was said. */
  readonly confidence: number | undefined
}

export type FitOf = (inquiry: Inquiry, items: readonly ContentItem[], wallTime: number) => Fit

/** What was learnt from use. */
export interface LearntUse {
  /** Grows whenever anything that was learnt changes. */
  readonly version: number
  about(inquiry: Inquiry): Pick<RankingContext, 'resolutionOf' | 'adoptionOf' | 'learntWordsOf'>
}

/** UTF-16 units of an article by which it is told whether another one repeats it: as much as a snippet. */
const comparedLength = 600

/**
 * Measured by `index` where the article is in it; others by title and snippet, among themselves. Undefined for the
 * profile that looks at no words: it is spared the time.
 */
export function fitFor(
  profile: RankingProfile,
  index: KnowledgeIndex | undefined,
  learnt?: LearntUse | undefined,
): FitOf | undefined {
  if (!looksAtWords(profile)) return undefined
  return (inquiry, items, wallTime) => {
    const query = knowledgeQueryOf(inquiry)
    const hits = query === undefined ? [] : hitsAmong(items, query, index)
    const features = new Map(hits.map((hit) => [hit.article.id, hit.features]))
    const compared = hits.map(({ article: { id, title, body } }) => ({
      contentId: id,
      title,
      snippet: body.slice(0, comparedLength),
    }))
    return {
      context: {
        featuresOf: ({ contentId }) => features.get(contentId),
        duplicateIds: duplicatesAmong(compared),
        shownIds: inquiry.shownIds,
        dismissedIds: inquiry.dismissedIds,
        wallTime,
        ...learnt?.about(inquiry),
      },
      confidence: query && needConfidence(query, hits),
    }
  }
}

/** Best first. */
function hitsAmong(
  items: readonly ContentItem[],
  query: KnowledgeQuery,
  index: KnowledgeIndex | undefined,
): KnowledgeHit[] {
  const known = items.flatMap(({ contentId }) => index?.get(contentId) ?? [])
  const knownIds = new Set(known.map(({ id }) => id))
  const others = items.filter(({ contentId }) => !knownIds.has(contentId)).map(articleOf)
  return [...measured(index, known, query), ...measured(new KnowledgeIndex(others), others, query)].sort(
    (a, b) => b.score - a.score,
  )
}

function measured(
  index: KnowledgeIndex | undefined,
  articles: readonly Article[],
  query: KnowledgeQuery,
): KnowledgeHit[] {
  if (index === undefined || articles.length === 0) return []
  const ids = articles.map(({ id }) => id)
  const found = index.featuresOf(query, ids)
  return articles.flatMap((article, position) => {
    const features = found[position]
    return features === undefined ? [] : [{ article, features, score: contentScore(features) }]
  })
}

/** As far as it is known. */
function articleOf(item: ContentItem): Article {
  return {
    id: item.contentId,
    title: item.title,
    body: item.snippet,
    tags: [...item.tags],
    category: item.category ?? '',
    language: item.language ?? 'und',
    contentType: item.contentType === 'procedure' ? 'procedure' : 'article',
    state: item.state,
    isCompliant: item.isCompliant,
    labels: [],
    entityIds: [],
    version: 1,
  }
}
