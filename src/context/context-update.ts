// What a caller may tell of an interaction: its form, and one sentence for each way to get it wrong.
import { z } from 'zod'
import {
  languageTag,
  mustBe,
  parseWith,
  plainText,
  plainTextSet,
  spokenText,
} from '../retrieval/retrieval-request.ts'
import type { Speaker } from './utterances.ts'

/** What a caller may tell of an interaction; each field given replaces what was known. */
export interface ContextUpdate {
  /** 1..50 tags of 1..128 characters. */
  readonly tags?: readonly string[] | undefined
  /** 1..50 ids of 1..256 characters: products, account types, ... */
  readonly entityIds?: readonly string[] | undefined
  readonly queueId?: string | undefined
  /** BCP 47. */
  readonly language?: string | undefined
  /** One more turn of the conversation, 1..2000 characters. */
  readonly utterance?: UtteranceInput | string | undefined
}

/** One utterance, or what was understood of it so far. */
export interface UtteranceInput {
  readonly speaker: Speaker
  /** 1..2000 characters. */
  readonly text: string
  /** Of the transcript, 1..128 characters: what comes again under the same id is not added again. */
  readonly utteranceId?: string | undefined
  /** False: the speaker goes on, and what comes under the same id replaces this. Needs `utteranceId`. Default true. */
  readonly isFinal?: boolean | undefined
  /** Milliseconds from the beginning of the interaction, so that late ones fall in place; without it: after all others. */
  readonly offsetMs?: number | undefined
}

const offset = 'must be a whole number from 0 to 604800000'

export const utteranceSchema = z
  .strictObject({
    speaker: z.enum(['customer', 'agent'], { error: mustBe('customer or agent') }),
    text: spokenText,
    utteranceId: plainText(1, 128).optional(),
    isFinal: z.boolean({ error: 'must be true or false' }).optional(),
    offsetMs: z.number({ error: offset }).int(offset).min(0, offset).max(604_800_000, offset).optional(),
  })
  .refine(({ isFinal, utteranceId }) => isFinal !== false || utteranceId !== undefined, {
    path: ['utteranceId'],
    message: 'is missing; without it nothing could replace what is not final',
  })

export const contextUpdateSchema = z.strictObject({
  tags: plainTextSet(50, 128).optional(),
  entityIds: plainTextSet(50, 256).optional(),
  queueId: plainText(1, 128).optional(),
  language: languageTag.optional(),
  utterance: z
    .union([
      spokenText.transform((text): z.output<typeof utteranceSchema> => ({ speaker: 'customer', text })),
      utteranceSchema,
    ])
    .optional(),
})

const idSchema = plainText(1, 128)

/** The one spelling of an interaction's id. @throws CuecardError `request.invalid`. */
export function canonicalInteractionId(interactionId: string): string {
  return parseWith(idSchema, interactionId, 'interactionId')
}

/** @throws CuecardError `request.invalid` naming the field. */
export function parseContextUpdate(update: unknown): z.output<typeof contextUpdateSchema> {
  return parseWith(contextUpdateSchema, update, 'update')
}
