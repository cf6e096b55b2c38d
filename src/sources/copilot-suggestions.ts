// Source `copilot-suggestions`: what Genesys Agent Copilot has suggested for this conversation.
import { z } from 'zod'
import { lengthPrefixed } from '../cache/cache-key.ts'
import type { Clock } from '../clock.ts'
import { isCuecardError } from '../errors.ts'
import type { GenesysAnswer, GenesysClient } from '../genesys/genesys-client.ts'
import type { ContentItem } from '../retrieval/content-item.ts'
import type { ContentSource, SourceCall } from '../retrieval/content-source.ts'
import { confidence, entries, identifier, isoTime, readEach } from './answer-fields.ts'
import { snippetOf, titleOf, webAddress } from './safe-text.ts'

const name = 'copilot-suggestions'

const reference = z.object({ id: identifier.nullish().catch(null) }).nullish()

const knowledge = z
  .object({
    title: z.string().nullish(),
    snippets: z.array(z.string()).nullish(),
    confidence: confidence.nullish(),
    document: reference,
    version: reference,
    knowledgeAnswer: z.object({ answer: z.string().nullish() }).nullish(),
  })
  .nullish()

const suggestionSchema = z.object({
  id: identifier,
  type: z.string().nullish(),
  state: z.string().nullish(),
  dateCreated: isoTime,
  knowledgeSearch: knowledge,
  knowledgeArticle: knowledge,
  faq: z
    .object({
      question: z.string().nullish(),
      answer: z.string().nullish(),
      documentUrl: z.string().nullish(),
      confidence: confidence.nullish(),
    })
    .nullish(),
})

type Suggestion = z.infer<typeof suggestionSchema>

const answer = z.object({ entities: entries.nullish() })

/** Articles that the assistant names without a confidence stand in the middle. */
const confidenceUnknown = 0.5

export function copilotSuggestions({
  client,
  clock,
}: {
  client: GenesysClient
  clock: Clock
}): ContentSource {
  return {
    name,
    // As a part of a path these two mean another path, and no conversation is called so.
    key: ({ interactionId }) =>
      interactionId === '.' || interactionId === '..' ? undefined : lengthPrefixed([interactionId]),
    async retrieve({ interactionId }, call) {
      const { value, upstreamMs, queuedMs } = await suggestionsOf(client, interactionId, call)
      const now = clock.now()
      const suggestions = readEach(suggestionSchema, value.entities ?? [], 'suggestions')
      const items = withoutRepeats(suggestions.flatMap(itemOf))
      return { source: name, items, fetchedAt: now, freshUntil: now, upstreamMs, queuedMs }
    },
  }
}

async function suggestionsOf(
  client: GenesysClient,
  interactionId: string,
  call: SourceCall,
): Promise<GenesysAnswer<z.infer<typeof answer>>> {
  const path = `/api/v2/conversations/${encodeURIComponent(interactionId)}/suggestions?pageSize=100`
  try {
    return await client.call({ doing: 'reading the suggestions', method: 'GET', path, answer }, call)
  } catch (error) {
    // A conversation without an assistant, or one that Genesys does not know, simply has no suggestions.
    if (!isCuecardError(error, 'genesys.not_found')) throw error
    return { value: {}, upstreamMs: 0, queuedMs: 0 }
  }
}

/** Canned responses and scripts come as bare ids: nothing to show without a call for each. */
function itemOf(suggestion: Suggestion): ContentItem[] {
  if (suggestion.state === 'Dismissed' || suggestion.state === 'Failed') return []
  const { faq } = suggestion
  const found = suggestion.knowledgeSearch ?? suggestion.knowledgeArticle
  if (found)
    return [
      {
        ...shared(suggestion),
        contentId: found.document?.id ?? suggestion.id,
        title: titleOf(found.title),
        snippet: snippetOf(found.knowledgeAnswer?.answer ?? found.snippets?.join(' … ') ?? ''),
        contentType: 'article',
        relevanceScore: found.confidence ?? confidenceUnknown,
        version: found.version?.id ?? null,
      },
    ]
  if (!faq) return []
  return [
    {
      ...shared(suggestion),
      title: titleOf(faq.question),
      snippet: snippetOf(faq.answer ?? ''),
      url: webAddress(faq.documentUrl),
      relevanceScore: faq.confidence ?? confidenceUnknown,
    },
  ]
}

function shared(suggestion: Suggestion): ContentItem {
  return {
    contentId: suggestion.id,
    title: '',
    snippet: '',
    url: null,
    contentType: 'suggestion',
    language: null,
    tags: [],
    isCompliant: false,
    relevanceScore: confidenceUnknown,
    source: name,
    version: null,
    updatedAt: suggestion.dateCreated ?? null,
    state: 'Published',
    visible: true,
    availableFrom: Number.NEGATIVE_INFINITY,
    availableUntil: Number.POSITIVE_INFINITY,
    labels: null,
    category: null,
  }
}

/** The assistant suggests the same article turn after turn; the most confident of them counts. */
function withoutRepeats(items: readonly ContentItem[]): ContentItem[] {
  const best = new Map<string, ContentItem>()
  for (const item of items) {
    const before = best.get(item.contentId)
    if (before === undefined || before.relevanceScore < item.relevanceScore) best.set(item.contentId, item)
  }
  return [...best.values()]
}
