// An article as the mirror keeps it: what the index reads, and what a card and the rules of access need besides.
import type { Article } from '../articles/article.ts'
import type { ContentItem } from '../retrieval/content-item.ts'
import { mirrorName } from '../retrieval/content-source.ts'

export interface MirroredArticle {
  /** Its title and body are plain text. */
  readonly article: Article
  /** BCP 47, or null where the origin does not say. */
  readonly language: string | null
  /** Null: the origin does not say, so an audience bound to labels may not see it. */
  readonly labels: readonly string[] | null
  /** As the origin names it. */
  readonly version: string | null
  readonly visible: boolean
}

/** The article as an item, all but its snippet and its relevance, which depend on the question. */
export function itemOf({ article, language, labels, version, visible }: MirroredArticle): ContentItem {
  const { availability } = article
  return {
    contentId: article.id,
    title: article.title,
    snippet: '',
    url: article.url ?? null,
    contentType: article.contentType,
    language,
    tags: article.tags,
    isCompliant: article.isCompliant,
    relevanceScore: 1,
    source: mirrorName,
    version,
    updatedAt: article.updatedAt ?? null,
    state: article.state,
    visible,
    availableFrom: timeOf(availability?.start, Number.NEGATIVE_INFINITY),
    availableUntil: timeOf(availability?.end, Number.POSITIVE_INFINITY),
    labels,
    category: article.category === '' ? null : article.category,
  }
}

function timeOf(text: string | undefined, open: number): number {
  return text === undefined ? open : Date.parse(text)
}
