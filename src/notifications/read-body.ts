// From the bodies of notifications to cuecard's own words.
import type { Utterance } from '../context/utterances.ts'
import { canonicalLanguage } from '../language-tag.ts'
import type { Suggestion } from '../sources/suggestion.ts'
import type { ConversationBody, Participant, SuggestionBody, TranscriptionBody } from './message.ts'

/** UTF-16 units of an utterance that are kept, as for those that callers tell of. */
const longestText = 2000

/** What was said, and the language that it was understood in, canonical. */
export function readTranscription(body: TranscriptionBody): {
  readonly utterances: readonly Utterance[]
  readonly language: string | undefined
} {
  const startedAt = body.transcriptionStartTimeMs ?? body.sessionStartTimeMs ?? 0
  const madeAt = timeOf(body.eventTime) ?? 0
  const transcripts = body.transcripts ?? []
  const utterances = transcripts.flatMap(({ utteranceId, isFinal, channel, alternatives }): Utterance[] => {
    const [best] = alternatives ?? []
    const text = spoken(best?.decoratedTranscript ?? best?.transcript ?? '')
    if (!utteranceId || text === '') return []
    return [
      {
        id: utteranceId,
        // Where Genesys does not tell the sides apart, it may be the customer.
        speaker: channel === 'INTERNAL' ? 'agent' : 'customer',
        text,
        at: startedAt + (best?.offsetMs ?? 0),
        isFinal: isFinal ?? true,
        madeAt,
      },
    ]
  })
  const dialect = transcripts.find((transcript) => transcript.dialect)?.dialect
  return { utterances, language: dialect ? canonicalLanguage(dialect) : undefined }
}

/** Milliseconds since the epoch; undefined for what is no time. */
export function timeOf(text: string | null | undefined): number | undefined {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : time
}

function spoken(text: string): string {
  const plain = text.toWellFormed().replace(/\p{Cc}+/gu, ' ')
  return plain.normalize('NFC').trim().slice(0, longestText).toWellFormed()
}

/** What a message tells of a conversation. */
export interface ConversationState {
  readonly hasEnded: boolean
  /** Users who take part now. */
  readonly agentIds: readonly string[]
  readonly queueId: string | undefined
}

export function readConversation({ participants }: ConversationBody): ConversationState {
  const present = (participants ?? []).filter(isPresent)
  const agents = present.filter(({ userId }) => userId)
  return {
    hasEnded: present.length === 0,
    agentIds: agents.flatMap(({ userId }) => userId ?? []),
    queueId: [...present, ...agents].findLast(({ queueId }) => queueId)?.queueId ?? undefined,
  }
}

function isPresent({ endTime, calls, callbacks, chats, emails, messages, videos }: Participant): boolean {
  if (endTime) return false
  const sessions = [calls, callbacks, chats, emails, messages, videos].flatMap((list) => list ?? [])
  return (
    sessions.length === 0 || sessions.some(({ state }) => state !== 'disconnected' && state !== 'terminated')
  )
}

/** In the form that REST has. */
export function readSuggestion(body: SuggestionBody): Suggestion {
  const { suggestionId, state, eventTime, knowledgeSearch, knowledgeArticle } = body
  const found = (knowledge: typeof knowledgeSearch) =>
    knowledge && {
      title: knowledge.title,
      snippets: knowledge.snippets,
      confidence: knowledge.confidence,
      document: { id: knowledge.documentId },
      version: { id: knowledge.versionId },
      knowledgeAnswer: knowledge.knowledgeAnswer,
    }
  return {
    id: suggestionId,
    state,
    dateCreated: eventTime,
    knowledgeSearch: found(knowledgeSearch),
    knowledgeArticle: found(knowledgeArticle),
  }
}
