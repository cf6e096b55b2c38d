// The knowledge endpoints except the search: bases, documents, and what became of a document.
import type { Article } from '../articles/article.ts'
import {
  categoryId,
  categoryPaths,
  type DocumentPart,
  documentUri,
  knowledgeDocument,
  labelId,
  labelsOf,
  modifiedAt,
  variationId,
} from './knowledge-document.ts'
import { feedbackRequest, presentationRequest, trackingRequest } from './knowledge-requests.ts'
import type { KnowledgeBase, Organisation } from './organisation.ts'
import { page } from './paging.ts'
import { isWithin, parseInterval, readBody, readChoice, readExpand, readList } from './read-request.ts'
import { notFound } from './refusal.ts'
import type { Call, Reply, Route } from './route.ts'
import { stableId } from './stable-id.ts'

const bases = '/api/v2/knowledge/knowledgebases'
const documents = `${bases}/{knowledgeBaseId}/documents`

export interface KnowledgeSettings {
  /** Whether the list of documents can be expanded by `variations`, which Genesys's definition does not name. */
  readonly variationsInListing: boolean
  readonly now: () => number
}

/** Passed over: `limit`, `sortBy` and `sortOrder` of the bases, `externalIds` of the documents (articles have none). */
export function knowledgeRoutes(organisation: Organisation, settings: KnowledgeSettings): Route[] {
  const baseOf = (call: Call) => organisation.base(call.params.knowledgeBaseId ?? '')
  const toBase = (base: KnowledgeBase) => knowledgeBase(base, organisation)
  const track = (call: Call): Reply => {
    const base = baseOf(call)
    requireVariation(base, call.params.documentId ?? '', readBody(call, trackingRequest).documentVariationId)
    return { status: 204 }
  }
  return [
    {
      operation: 'knowledge-bases',
      method: 'GET',
      path: bases,
      permission: 'knowledge:knowledgebase:view',
      handle: (call) => ({
        status: 200,
        body: page(call, basesAskedFor(call, organisation), {
          idOf: ({ id }) => id,
          toEntity: toBase,
          maxPageSize: 100,
        }),
      }),
    },
    {
      operation: 'knowledge-base',
      method: 'GET',
      path: `${bases}/{knowledgeBaseId}`,
      permission: 'knowledge:knowledgebase:view',
      handle: (call) => ({ status: 200, body: toBase(baseOf(call)) }),
    },
    {
      operation: 'knowledge-presentation',
      method: 'POST',
      path: `${documents}/presentations`,
      permission: 'knowledge:documentPresentation:add',
      handle: (call) => {
        const base = baseOf(call)
        for (const shown of readBody(call, presentationRequest).documents)
          requireVariation(base, shown.documentId, shown.documentVariationId)
        return { status: 204 }
      },
    },
    {
      operation: 'knowledge-documents',
      method: 'GET',
      path: documents,
      permission: 'knowledge:document:view',
      handle: (call) => ({
        status: 200,
        body: listDocuments(call, baseOf(call), settings.variationsInListing),
      }),
    },
    {
      operation: 'knowledge-document',
      method: 'GET',
      path: `${documents}/{documentId}`,
      permission: 'knowledge:document:view',
      handle: (call) => ({ status: 200, body: oneDocument(call, baseOf(call)) }),
    },
    {
      operation: 'knowledge-view',
      method: 'POST',
      path: `${documents}/{documentId}/views`,
      permission: 'knowledge:documentView:add',
      handle: track,
    },
    {
      operation: 'knowledge-copy',
      method: 'POST',
      path: `${documents}/{documentId}/copies`,
      permission: 'knowledge:documentCopy:add',
      handle: track,
    },
    {
      operation: 'knowledge-feedback',
      method: 'POST',
      path: `${documents}/{documentId}/feedback`,
      permission: 'knowledge:feedback:create',
      handle: (call) => giveFeedback(call, baseOf(call), settings.now()),
    },
  ]
}

