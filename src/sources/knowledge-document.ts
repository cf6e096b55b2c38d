// A knowledge document as Genesys's search and its list of documents tell of it.
import { z } from 'zod'
import type { ContentItem } from '../retrieval/content-item.ts'
import { identifier, isoTime, publicationState, word } from './answer-fields.ts'
import { tagsOf, titleOf, webAddress } from './safe-text.ts'

/** Categories lie no deeper than this. */
const maxCategories = 20

const categorySchema = z.object({ name: z.string().min(1).max(200), parentCategory: z.unknown().optional() })

const variationSchema = z.object({
  body: z.unknown().optional(),
  priority: z.number().nullish().catch(null),
  contexts: z.array(z.unknown()).nullish().catch(null),
})

export const documentSchema = z.object({
  id: identifier,
  title: z.string().nullish(),
  visible: z.boolean().nullish(),
  state: publicationState,
  dateModified: isoTime,
  datePublished: isoTime,
  documentVersion: z.object({ id: identifier.nullish().catch(null) }).nullish(),
  lastPublishedVersionNumber: z.number().nullish(),
  category: z.unknown().optional(),
  labels: z
    .array(z.object({ name: z.string().max(256).nullish() }))
    .max(200)
    .nullish(),
  knowledgeBase: z.object({ languageCode: word }).nullish(),
  externalUrl: z.string().nullish(),
  alternatives: z
    .array(z.object({ phrase: z.string().min(1).max(500) }))
    .max(200)
    .nullish()
    .catch(null),
  variations: z.array(variationSchema).nullish(),
})

export type KnowledgeDocument = z.infer<typeof documentSchema>

/** Labels named so carry a meaning of ours: Genesys has no field for it. */
const compliantLabel = 'compliant'
const procedureLabel = 'procedure'

/** What a document says of itself, whoever found it. */
export function factsOf(document: KnowledgeDocument) {
  const labels = (document.labels ?? []).flatMap(({ name }) => (name ? [name] : []))
  // A label without a name may be the one that an audience must not see.
  const allNamed = labels.length === document.labels?.length
  return {
    contentId: document.id,
    title: titleOf(document.title),
    url: webAddress(document.externalUrl),
    contentType: labels.includes(procedureLabel) ? 'procedure' : 'article',
    tags: tagsOf(labels),
    isCompliant: labels.includes(compliantLabel),
    version: document.documentVersion?.id ?? document.lastPublishedVersionNumber?.toString() ?? null,
    updatedAt: document.datePublished ?? document.dateModified ?? null,
    state: document.state,
    visible: document.visible ?? true,
    labels: allNamed ? labels : null,
    category: pathOf(document.category),
  } satisfies Partial<ContentItem>
}

/** `cards/fees` for the category `fees` below `cards`; null where a part of the path is not known. */
function pathOf(category: unknown): string | null {
  const path: string[] = []
  let at = category
  while (at !== undefined && at !== null) {
    const parsed = categorySchema.safeParse(at)
    if (!parsed.success || path.length === maxCategories) return null
    path.unshift(parsed.data.name)
    at = parsed.data.parentCategory
  }
  return path.length === 0 ? null : path.join('/')
}
