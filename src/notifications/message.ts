// What comes over a channel, read with care: the envelope, and the body of each topic that is followed.
import { z } from 'zod'

const envelope = z.object({
  topicName: z.string(),
  eventBody: z.unknown(),
})

/** One message of a channel. */
export interface ChannelMessage {
  readonly topicName: string
  readonly eventBody?: unknown
}

/** Undefined for what is no message. */
export function readMessage(text: string): ChannelMessage | undefined {
  try {
    return envelope.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const text = z.string().nullish()
const number = z.number().nullish().catch(null)
const list = <T>(entry: z.ZodType<T>) => z.array(entry).nullish()

export const transcriptionBody = z.object({
  eventTime: text,
  conversationId: text,
  sessionStartTimeMs: number,
  transcriptionStartTimeMs: number,
  transcripts: list(
    z.object({
      utteranceId: text,
      isFinal: z.boolean().nullish(),
      channel: text,
      alternatives: list(z.object({ offsetMs: number, transcript: text, decoratedTranscript: text })),
      dialect: text,
    }),
  ),
})
export type TranscriptionBody = z.output<typeof transcriptionBody>

const session = z.object({ state: text })
const sessions = list(session)

export const conversationBody = z.object({
  id: z.string().min(1),
  participants: list(
    z.object({
      userId: text,
      queueId: text,
      purpose: text,
      endTime: text,
      calls: sessions,
      callbacks: sessions,
      chats: sessions,
      emails: sessions,
      messages: sessions,
      videos: sessions,
    }),
  ),
})
export type ConversationBody = z.output<typeof conversationBody>
export type Participant = NonNullable<ConversationBody['participants']>[number]

const knowledge = z
  .object({
    title: text,
    snippets: list(z.string()),
    confidence: number,
    documentId: text,
    versionId: text,
    knowledgeAnswer: z.object({ answer: text }).nullish(),
  })
  .nullish()

export const suggestionBody = z.object({
  eventTime: text,
  suggestionId: z.string().min(1),
  state: text,
  knowledgeSearch: knowledge,
  knowledgeArticle: knowledge,
})
export type SuggestionBody = z.output<typeof suggestionBody>