function knowledgeBase(base: KnowledgeBase, organisation: Organisation): object {
  const created = new Date(organisation.createdAt).toISOString()
  const modified = base.articles.map(modifiedAt).sort().at(-1) ?? created
  return {
    id: base.id,
    name: base.name,
    coreLanguage: base.coreLanguage,
    dateCreated: created,
    dateModified: created,
    faqCount: 0,
    articleCount: base.articles.length,
    dateDocumentLastModified: modified,
    published: true,
    contentSearchEnabled: true,
    selfUri: base.selfUri,
  }
}

function basesAskedFor(call: Call, organisation: Organisation): KnowledgeBase[] {
  const name = call.query.get('name')?.toLowerCase() ?? ''
  const language = call.query.get('coreLanguage')
  if (call.query.get('published') === 'false') return []
  return organisation.bases.filter(
    (base) => base.name.toLowerCase().includes(name) && (language === null || base.coreLanguage === language),
  )
}

function listDocuments(call: Call, base: KnowledgeBase, variationsInListing: boolean): object {
  const known: DocumentPart[] = ['category', 'labels']
  if (variationsInListing) known.push('variations')
  const parts = readExpand(call, known)
  return page(call, base.articles.filter(documentsAskedFor(call, base)), {
    idOf: (article) => article.id,
    toEntity: (article) => knowledgeDocument(base, article, new Set([...parts, 'alternatives'])),
    maxPageSize: 200,
  })
}

function documentsAskedFor(call: Call, base: KnowledgeBase): (article: Article) => boolean {
  const drafts = call.query.get('includeDrafts') === 'true'
  const subcategories = call.query.get('includeSubcategories') === 'true'
  const ids = readList(call, 'documentId')
  const categories = readList(call, 'categoryId')
  const labels = readList(call, 'labelIds')
  const interval = call.query.get('interval')
  const range = interval === null ? undefined : parseInterval('interval', interval)
  return (article) => {
    if (article.state === 'Archived' || (article.state === 'Draft' && !drafts)) return false
    if (ids.length > 0 && !ids.includes(article.id)) return false
    const paths = categoryPaths(article.category).slice(0, subcategories ? undefined : 1)
    if (categories.length > 0 && !paths.some((path) => categories.includes(categoryId(base, path))))
      return false
    if (labels.length > 0 && !labelsOf(article).some((name) => labels.includes(labelId(base, name))))
      return false
    return range === undefined || isWithin(modifiedAt(article), range)
  }
}

function oneDocument(call: Call, base: KnowledgeBase): object {
  const article = base.article(call.params.documentId ?? '')
  const wanted = readChoice(call, 'state', ['Draft', 'Published'])
  // A draft has no published version; an archived document can still be opened by its id.
  if (article.state === 'Draft' && wanted !== 'Draft') throw notFound('published document', article.id)
  const expand = readExpand<DocumentPart>(call, ['category', 'labels', 'variations'])
  return knowledgeDocument(base, article, new Set([...expand, 'alternatives']))
}

function requireVariation(base: KnowledgeBase, documentId: string, id: string): Article {
  const article = base.article(documentId)
  if (variationId(base, article) !== id) throw notFound('document variation', id)
  return article
}

function giveFeedback(call: Call, base: KnowledgeBase, now: number): Reply {
  const { document, conversationContext: context, userId, ...feedback } = readBody(call, feedbackRequest)
  const article = requireVariation(base, call.params.documentId ?? '', feedback.documentVariation.id)
  const id = stableId(call.correlationId, 'feedback')
  const body = {
    id,
    ...feedback,
    state: feedback.state ?? 'Final',
    dateCreated: new Date(now).toISOString(),
    document: { id: article.id, knowledgeBase: { id: base.id }, versionId: document.versionId },
    conversationContext: context && {
      conversation: { id: context.conversationId },
      mediaType: context.mediaType,
      queue: context.queueId === undefined ? undefined : { id: context.queueId },
    },
    user: userId === undefined ? undefined : { id: userId },
    selfUri: `${documentUri(base, article)}/feedback/${id}`,
  }
  return { status: 201, body }
}
