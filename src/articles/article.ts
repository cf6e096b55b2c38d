// The public data form: articles and conversations as JSONL, as in docs/reference/data-files.md.
import { z } from 'zod'
import { CuecardError } from '../errors.ts'
import { explainIssue } from '../explain-issue.ts'
import { canonicalLanguage } from '../language-tag.ts'
import { type NumberedLine, readJsonLines } from './read-json-lines.ts'

const isoTime = z.iso.datetime({
  offset: true,
  message: 'must be an ISO 8601 time with a zone, such as 2026-03-31T22:00:00Z',
})

const language = z
  .string()
  .refine((tag) => canonicalLanguage(tag) !== undefined, 'must be a BCP 47 language tag, such as en or pt-BR')

const availability = z
  .object({ start: isoTime.optional(), end: isoTime.optional() })
  .refine(
    ({ start, end }) => start === undefined || end === undefined || Date.parse(start) < Date.parse(end),
    { path: ['end'], message: 'must be after start' },
  )

const articleSchema = z.object({
  id: z.string().min(1).max(256),
  title: z.string().min(1),
  /** Plain text or Markdown. */
  body: z.string(),
  tags: z.array(z.string()).default([]),
  /** A path such as `cards/fees`. */
  category: z.string().default(''),
  /** BCP 47. */
  language: language.default('en'),
  contentType: z.enum(['article', 'procedure']).default('article'),
  state: z.enum(['Published', 'Draft', 'Archived']).default('Published'),
  /** In force from `start` (inclusive) to `end` (exclusive); an absent end is open. */
  availability: availability.optional(),
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
  language: language.optional(),
  queue: z.string().optional(),
  tags: z.array(z.string()).default([]),
  entityIds: z.array(z.string()).default([]),
})

/** A line with `query` in the place of `turns` is a conversation of one turn, whose event follows it. */
const conversationLine = z.preprocess((line) => {
  if (typeof line !== 'object' || line === null || !('query' in line) || 'turns' in line) return line
  const { query, ...rest } = line
  const gold = 'goldArticleIds' in rest ? rest.goldArticleIds : []
  return {
    ...rest,
    turns: [{ speaker: 'customer', text: query }],
    events: [{ turnIndex: 0, goldArticleIds: gold }],
  }
}, conversationSchema)

/** One conversation of a JSONL file; `id` and `turns` are required. */
export type Conversation = z.infer<typeof conversationSchema>

/** Reads articles. @throws CuecardError `data.invalid` naming the line; also when an id occurs twice. */
export function readArticles(path: string): Promise<Article[]> {
  return collect(path, readJsonLines(path, articleSchema))
}

/** Reads conversations. @throws CuecardError `data.invalid` naming the line; also when an id occurs twice. */
export function readConversations(path: string): Promise<Conversation[]> {
  return collect(path, readJsonLines(path, conversationLine))
}

async function collect<T extends { id: string }>(
  path: string,
  lines: AsyncIterable<NumberedLine<T>>,
): Promise<T[]> {
  const byId = new Map<string, NumberedLine<T>>()
  for await (const line of lines) {
    const { id } = line.value
    const before = byId.get(id)?.number
    if (before !== undefined)
      throw new CuecardError(
        'data.invalid',
        `${path}, line ${line.number}: the id ${JSON.stringify(id)} is that of line ${before}`,
        { field: 'id' },
      )
    byId.set(id, line)
  }
  if (byId.size === 0) throw new CuecardError('data.invalid', `${path} holds no line`)
  return [...byId.values()].map(({ value }) => value)
}

/** What a program may give as an article: `id`, `title` and `body`; the rest has defaults. */
export type ArticleInput = z.input<typeof articleSchema>

/**
 * Articles with all defaults filled in.
 * @throws CuecardError `data.invalid` naming the article by its position, and the field.
 */
export function parseArticles(inputs: readonly ArticleInput[]): Article[] {
  return inputs.map((input, index) => {
    const parsed = articleSchema.safeParse(input)
    if (parsed.success) return parsed.data
    const { field, problem } = explainIssue(parsed.error)
    const path = `articles[${index}]${field === '' ? '' : `.${field}`}`
    throw new CuecardError('data.invalid', `${path}: ${problem}`, { field: path })
  })
}
