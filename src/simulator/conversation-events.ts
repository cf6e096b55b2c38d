// What is told of a conversation, in the form of Genesys's notifications: topic and body.
import type { Conversation } from '../articles/article.ts'
import type { Organisation } from './organisation.ts'
import { stableId } from './stable-id.ts'
import type { Suggestion } from './suggestions.ts'

/** A conversation that is being told of. */
export interface Told {
  readonly conversation: Conversation
  readonly organisation: Organisation
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

/** What was understood of one turn. */
export interface Transcript {
  readonly turn: number
  readonly speaker: 'customer' | 'agent'
  readonly transcript: string
  readonly isFinal: boolean
  /** Milliseconds from the start, and from there to the end of what was understood. */
  readonly offsetMs: number
  readonly durationMs: number
}

export type SessionStatus = 'SESSION_ONGOING' | 'SESSION_ENDED'

type Message = readonly [topic: string, body: object]

/** For the agent's topic and the queue's. */
export function conversationEvent(
  { conversation, organisation, startedAt }: Told,
  state: 'connected' | 'disconnected',
  now: number,
): { readonly topics: readonly string[]; readonly body: object } {
  const queueId = organisation.queueId(conversation)
  const userId = organisation.agentId(conversation)
  const connectedTime = new Date(startedAt).toISOString()
  const end = state === 'disconnected' ? { endTime: new Date(now).toISOString() } : {}
  const participant = (purpose: 'customer' | 'agent') => ({
    id: organisation.participantId(conversation, purpose),
    connectedTime,
    ...end,
    queueId,
    purpose,
    attributes: {},
    calls: [{ id: stableId('call', conversation.id, purpose), state, direction: 'inbound' }],
  })
  return {
    topics: [`v2.users.${userId}.conversations`, `v2.routing.queues.${queueId}.conversations`],
    body: {
      id: conversation.id,
      participants: [participant('customer'), { ...participant('agent'), userId }],
    },
  }
}

export function transcription(
  { conversation, startedAt }: Told,
  transcripts: readonly Transcript[],
  status: SessionStatus,
  now: number,
): Message {
  const { id } = conversation
  const body = {
    eventTime: new Date(now).toISOString(),
    conversationId: id,
    communicationId: stableId('communication', id),
    sessionStartTimeMs: startedAt,
    transcriptionStartTimeMs: startedAt,
    transcripts: transcripts.map(({ turn, speaker, isFinal, offsetMs, durationMs, transcript }) => ({
      utteranceId: stableId('utterance', id, turn),
      isFinal,
      channel: speaker === 'customer' ? 'EXTERNAL' : 'INTERNAL',
      alternatives: [
        { confidence: 0.9, offsetMs, durationMs, transcript, words: [], decoratedTranscript: transcript },
      ],
      engineProvider: 'GENESYS',
      dialect: conversation.language ?? 'en-US',
    })),
    status: { offsetMs: now - startedAt, status },
  }
  return [`v2.conversations.${id}.transcription`, body]
}

/** With flat ids where REST has references. */
export function suggested({ id }: Conversation, suggestion: Suggestion, now: number): Message {
  const { queue, mediaType, message, queryStatement } = suggestion.context
  const found = suggestion.knowledgeArticle ?? suggestion.knowledgeSearch
  const { document, version, variations, ...rest } = found ?? {}
  const knowledge = {
    ...rest,
    documentId: document?.id,
    versionId: version?.id,
    variationIds: variations?.map((variation) => variation.id),
  }
  const kind = suggestion.knowledgeArticle === undefined ? 'search' : 'article'
  const body = {
    eventTime: new Date(now).toISOString(),
    conversationId: id,
    suggestionId: suggestion.id,
    state: suggestion.state,
    triggerType: suggestion.triggerType,
    context: {
      queueId: queue.id,
      mediaType: mediaType.toUpperCase(),
      assistantId: suggestion.assistant.id,
      messageId: message.id,
      queryStatement,
    },
    ...(kind === 'search' ? { knowledgeSearch: knowledge } : { knowledgeArticle: knowledge }),
  }
  return [`v2.conversations.${id}.suggestions.knowledge.${kind}`, body]
}

export function wrapup({ conversation, organisation }: Told, now: number): Message {
  const { id } = conversation
  const body = {
    eventTime: now,
    conversationId: id,
    participantId: organisation.participantId(conversation, 'agent'),
    sessionId: stableId('session', id),
    mediaType: 'VOICE',
    direction: 'INBOUND',
    queueId: organisation.queueId(conversation),
    wrapupCode: stableId('wrap-up code', 'resolved'),
  }
  return [`v2.detail.events.conversation.${id}.wrapup`, body]
}
