// What an agent did with an item, and how the interaction ended: the form of an event, and one sentence for each mistake.
import { z } from 'zod'
import { mustBe, parseWith, plainText } from '../retrieval/retrieval-request.ts'

/** About one item that a retrieval showed. */
export const itemEventTypes = ['shown', 'opened', 'copied', 'inserted', 'dismissed', 'rated'] as const
/** About the interaction. */
export const outcomeTypes = ['resolved', 'unresolved'] as const
export const adoptionTypes = [...itemEventTypes, ...outcomeTypes] as const
export type AdoptionType = (typeof adoptionTypes)[number]

/** Use of an item, as opposed to having seen or refused it. */
export const useTypes: readonly AdoptionType[] = ['opened', 'copied', 'inserted']

/** What a caller may send. */
export interface AdoptionEventInput {
  readonly type: AdoptionType
  /** 1..256 characters: needed for events about an item, refused for an outcome. */
  readonly contentId?: string | undefined
  /** Why it was dismissed; 1..500 characters. */
  readonly reason?: string | undefined
  /** Needed for `rated`: `positive` or `negative`, also written `+` and `-`. */
  readonly rating?: 'positive' | 'negative' | '+' | '-' | undefined
  /** Of the interaction, for an outcome; 1..128 characters. */
  readonly wrapUpCode?: string | undefined
}

const ratings = { positive: 'positive', negative: 'negative', '+': 'positive', '-': 'negative' } as const

export const adoptionEventSchema = z
  .strictObject(
    {
      type: z.enum(adoptionTypes, { error: mustBe(`one of ${adoptionTypes.join(', ')}`) }),
      contentId: plainText(1, 256).optional(),
      reason: plainText(1, 500).optional(),
      rating: z
        .enum(['positive', 'negative', '+', '-'], { error: mustBe('positive (+) or negative (-)') })
        .transform((rating) => ratings[rating])
        .optional(),
      wrapUpCode: plainText(1, 128).optional(),
    },
    { error: ({ code }) => (code === 'invalid_type' ? 'must be an object' : undefined) },
  )
  .superRefine((event, issues) => {
    const about = (field: string, message: string) =>
      issues.addIssue({ code: 'custom', path: [field], message })
    const ofItem = itemEventTypes.some((type) => type === event.type)
    if (ofItem && event.contentId === undefined)
      about('contentId', `is missing; ${event.type} is about an item`)
    if (!ofItem && event.contentId !== undefined)
      about('contentId', `does not go with ${event.type}, which is about the interaction`)
    if (event.type === 'rated' && event.rating === undefined)
      about('rating', 'is missing; it must be positive (+) or negative (-)')
    if (event.type !== 'rated' && event.rating !== undefined) about('rating', 'goes with rated only')
    if (event.type !== 'dismissed' && event.reason !== undefined) about('reason', 'goes with dismissed only')
    if (ofItem && event.wrapUpCode !== undefined)
      about('wrapUpCode', 'goes with resolved and unresolved only')
  })

/** An event that keeps every rule. */
export type AdoptionEvent = z.output<typeof adoptionEventSchema>

/** @throws CuecardError `request.invalid` naming the field. */
export function parseAdoptionEvent(input: unknown): AdoptionEvent {
  return parseWith(adoptionEventSchema, input, 'event')
}

/** What is answered to a recorded event, and answered again when the same key comes again. */
export interface AdoptionReceipt {
  readonly eventId: string
  readonly retrievalId: string
  readonly type: AdoptionType
  readonly contentId: string | null
  /** ISO 8601. */
  readonly recordedAt: string
}
