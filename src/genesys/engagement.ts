// What agents did with Genesys's content, told to Genesys: engagement of suggestions; views, copies and feedback of documents.
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import type { SourceCall } from '../retrieval/content-source.ts'
import type { GenesysClient, GenesysOperation } from './genesys-client.ts'
import type { KnowledgeBases } from './knowledge-bases.ts'

/** What an agent did, in Genesys's words. */
export type Engagement =
  | { readonly type: 'Opened' | 'Copied' | 'Dismissed' }
  | { readonly type: 'Feedback'; readonly rating: 'Positive' | 'Negative' }

/** Where it was done. */
export interface EngagedContent {
  readonly conversationId: string
  readonly contentId: string
  /** The version that was shown, as its source named it. */
  readonly version: string | null
}

/** The calls to Genesys, all at the lowest priority of the quota. Reject with a `CuecardError` as every call to Genesys. */
export interface GenesysEngagement {
  /** A suggestion of Agent Copilot, by its own id or that of its document. */
  suggestion(content: EngagedContent, engagement: Engagement, signal: AbortSignal): Promise<void>
  /** A knowledge document. `Dismissed` has no call and is never asked for. */
  document(content: EngagedContent, engagement: Engagement, signal: AbortSignal): Promise<void>
}

/** Milliseconds for all calls of one report; each waits for its turn on the quota for half of what is left at the most. */
export const engagementTimeoutMs = 30_000

const id = z.string().min(1)
const reference = z.object({ id: id.nullish() }).nullish()
const suggested = z.object({ document: reference }).nullish()

const suggestionsAnswer = z.object({
  entities: z.array(z.object({ id, knowledgeSearch: suggested, knowledgeArticle: suggested })).nullish(),
})

const documentAnswer = z.object({
  documentVersion: reference,
  variations: z.array(z.object({ id })).nullish(),
})

/** What every call about a document needs, and retrieval does not know. */
interface DocumentPlace {
  readonly knowledgeBaseId: string
  readonly variationId: string
  readonly versionId: string
}

/** Places of documents and ids of suggestions that are remembered, and for how many milliseconds. */
const maxKnown = 10_000
const knownForMs = 3_600_000

/** Our own kind of client, in Genesys's words. */
const application = { type: 'Assistant' }

export function genesysEngagement(ports: {
  readonly client: GenesysClient
  readonly knowledgeBases: KnowledgeBases
  readonly clock: Clock
}): GenesysEngagement {
  const { client, clock } = ports
  const memory = { max: maxKnown, ttl: knownForMs, ttlResolution: 0, perf: clock }
  const places = new LRUCache<string, DocumentPlace>(memory)
  const suggestions = new LRUCache<string, string>(memory)
  const callWith = (signal: AbortSignal): SourceCall => ({
    deadline: clock.now() + engagementTimeoutMs,
    priority: 'mirror',
    signal,
  })
  const post = async (doing: string, path: string, body: object, call: SourceCall) => {
    await client.call({ doing, method: 'POST', path, body, answer: z.unknown() }, call)
  }
  return {
    async suggestion(content, engagement, signal) {
      const call = callWith(signal)
      const key = `${content.conversationId.length}:${content.conversationId}${content.contentId}`
      const suggestionId = suggestions.get(key) ?? (await findSuggestion(client, content, call))
      suggestions.set(key, suggestionId)
      const path = `${conversationPath(content)}/suggestions/${encodeURIComponent(suggestionId)}/engagement`
      await post('reporting an engagement', path, engagementBody(engagement), call)
    },
    async document(content, engagement, signal) {
      const call = callWith(signal)
      const known = places.get(content.contentId)
      const place = known ?? (await findDocument(ports, content, call))
      places.set(content.contentId, place)
      const path = `${documentPath(place.knowledgeBaseId, content)}/${tracks[engagement.type]}`
      await post('reporting the use of a document', path, trackingBody(content, place, engagement), call)
    },
  }
}

const tracks = { Opened: 'views', Copied: 'copies', Feedback: 'feedback', Dismissed: 'views' } as const

function engagementBody(engagement: Engagement): object {
  if (engagement.type !== 'Feedback') return { engagementType: engagement.type }
  return { engagementType: engagement.type, feedback: { rating: engagement.rating } }
}

function trackingBody(content: EngagedContent, place: DocumentPlace, engagement: Engagement): object {
  const shared = { application, conversationContext: { conversationId: content.conversationId } }
  // Where only a number is known of the version that was shown, the newest one stands for it.
  const versionId =
    content.version === null || /^\d+$/.test(content.version) ? place.versionId : content.version
  const { variationId, knowledgeBaseId } = place
  if (engagement.type !== 'Feedback')
    return { ...shared, documentVariationId: variationId, documentVersionId: versionId }
  return {
    ...shared,
    documentVariation: { id: variationId },
    document: { versionId, knowledgeBase: { id: knowledgeBaseId } },
    rating: engagement.rating,
  }
}

/** A suggestion is known to agents by its document where it has one. */
async function findSuggestion(
  client: GenesysClient,
  content: EngagedContent,
  call: SourceCall,
): Promise<string> {
  const operation: GenesysOperation<z.infer<typeof suggestionsAnswer>> = {
    doing: 'reading the suggestions',
    method: 'GET',
    path: `${conversationPath(content)}/suggestions?pageSize=200`,
    answer: suggestionsAnswer,
  }
  const { value } = await client.call(operation, call)
  const found = (value.entities ?? []).find(
    ({ id, knowledgeSearch, knowledgeArticle }) =>
      id === content.contentId || (knowledgeSearch ?? knowledgeArticle)?.document?.id === content.contentId,
  )
  if (found === undefined) throw notThere('suggestion')
  return found.id
}

/** Which base holds a document is found by asking each. */
async function findDocument(
  { client, knowledgeBases }: { readonly client: GenesysClient; readonly knowledgeBases: KnowledgeBases },
  content: EngagedContent,
  call: SourceCall,
): Promise<DocumentPlace> {
  for (const { id: knowledgeBaseId } of await knowledgeBases.all(call)) {
    const path = `${documentPath(knowledgeBaseId, content)}?expand=variations`
    try {
      const { value } = await client.call(
        { doing: 'reading a document', method: 'GET', path, answer: documentAnswer },
        call,
      )
      const variationId = value.variations?.[0]?.id
      const versionId = value.documentVersion?.id
      if (variationId && versionId) return { knowledgeBaseId, variationId, versionId }
    } catch (error) {
      if (!isCuecardError(error, 'genesys.not_found')) throw error
    }
  }
  throw notThere('document')
}

function conversationPath({ conversationId }: EngagedContent): string {
  return `/api/v2/conversations/${segment(conversationId)}`
}

function documentPath(knowledgeBaseId: string, { contentId }: EngagedContent): string {
  return `/api/v2/knowledge/knowledgebases/${segment(knowledgeBaseId)}/documents/${segment(contentId)}`
}

/** As a part of a path, `.` and `..` mean another path; nothing of Genesys's is called so. */
function segment(text: string): string {
  if (text === '.' || text === '..') throw notThere('content')
  return encodeURIComponent(text)
}

function notThere(what: string): CuecardError {
  return new CuecardError('genesys.not_found', `Genesys has no such ${what} any more`)
}
