// The public data form: articles and conversations as JSONL, as in docs/reference/data-files.md.
import { z } from 'zod'
import { CuecardError } from '../errors.ts'
import { readJsonLines } from './read-json-lines.ts'

const isoTime = z.iso.datetime({
  offset: true,
  message: 'must be an ISO 8601 time with a zone, such as 2026-03-31T22:00:00Z',
})

const articleSchema = z.object({
  id: z.string().min(1).max(256),
  title: z.string().min(1),
  /** Plain text or Markdown. */
  body: z.string(),
  tags: z.array(z.string()).default([]),
  /** A path such as `cards/fees`. */
  category: z.string().default(''),
  /** BCP 47. */
  language: z.string().min(2).default('en'),
  contentType: z.enum(['article', 'procedure']).default('article'),
  state: z.enum(['Published', 'Draft', 'Archived']).default('Published'),
  /** In force from `start` (inclusive) to `end` (exclusive); an absent end is open. */
  availability: z.object({ start: isoTime.optional(), end: isoTime.optional() }).optional(),
  isCompliant: z.boolean().default(false),
  /** Labels, which audience rules in the configuration refer to. */
  labels: z.array(z.string()).default([]),
  /** What the article is about, as the desktop would name it: products, account types. */
  entityIds: z.array(z.string()).default([]),
  version: z.number().int().min(1).default(1),
  updatedAt: isoTime.optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
})

/** One article of a JSONL file; `id`, `title` and `body` are required, the rest has defaults. */
export type Article = z.infer<typeof articleSchema>

const conversationSchema = z.object({
  id: z.string().min(1).max(256),
  turns: z.array(z.object({ speaker: z.enum(['customer', 'agent']), text: z.string() })),
  /** The event stands after turn `turnIndex`; later turns are never an input to ranking. */
  events: z
    .array(z.object({ turnIndex: z.number().int().min(0), goldArticleIds: z.array(z.string()) }))
    .default([]),
  language: z.string().min(2).optional(),
  queue: z.string().optional(),
  tags: z.array(z.string()).default([]),
  entityIds: z.array(z.string()).default([]),
})

/** One conversation of a JSONL file; `id` and `turns` are required. */
export type Conversation = z.infer<typeof conversationSchema>

/** Reads articles. @throws CuecardError `data.invalid` naming the line; also when an id occurs twice. */
export function readArticles(path: string): Promise<Article[]> {
  return collect(path, readJsonLines(path, articleSchema))
}

/** Reads conversations. @throws CuecardError `data.invalid` naming the line; also when an id occurs twice. */
export function readConversations(path: string): Promise<Conversation[]> {
  return collect(path, readJsonLines(path, conversationSchema))
}

async function collect<T extends { id: string }>(path: string, rows: AsyncIterable<T>): Promise<T[]> {
  const byId = new Map<string, T>()
  for await (const row of rows) {
    if (byId.has(row.id)) throw new CuecardError('data.invalid', `${path}: the id "${row.id}" occurs twice`)
    byId.set(row.id, row)
  }
  if (byId.size === 0) throw new CuecardError('data.invalid', `${path} holds no line`)
  return [...byId.values()]
}
