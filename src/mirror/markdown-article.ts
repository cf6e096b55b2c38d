// A Markdown file as an article: what its front matter says, else what its text and its path tell.
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { type Article, type ArticleInput, parseArticles } from '../articles/article.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import { plainMarkdown } from './plain-lines.ts'

export interface MarkdownFile {
  /** Below the folder, with `/` between its parts. */
  readonly path: string
  readonly text: string
  /** Of the folder, where the file does not say. */
  readonly language: string
  /** ISO 8601, where the file does not say. */
  readonly updatedAt: string
}

/** YAML takes `2024` for a number. */
const text = z.union([z.string(), z.number()]).transform(String)
const texts = z.union([z.array(text), text.transform((one) => [one])])

/** Keys of other programs are passed over. */
const frontMatter = z.object({
  id: text.optional(),
  title: text.optional(),
  tags: texts.optional(),
  category: text.optional(),
  language: text.optional(),
  labels: texts.optional(),
  entityIds: texts.optional(),
  contentType: z.unknown().optional(),
  state: z.unknown().optional(),
  availability: z.unknown().optional(),
  isCompliant: z.unknown().optional(),
  version: z.unknown().optional(),
  updatedAt: z.unknown().optional(),
  url: z.unknown().optional(),
})

/** @throws CuecardError `data.invalid`: its front matter is no YAML, or breaks a rule of the data form. */
export function markdownArticle({ path, text, language, updatedAt }: MarkdownFile): Article {
  const [, head, body = text] =
    /^\uFEFF?---\r?\n([\s\S]*?\r?\n)?---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text) ?? []
  const given: Record<string, unknown> = readFrontMatter(head ?? '')
  const heading = /^ {0,3}# +(.+?)[ \t#]*$/m.exec(body)
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
  const article = {
    id: path.replace(/\.\w+$/, ''),
    title: plainMarkdown(heading?.[1] ?? '') || name,
    category: path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '',
    language,
    updatedAt,
    ...given,
    // The title is shown by itself.
    body: heading === null ? body : body.replace(heading[0], ''),
  }
  try {
    const [parsed] = parseArticles([article as ArticleInput])
    return parsed as Article
  } catch (error) {
    if (!isCuecardError(error)) throw error
    throw new CuecardError('data.invalid', error.message.replace('articles[0].', ''), error.details)
  }
}

function readFrontMatter(yaml: string): z.infer<typeof frontMatter> {
  let value: unknown
  try {
    value = parseYaml(yaml, { logLevel: 'error', maxAliasCount: 10 }) ?? {}
    // A key without a value says nothing.
    if (typeof value === 'object')
      value = Object.fromEntries(Object.entries(value ?? {}).filter(([, one]) => one !== null))
  } catch {
    throw new CuecardError('data.invalid', 'its front matter is no YAML')
  }
  const parsed = frontMatter.safeParse(value)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path.join('.')
  throw new CuecardError('data.invalid', `its front matter has another form${field ? ` at ${field}` : ''}`)
}
