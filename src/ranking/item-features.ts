// How the words of items fit the conversation, whatever source they come from.
import { parseArticles } from '../articles/article.ts'
import type { ContentItem } from '../retrieval/content-item.ts'
import type { ContentFeatures } from '../search/content-features.ts'
import { KnowledgeIndex } from '../search/knowledge-index.ts'
import type { KnowledgeQuery } from '../search/knowledge-query.ts'

/**
 * Features by item: from the index of the knowledge where it holds the item, else measured among the items themselves,
 * by their titles and snippets.
 */
export function featuresOfItems(
  items: readonly ContentItem[],
  query: KnowledgeQuery,
  knowledge?: KnowledgeIndex | undefined,
): (item: ContentItem) => ContentFeatures | undefined {
  const ids = items.map(({ contentId }) => contentId)
  const features = new Map<string, ContentFeatures>()
  measure(knowledge)
  if (features.size < items.length)
    measure(new KnowledgeIndex(parseArticles(items.filter(isMissing).map(articleOf))))
  return ({ contentId }) => features.get(contentId)

  function measure(index: KnowledgeIndex | undefined): void {
    const measured = index?.featuresOf(query, ids) ?? []
    for (const [place, found] of measured.entries())
      if (found !== undefined) features.set(ids[place] as string, found)
  }

  function isMissing({ contentId }: ContentItem): boolean {
    return !features.has(contentId)
  }
}

function articleOf({ contentId, title, snippet, tags, category }: ContentItem) {
  return {
    id: contentId,
    title: title || contentId,
    body: snippet,
    tags: [...tags],
    category: category ?? '',
  }
}
