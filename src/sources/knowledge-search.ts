// Source `knowledge-search`: Genesys Knowledge, searched by what the customer says.
import { z } from 'zod'
import { lengthPrefixed } from '../cache/cache-key.ts'
import type { Clock } from '../clock.ts'
import type { GenesysClient } from '../genesys/genesys-client.ts'
import type { KnowledgeBases } from '../genesys/knowledge-bases.ts'
import type { ContentItem } from '../retrieval/content-item.ts'
import type { ContentSource } from '../retrieval/content-source.ts'
import {
  confidence,
  entries,
  identifier,
  isoTime,
  publicationState,
  readEach,
  word,
} from './answer-fields.ts'
import { textOfBody } from './knowledge-body.ts'
import { tagsOf, titleOf, webAddress } from './safe-text.ts'

const name = 'knowledge-search'

/** Genesys's limit on a search, whatever the page. */
const pageSize = 30

/** Categories lie no deeper than this. */
const maxCategories = 20

const categorySchema = z.object({ name: z.string().min(1).max(200), parentCategory: z.unknown().optional() })

const documentSchema = z.object({
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
  variations: z.array(z.object({ body: z.unknown().optional() })).nullish(),
})

const resultSchema = z.object({ confidence: confidence.nullish(), document: documentSchema })

const answer = z.object({ results: entries.nullish() })

export function knowledgeSearch(ports: {
  client: GenesysClient
  knowledgeBases: KnowledgeBases
  clock: Clock
}): ContentSource {
  const { client, knowledgeBases, clock } = ports
  return {
    name,
    key({ query, language }) {
      return query.length < 3 ? undefined : lengthPrefixed([language, query])
    },
    async retrieve({ query, language }, call) {
      const ids = await knowledgeBases.idsFor(language, call)
      const search = (id: string) =>
        client.call(
          {
            doing: 'searching knowledge',
            method: 'POST',
            path: `/api/v2/knowledge/knowledgebases/${encodeURIComponent(id)}/documents/search?expand=documentVariations,knowledgeBaseLanguageCode`,
            body: { query, pageSize, pageNumber: 1, queryType: 'AutoSearch' },
            answer,
          },
          call,
        )
      const answers = await Promise.all(ids.map(search))
      const now = clock.now()
      return {
        source: name,
        items: merge(answers.flatMap(({ value }) => value.results ?? [])),
        fetchedAt: now,
        freshUntil: now,
        upstreamMs: Math.max(0, ...answers.map(({ upstreamMs }) => upstreamMs)),
        queuedMs: Math.max(0, ...answers.map(({ queuedMs }) => queuedMs)),
      }
    },
  }
}

/** Most confident first; within a base that is Genesys's own order. */
function merge(results: readonly unknown[]): ContentItem[] {
  return readEach(resultSchema, results, 'results of the search')
    .map(itemOf)
    .sort((a, b) => b.relevanceScore - a.relevanceScore)
}

/** Labels named so carry a meaning of ours: Genesys has no field for it. */
const compliantLabel = 'compliant'
const procedureLabel = 'procedure'

function itemOf({ document, confidence }: z.infer<typeof resultSchema>): ContentItem {
  const labels = (document.labels ?? []).flatMap(({ name }) => (name ? [name] : []))
  // A label without a name may be the one that an audience must not see.
  const allNamed = labels.length === document.labels?.length
  return {
    contentId: document.id,
    title: titleOf(document.title),
    snippet: textOfBody(document.variations?.[0]?.body),
    url: webAddress(document.externalUrl),
    contentType: labels.includes(procedureLabel) ? 'procedure' : 'article',
    language: document.knowledgeBase?.languageCode ?? null,
    tags: tagsOf(labels),
    isCompliant: labels.includes(compliantLabel),
    relevanceScore: confidence ?? 0,
    source: name,
    version: document.documentVersion?.id ?? document.lastPublishedVersionNumber?.toString() ?? null,
    updatedAt: document.datePublished ?? document.dateModified ?? null,
    state: document.state,
    visible: document.visible ?? true,
    availableFrom: Number.NEGATIVE_INFINITY,
    availableUntil: Number.POSITIVE_INFINITY,
    labels: allNamed ? labels : null,
    category: pathOf(document.category),
  }
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
