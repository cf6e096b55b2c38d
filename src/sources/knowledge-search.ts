// Source `knowledge-search`: Genesys Knowledge, searched by what the customer says.
import { z } from 'zod'
import { lengthPrefixed } from '../cache/cache-key.ts'
import type { Clock } from '../clock.ts'
import type { GenesysAnswer, GenesysClient } from '../genesys/genesys-client.ts'
import type { KnowledgeBases } from '../genesys/knowledge-bases.ts'
import type { ContentItem } from '../retrieval/content-item.ts'
import type { ContentSource } from '../retrieval/content-source.ts'
import { textOfBody } from './knowledge-body.ts'
import { webAddress } from './safe-text.ts'

const name = 'knowledge-search'

/** Genesys's limit on a search, whatever the page. */
const pageSize = 30

const documentSchema = z.object({
  id: z.string().min(1),
  title: z.string().nullish(),
  visible: z.boolean().nullish(),
  state: z.enum(['Draft', 'Published', 'Archived']).nullish(),
  dateModified: z.string().nullish(),
  datePublished: z.string().nullish(),
  documentVersion: z.object({ id: z.string().nullish() }).nullish(),
  lastPublishedVersionNumber: z.number().nullish(),
  category: z.object({ name: z.string().nullish() }).nullish(),
  labels: z.array(z.object({ name: z.string().nullish() })).nullish(),
  externalUrl: z.string().nullish(),
  variations: z.array(z.object({ body: z.unknown() })).nullish(),
})

const answer = z.object({
  results: z
    .array(z.object({ confidence: z.number().min(0).max(1).nullish(), document: documentSchema }))
    .nullish(),
})

type SearchAnswer = z.infer<typeof answer>

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
            path: `/api/v2/knowledge/knowledgebases/${encodeURIComponent(id)}/documents/search?expand=documentVariations`,
            body: { query, pageSize, pageNumber: 1, queryType: 'AutoSearch' },
            answer,
          },
          call,
        )
      const answers = await Promise.all(ids.map(search))
      const now = clock.now()
      return {
        source: name,
        items: merge(answers, language),
        fetchedAt: now,
        freshUntil: now,
        upstreamMs: Math.max(0, ...answers.map(({ upstreamMs }) => upstreamMs)),
        queuedMs: Math.max(0, ...answers.map(({ queuedMs }) => queuedMs)),
      }
    },
  }
}

/** Most confident first; within a base that is Genesys's own order. */
function merge(answers: readonly GenesysAnswer<SearchAnswer>[], language: string): ContentItem[] {
  return answers
    .flatMap(({ value }) => value.results ?? [])
    .map(({ document, confidence }) => itemOf(document, confidence ?? 0, language))
    .sort((a, b) => b.relevanceScore - a.relevanceScore)
}

/** Labels named so carry a meaning of ours: Genesys has no field for it. */
const compliantLabel = 'compliant'
const procedureLabel = 'procedure'

function itemOf(document: z.infer<typeof documentSchema>, confidence: number, language: string): ContentItem {
  const labels = (document.labels ?? []).flatMap(({ name }) => (name ? [name] : []))
  return {
    contentId: document.id,
    title: document.title ?? '',
    snippet: textOfBody(document.variations?.[0]?.body),
    url: webAddress(document.externalUrl),
    contentType: labels.includes(procedureLabel) ? 'procedure' : 'article',
    // A base has one language, and only bases of this language were searched.
    language,
    tags: labels,
    isCompliant: labels.includes(compliantLabel),
    relevanceScore: confidence,
    source: name,
    version: document.documentVersion?.id ?? document.lastPublishedVersionNumber?.toString() ?? null,
    updatedAt: document.datePublished ?? document.dateModified ?? null,
    state: document.state ?? 'Published',
    visible: document.visible ?? true,
    availableFrom: Number.NEGATIVE_INFINITY,
    availableUntil: Number.POSITIVE_INFINITY,
    labels: document.labels ? labels : null,
    category: document.category?.name ?? null,
  }
}
