// Shows an article in the form of a Genesys knowledge document.
import type { Article } from '../articles/article.ts'
import { markdownBody } from './markdown-body.ts'
import type { KnowledgeBase } from './organisation.ts'
import { stableId } from './stable-id.ts'

/** Dates of articles that carry none. */
const undated = '2026-01-01T00:00:00Z'

/** What is filled in only on request. */
export type DocumentPart = 'category' | 'labels' | 'variations' | 'alternatives' | 'languageCode'

/**
 * The document. Genesys has no tags, procedures or compliance mark of its own, so an article's labels and tags become
 * labels, as do `procedure` and `compliant`; its entities become alternative phrases. It has no availability window
 * either: that one is lost here, as it would be at Genesys.
 */
export function knowledgeDocument(
  base: KnowledgeBase,
  article: Article,
  parts: ReadonlySet<DocumentPart>,
): object {
  const modified = modifiedAt(article)
  const published =
    article.state === 'Draft' ? {} : { datePublished: modified, lastPublishedVersionNumber: article.version }
  const inCategory = parts.has('category') && article.category !== ''
  return {
    id: article.id,
    title: article.title,
    visible: true,
    state: article.state,
    dateCreated: modified,
    dateModified: modified,
    ...published,
    documentVersion: versionReference(base, article),
    category: inCategory ? category(base, article.category) : undefined,
    labels: parts.has('labels') ? labelsOf(article).map((name) => label(base, name)) : undefined,
    alternatives: parts.has('alternatives') ? article.entityIds.map(alternative) : undefined,
    knowledgeBase: {
      id: base.id,
      languageCode: parts.has('languageCode') ? base.coreLanguage : undefined,
      selfUri: base.selfUri,
    },
    externalUrl: article.url,
    readonly: false,
    variations: parts.has('variations') ? [variation(base, article)] : undefined,
    selfUri: documentUri(base, article),
  }
}

/** ISO 8601. */
export function modifiedAt(article: Article): string {
  return new Date(article.updatedAt ?? undated).toISOString()
}

export function documentUri(base: KnowledgeBase, article: Article): string {
  return `${base.selfUri}/documents/${encodeURIComponent(article.id)}`
}

export function variationId(base: KnowledgeBase, article: Article): string {
  return stableId(base.id, 'variation', article.id)
}

export function versionReference(base: KnowledgeBase, article: Article): { id: string; selfUri: string } {
  const id = stableId(base.id, 'version', article.id, article.version)
  return { id, selfUri: `${documentUri(base, article)}/versions/${id}` }
}

export function labelsOf(article: Article): string[] {
  const marks = [
    ...(article.contentType === 'procedure' ? ['procedure'] : []),
    ...(article.isCompliant ? ['compliant'] : []),
  ]
  return [...new Set([...article.labels, ...article.tags, ...marks])]
}

export function labelId(base: KnowledgeBase, name: string): string {
  return stableId(base.id, 'label', name)
}

/** `path` such as `cards/fees`; each part of it is a category below the one before. */
export function categoryId(base: KnowledgeBase, path: string): string {
  return stableId(base.id, 'category', path)
}

/** `cards/fees` and `cards`, for `cards/fees`. */
export function categoryPaths(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'))
}

function category(base: KnowledgeBase, path: string): object {
  const [own, parent] = categoryPaths(path)
  const id = categoryId(base, own ?? path)
  return {
    id,
    name: path.slice(path.lastIndexOf('/') + 1),
    parentCategory: parent === undefined ? undefined : category(base, parent),
    selfUri: `${base.selfUri}/categories/${id}`,
  }
}

function label(base: KnowledgeBase, name: string): object {
  const id = labelId(base, name)
  return { id, name, selfUri: `${base.selfUri}/labels/${id}` }
}

function alternative(phrase: string): object {
  return { phrase, autocomplete: false }
}

function variation(base: KnowledgeBase, article: Article): object {
  const id = variationId(base, article)
  return {
    id,
    dateCreated: modifiedAt(article),
    dateModified: modifiedAt(article),
    documentVersion: versionReference(base, article),
    contexts: [],
    priority: 1,
    name: 'Default',
    body: markdownBody(article.body),
    selfUri: `${documentUri(base, article)}/variations/${id}`,
  }
}
