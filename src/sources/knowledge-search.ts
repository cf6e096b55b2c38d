// Source `knowledge-search`: Genesys Knowledge, searched by what the customer says.
import { z } from 'zod'
import { lengthPrefixed } from '../cache/cache-key.ts'
import type { Clock } from '../clock.ts'
import type { GenesysClient } from '../genesys/genesys-client.ts'
import type { KnowledgeBases } from '../genesys/knowledge-bases.ts'
import type { ContentItem } from '../retrieval/content-item.ts'
import type { ContentSource } from '../retrieval/content-source.ts'
import { confidence, entries, readEach } from './answer-fields.ts'
import { textOfBody } from './knowledge-body.ts'
import { documentSchema, factsOf } from './knowledge-document.ts'

const name = 'knowledge-search'

/** Genesys's limit on a search, whatever the page. */
const pageSize = 30

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

function itemOf({ document, confidence }: z.infer<typeof resultSchema>): ContentItem {
  return {
    ...factsOf(document),
    snippet: textOfBody(document.variations?.[0]?.body),
    language: document.knowledgeBase?.languageCode ?? null,
    relevanceScore: confidence ?? 0,
    source: name,
    availableFrom: Number.NEGATIVE_INFINITY,
    availableUntil: Number.POSITIVE_INFINITY,
  }
}
