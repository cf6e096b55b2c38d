// POST .../documents/search: full-text search in one knowledge base.
import type { Article } from '../articles/article.ts'
import type { ArticleHit } from '../articles/article-index.ts'
import { matchesFilter } from './document-filter.ts'
import { type DocumentPart, knowledgeDocument, labelsOf, modifiedAt } from './knowledge-document.ts'
import { maxSearchRecords, type SearchRequest, searchRequest } from './knowledge-requests.ts'
import type { KnowledgeBase, Organisation } from './organisation.ts'
import { isWithin, parseInterval, readBody, readExpand } from './read-request.ts'
import type { Call, Route } from './route.ts'
import { stableId } from './stable-id.ts'

/** What each `expand` adds; chunks of a variation are not simulated. */
const partsByExpand = {
  documentVariations: ['variations'],
  documentAlternatives: ['alternatives'],
  knowledgeBaseLanguageCode: ['languageCode'],
  variationChunks: [],
} satisfies Record<string, DocumentPart[]>

/** Answer highlights and generated answers are not simulated; a request may ask for them and gets none. */
export function knowledgeSearchRoute(organisation: Organisation): Route {
  return {
    operation: 'knowledge-search',
    method: 'POST',
    path: '/api/v2/knowledge/knowledgebases/{knowledgeBaseId}/documents/search',
    permission: 'knowledge:knowledgebase:search',
    handle: (call) => {
      const base = organisation.base(call.params.knowledgeBaseId ?? '')
      return { status: 200, body: search(call, base, readBody(call, searchRequest)) }
    },
  }
}

function search(call: Call, base: KnowledgeBase, request: SearchRequest): object {
  const expand = readExpand(call, Object.keys(partsByExpand) as (keyof typeof partsByExpand)[])
  const parts = new Set<DocumentPart>([
    'category',
    'labels',
    ...[...expand].flatMap((name) => partsByExpand[name]),
  ])
  const { query, pageSize, pageNumber, queryType, application, confidenceThreshold } = request
  const hits = base.index
    .search(query, { limit: maxSearchRecords, filter: admits(base, request) })
    .filter((hit) => hit.confidence >= confidenceThreshold)
  const start = (pageNumber - 1) * pageSize
  return {
    query,
    searchId: stableId(call.correlationId, 'search'),
    pageSize,
    pageNumber,
    total: hits.length,
    pageCount: Math.ceil(hits.length / pageSize),
    queryType,
    application,
    confidenceThreshold,
    results: sorted(hits, request)
      .slice(start, start + pageSize)
      .map(({ article, confidence }) => ({
        confidence,
        document: knowledgeDocument(base, article, parts),
      })),
  }
}

function admits(base: KnowledgeBase, request: SearchRequest): (article: Article) => boolean {
  const { includeDraftDocuments, filter, interval } = request
  const range = interval === undefined ? undefined : parseInterval('interval.value', interval.value)
  return (article) => {
    if (article.state === 'Archived' || (article.state === 'Draft' && !includeDraftDocuments)) return false
    if (range !== undefined && !isWithin(modifiedAt(article), range)) return false
    return filter === undefined || matchesFilter(filter, base, article)
  }
}

function sorted(hits: readonly ArticleHit[], { sortBy, sortOrder }: SearchRequest): ArticleHit[] {
  const direction = sortOrder === 'Asc' ? 1 : -1
  return hits.toSorted((a, b) => {
    if (sortBy === 'ConfidenceScore') return direction * (a.confidence - b.confidence)
    const left = sortText(a.article, sortBy)
    const right = sortText(b.article, sortBy)
    return left === right ? 0 : left < right ? -direction : direction
  })
}

function sortText(article: Article, by: Exclude<SearchRequest['sortBy'], 'ConfidenceScore'>): string {
  if (by === 'CategoryName') return article.category
  if (by === 'LabelName') return labelsOf(article)[0] ?? ''
  return modifiedAt(article)
}
