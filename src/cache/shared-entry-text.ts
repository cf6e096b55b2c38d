// A cached answer as text between processes: all that eligibility looks at comes back as it was, or nothing does.
import { z } from 'zod'
import type { ContentItem } from '../retrieval/content-item.ts'
import type { SharedEntry } from './cache-tier.ts'

/** JSON knows no infinity, and would turn an open window into one that nobody set. */
const notFinite = ['Infinity', '-Infinity', 'NaN'] as const
const number = z.union([z.number(), z.enum(notFinite).transform(Number)])

const item: z.ZodType<ContentItem> = z.strictObject({
  contentId: z.string(),
  title: z.string(),
  snippet: z.string(),
  url: z.string().nullable(),
  contentType: z.string(),
  language: z.string().nullable(),
  tags: z.array(z.string()),
  isCompliant: z.boolean(),
  relevanceScore: number,
  source: z.string(),
  version: z.string().nullable(),
  updatedAt: z.string().nullable(),
  state: z.enum(['Published', 'Draft', 'Archived']),
  visible: z.boolean(),
  availableFrom: number,
  availableUntil: number,
  labels: z.array(z.string()).nullable(),
  category: z.string().nullable(),
})

const shared = z.strictObject({
  answer: z.strictObject({ source: z.string(), items: z.array(item) }),
  tags: z.array(z.string()),
})

/** The age is left out: it is counted on from where the text is kept. */
export function encodeSharedEntry({ answer: { source, items }, tags }: SharedEntry): string {
  return JSON.stringify({ answer: { source, items }, tags }, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  )
}

/** Undefined for what is not whole. */
export function decodeSharedEntry(text: unknown, ageMs: unknown): SharedEntry | undefined {
  if (typeof text !== 'string' || typeof ageMs !== 'number') return undefined
  try {
    const parsed = shared.safeParse(JSON.parse(text))
    return parsed.success ? { ...parsed.data, ageMs } : undefined
  } catch {
    return undefined
  }
}
