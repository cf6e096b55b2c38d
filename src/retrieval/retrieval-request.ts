// The request: its form, its limits, and one clear sentence for each way to get it wrong.
import { z } from 'zod'
import { CuecardError } from '../errors.ts'
import { explainIssue } from '../explain-issue.ts'
import { canonicalLanguage } from '../language-tag.ts'

/** What a caller may send. */
export interface RetrievalRequestInput {
  /** 1..128 characters. */
  readonly interactionId: string
  /** 1..128 characters. */
  readonly agentId: string
  /** 1..50 ids of 1..256 characters: products, account types, ... */
  readonly entityIds?: readonly string[] | undefined
  /** 3..2000 characters. */
  readonly query?: string | undefined
  /** 1..50 tags of 1..128 characters. */
  readonly contextTags?: readonly string[] | undefined
  /** BCP 47; without it the interaction's language, else `en-US`. */
  readonly language?: string | undefined
  /** 1..50, default 10. */
  readonly maxResults?: number | undefined
  readonly filters?:
    | {
        /** 1..20 types, such as `article` and `procedure`. */
        readonly contentTypes?: readonly string[] | undefined
        /** 0..1. */
        readonly minRelevanceScore?: number | undefined
        /** ISO 8601 with a zone; `start` before `end`. Items must be in force at some time within it. */
        readonly availabilityWindow?: { readonly start: string; readonly end: string } | undefined
      }
    | undefined
  /** Default true. */
  readonly boostCompliance?: boolean | undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/

/** What is wrong with a value of another type. */
export function mustBe(what: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => (input === undefined ? 'is missing' : `must be ${what}`)
}

/** A string of `min..max` characters without control characters or broken surrogates, in Unicode NFC. */
export function plainText(min: number, max: number): z.ZodType<string, string> {
  const length = `must have ${min} to ${max} characters`
  return z
    .string({ error: mustBe('a string') })
    .refine((text) => !controlCharacter.test(text), 'must not hold control characters')
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode')
    .transform((text) => text.normalize('NFC').trim())
    .refine((text) => text.length >= min && text.length <= max, length)
}

/** A list of 1..max such strings, sorted and without duplicates: as a set it has one form. */
export function plainTextSet(max: number, itemMax: number): z.ZodType<readonly string[], readonly string[]> {
  const size = `must have 1 to ${max} entries; leave it out instead of sending an empty list`
  return z
    .array(plainText(1, itemMax), { error: mustBe('a list of strings') })
    .min(1, size)
    .max(max, size)
    .transform((list) => [...new Set(list)].sort())
}

/** One turn of a conversation: line breaks are spaces, since people paste. */
export const spokenText: z.ZodType<string, string> = z
  .string({ error: mustBe('a string') })
  .transform((text) => text.replace(/[\r\n\t]+/g, ' '))
  .pipe(plainText(1, 2000))

/** A BCP 47 tag in canonical form, at most 35 characters long: what every implementation must take (RFC 5646, 4.4.1). */
export const languageTag: z.ZodType<string, string> = z
  .string({ error: mustBe('a string') })
  .max(35, 'must have at most 35 characters')
  .transform((tag, issue) => {
    const canonical = canonicalLanguage(tag)
    if (canonical !== undefined) return canonical
    issue.addIssue({ code: 'custom', message: 'must be a BCP 47 language tag, such as en-US' })
    return z.NEVER
  })

const noTime = 'must be an ISO 8601 time with a zone, such as 2026-03-31T22:00:00Z'
const withSeconds = z.iso.datetime({ offset: true })
const withoutSeconds = z.iso.datetime({ offset: true, precision: -1 })

const isoTime = z
  .string({ error: mustBe('an ISO 8601 time') })
  .refine((text) => withSeconds.safeParse(text).success || withoutSeconds.safeParse(text).success, noTime)
  .transform((text) => Date.parse(text))

const numberWithin = (min: number, max: number, name: string) => {
  const message = `must be ${name} from ${min} to ${max}`
  return z.number({ error: message }).min(min, message).max(max, message)
}

const filters = z.strictObject(
  {
    contentTypes: plainTextSet(20, 64).optional(),
    minRelevanceScore: numberWithin(0, 1, 'a number').optional(),
    availabilityWindow: z
      .strictObject({ start: isoTime, end: isoTime }, { error: 'must have a start and an end' })
      .refine(({ start, end }) => start < end, { path: ['end'], message: 'must be after start' })
      .optional(),
  },
  { error: objectError },
)

export const retrievalRequestSchema = z.strictObject(
  {
    interactionId: plainText(1, 128),
    agentId: plainText(1, 128),
    entityIds: plainTextSet(50, 256).optional(),
    query: plainText(3, 2000).optional(),
    contextTags: plainTextSet(50, 128).optional(),
    language: languageTag.optional(),
    maxResults: numberWithin(1, 50, 'a whole number')
      .refine(Number.isInteger, 'must be a whole number from 1 to 50')
      .optional(),
    filters: filters.optional(),
    boostCompliance: z.boolean({ error: 'must be true or false' }).optional(),
  },
  { error: objectError },
)

/** zod's own sentence for unknown keys is kept for explainIssue; any other problem means "no object". */
function objectError(issue: { code?: string }): string | undefined {
  return issue.code === 'invalid_type' ? 'must be an object' : undefined
}

/** A request that keeps every rule, in canonical form. */
export type RetrievalRequest = z.output<typeof retrievalRequestSchema>

/**
 * Parses a request.
 * @throws CuecardError `request.invalid`: one sentence, and `details.field` with the path.
 */
export function parseRetrievalRequest(input: unknown): RetrievalRequest {
  return canonicalForm(input) ?? parseWith(retrievalRequestSchema, input)
}

/**
 * Parses by a schema. `name` is what the value itself is called where it is no object.
 * @throws CuecardError `request.invalid` naming the field.
 */
export function parseWith<T>(schema: z.ZodType<T>, input: unknown, name = ''): T {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const { field: path, problem } = explainIssue(parsed.error)
  const field = path === '' ? name : path
  throw new CuecardError(
    'request.invalid',
    field === '' ? `The request ${problem}` : `${field}: ${problem}`,
    field === '' ? {} : { field },
  )
}

const printableAscii = /^[!-~](?:[ -~]*[!-~])?$/

/**
 * A copy of a request that the schema would return unchanged: the common form (ASCII, sorted lists, no filters), told
 * in a tenth of the schema's time. Undefined for everything else, right or wrong: that goes to the schema. A copy,
 * because what is remembered of a request must not change with the caller's object.
 */
function canonicalForm(input: unknown): RetrievalRequest | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined
  for (const key in input) if (!fastKeys.has(key)) return undefined
  const request = input as Record<keyof RetrievalRequest, unknown>
  const { interactionId, agentId, entityIds, contextTags, query, maxResults, boostCompliance } = request
  // Not enumerable, as where a class defines them, they would not have been met above.
  if (request.language !== undefined || request.filters !== undefined) return undefined
  if (!isShortAscii(interactionId, 128) || !isShortAscii(agentId, 128)) return undefined
  if (query !== undefined && !(isShortAscii(query, 2000) && query.length >= 3)) return undefined
  if (entityIds !== undefined && !isSortedSet(entityIds, 256)) return undefined
  if (contextTags !== undefined && !isSortedSet(contextTags, 128)) return undefined
  if (maxResults !== undefined && !isPageSize(maxResults)) return undefined
  if (boostCompliance !== undefined && typeof boostCompliance !== 'boolean') return undefined
  return {
    interactionId,
    agentId,
    entityIds: entityIds?.slice(),
    contextTags: contextTags?.slice(),
    query,
    maxResults,
    boostCompliance,
  }
}

const fastKeys: ReadonlySet<string> = new Set<keyof RetrievalRequest>([
  'interactionId',
  'agentId',
  'entityIds',
  'contextTags',
  'query',
  'maxResults',
  'boostCompliance',
])

function isShortAscii(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max && printableAscii.test(value)
}

function isPageSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 50
}

function isSortedSet(value: unknown, itemMax: number): value is string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 50) return false
  let before = ''
  for (const item of value) {
    if (!isShortAscii(item, itemMax) || item <= before) return false
    before = item
  }
  return true
}
