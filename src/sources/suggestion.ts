// One suggestion of Genesys Agent Copilot, as REST tells it, and the items that suggestions stand for.
import { z } from 'zod'
import type { ContentItem } from '../retrieval/content-item.ts'
import { confidence, identifier, isoTime } from './answer-fields.ts'
import { snippetOf, titleOf, webAddress } from './safe-text.ts'

export const copilotName = 'copilot-suggestions'

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

export const suggestionSchema = z.object({
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

export type Suggestion = z.infer<typeof suggestionSchema>

/** Articles that the assistant names without a confidence stand in the middle. */
const confidenceUnknown = 0.5

/** Whether a suggestion is still made: what was dismissed, or failed, does not come back. */
export function isOpen({ state }: Suggestion): boolean {
  return state !== 'Dismissed' && state !== 'Failed'
}

/** What to show for suggestions. The assistant suggests the same article turn after turn: the most confident counts. */
export function itemsOf(suggestions: readonly Suggestion[]): ContentItem[] {
  const best = new Map<string, ContentItem>()
  for (const item of suggestions.filter(isOpen).flatMap(itemOf)) {
    const before = best.get(item.contentId)
    if (before === undefined || before.relevanceScore < item.relevanceScore) best.set(item.contentId, item)
  }
  return [...best.values()]
}

/** Canned responses and scripts come as bare ids: nothing to show without a call for each. */
function itemOf(suggestion: Suggestion): ContentItem[] {
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
    source: copilotName,
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
