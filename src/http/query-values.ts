// The values of a query string, read strictly: each comes once, and is what it says.
import { z } from 'zod'
import { languageTag, mustBe, plainText } from '../retrieval/retrieval-request.ts'

const noTime = 'must be an ISO 8601 time with a zone, such as 2026-03-31T22:00:00Z'

/** Milliseconds since the epoch. */
export const time = z
  .string({ error: mustBe('one ISO 8601 time') })
  .refine((text) => z.iso.datetime({ offset: true }).safeParse(text).success, noTime)
  .transform((text) => Date.parse(text))
  .meta({ description: 'ISO 8601 with a zone', format: 'date-time' })

export function whole(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`
  return z
    .string({ error: message })
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message)
    .meta({ description: `a whole number from ${min} to ${max}` })
}

/** One of some words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: mustBe(`one of ${words.join(', ')}`) })
}

export const id = plainText(1, 256)
export const language = languageTag

/** The two ends of a time. */
export const span = { from: time.optional(), to: time.optional() }

interface Span {
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** Refuses a time that ends before it begins. */
export function ordered<T extends z.ZodType<Span>>(schema: T): T {
  return schema.refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    message: 'must be after from',
  })
}
