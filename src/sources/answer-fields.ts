// Fields that every source's answer has, read with care: they come from people and systems that we do not know.
import { z } from 'zod'
import { CuecardError } from '../errors.ts'
import type { ContentState } from '../retrieval/content-item.ts'

/** An id: at most 256 characters, none of them a control character. */
export const identifier = z
  .string()
  .min(1)
  .max(256)
  .regex(/^\P{Cc}+$/u)

/** A short word such as a content type or a language tag. */
export const word = z
  .string()
  .regex(/^[\p{L}\p{N} _.:/-]{1,64}$/u)
  .nullish()
  .catch(null)

/** An ISO 8601 date or time, or null: what cannot be read is not shown. */
export const isoTime = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .nullish()
  .catch(null)

/** A confidence, 0..1; a sum that came out a hair above 1 is 1. */
export const confidence = z
  .number()
  .min(0)
  .max(1 + 1e-9)
  .transform((value) => Math.min(value, 1))

/** A publication state. Absent means published; one that is not known does not. */
export const publicationState = z
  .string()
  .nullish()
  .catch('?')
  .transform((state): ContentState => {
    const name = (state ?? 'Published').toLowerCase()
    if (name === 'published') return 'Published'
    return name === 'draft' ? 'Draft' : 'Archived'
  })

/** A list of entries whose form is judged one by one, by {@link readEach}. */
export const entries = z.array(z.unknown()).max(1000)

/**
 * Keeps every entry that has the contract's form: one broken entry does not cost the others. `what` names them.
 * @throws CuecardError `genesys.malformed` when there are entries and none can be read.
 */
export function readEach<T>(schema: z.ZodType<T>, list: readonly unknown[], what: string): T[] {
  const read: T[] = []
  for (const entry of list) {
    const parsed = schema.safeParse(entry)
    if (parsed.success) read.push(parsed.data)
  }
  if (read.length === 0 && list.length > 0)
    throw new CuecardError('genesys.malformed', `None of the ${what} has the form of the contract`)
  return read
}
