// A document of Genesys Knowledge as an article of the mirror.
import type { Article } from '../articles/article.ts'
import { linesOfBody } from '../sources/knowledge-body.ts'
import { factsOf, type KnowledgeDocument } from '../sources/knowledge-document.ts'
import type { MirroredArticle } from './mirrored-article.ts'
import { longestBody, plainLines } from './plain-lines.ts'

/** Tells whether the document was edited: the version and the time that Genesys names. */
export function stampOf({ documentVersion, lastPublishedVersionNumber, dateModified }: KnowledgeDocument) {
  return JSON.stringify([documentVersion?.id, lastPublishedVersionNumber, dateModified])
}

/** Its text, or undefined where the document came without. */
export function textOf({ variations }: KnowledgeDocument): string | undefined {
  if (!variations) return undefined
  const byPriority = variations.toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0))
  // Variations with contexts are written for some readers only.
  const forAll = byPriority.find(({ contexts }) => (contexts ?? []).length === 0)
  return plainLines(linesOfBody((forAll ?? byPriority[0])?.body, longestBody))
}

export function recordOf(
  document: KnowledgeDocument,
  body: string,
  language: string | null,
): MirroredArticle {
  const { contentId, title, url, contentType, tags, isCompliant, labels, category, ...facts } =
    factsOf(document)
  const article: Article = {
    id: contentId,
    title,
    body,
    tags,
    category: category ?? '',
    language: language ?? 'und',
    contentType: contentType === 'procedure' ? 'procedure' : 'article',
    state: facts.state,
    isCompliant,
    labels: labels ?? [],
    entityIds: document.alternatives?.map(({ phrase }) => phrase) ?? [],
    version: document.lastPublishedVersionNumber ?? 1,
    ...(facts.updatedAt !== null && { updatedAt: facts.updatedAt }),
    ...(url !== null && { url }),
  }
  return { article, language, labels, version: facts.version, visible: facts.visible }
}
