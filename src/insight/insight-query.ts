// What may be asked of insight, and one sentence for each mistake.
import { z } from 'zod'
import type { InsightQuery } from '../ledger/record.ts'
import { languageTag, mustBe, parseWith, plainText } from '../retrieval/retrieval-request.ts'

const weekMs = 7 * 24 * 3_600_000
/** The last moment that a `Date` can tell. */
const endOfTime = 8_640_000_000_000_000

const whole = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`
  return z.number({ error: message }).int(message).min(min, message).max(max, message)
}

const time = z
  .number({ error: mustBe('milliseconds since the epoch') })
  .refine((at) => Number.isInteger(at) && at >= 0 && at <= endOfTime, 'must be milliseconds since the epoch')

const schema = z.strictObject(
  {
    from: time.optional(),
    to: time.optional(),
    queueId: plainText(1, 256).optional(),
    language: languageTag.optional(),
    by: z
      .enum(['queue', 'language', 'hour', 'day'], { error: 'must be queue, language, hour or day' })
      .optional(),
    limit: whole(1, 200).default(20),
  },
  { error: ({ code }) => (code === 'invalid_type' ? 'must be an object' : undefined) },
)

/** A question with its defaults. */
export interface ParsedInsightQuery {
  readonly from: number
  /** Undefined for everything until now. */
  readonly to: number | undefined
  readonly queueId: string | undefined
  readonly language: string | undefined
  readonly by: InsightQuery['by']
  readonly limit: number
}

/** @throws CuecardError `request.invalid` naming the field. */
export function parseInsightQuery(input: unknown, now: number): ParsedInsightQuery {
  const ordered = schema
    .transform((query) => ({
      queueId: undefined,
      language: undefined,
      by: undefined,
      to: undefined,
      ...query,
      from: query.from ?? Math.max((query.to ?? now) - weekMs, 0),
    }))
    .refine(({ from, to }) => to === undefined || from < to, { path: ['to'], message: 'must be after from' })
    .refine(({ from, to }) => to !== undefined || from <= now, {
      path: ['from'],
      message: 'must be in the past',
    })
  return parseWith(ordered, input, 'query')
}
