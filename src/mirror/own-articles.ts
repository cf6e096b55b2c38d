// A team's own articles: a JSONL file, or a folder of Markdown files.
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { type Article, readArticles } from '../articles/article.ts'
import { CuecardError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import { tagsOf, titleOf, webAddress } from '../sources/safe-text.ts'
import { markdownArticle } from './markdown-article.ts'
import type { MirroredArticle } from './mirrored-article.ts'
import { plainMarkdown } from './plain-lines.ts'

/** A Markdown file larger than this, in bytes, is passed over. */
const maxFileBytes = 1_000_000

export interface OwnArticles {
  readonly articles: readonly MirroredArticle[]
  /** What could not be read, each as one sentence. */
  readonly problems: readonly string[]
}

/** Tells whether the file was changed. @throws CuecardError `data.invalid`. */
export async function stampOfFile(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await inWords(path, stat(path))
  return `${mtimeMs}:${size}:${ino}`
}

/** @throws CuecardError `data.invalid` naming the line: a file is taken as a whole or not at all. */
export async function readFileArticles(path: string): Promise<OwnArticles> {
  return { articles: (await readArticles(path)).map(mirroredOf), problems: [] }
}

/** Tells whether any file of the folder was changed, added or removed. @throws CuecardError `data.invalid`. */
export async function stampOfFolder(folder: string): Promise<string> {
  const stamps = []
  for (const path of await markdownFiles(folder)) stamps.push(`${path} ${await stampOfFile(path)}`)
  return stamps.join('\n')
}

/**
 * Each Markdown file below the folder; one that cannot be read does not cost the others. `language` is that of files
 * that do not say.
 * @throws CuecardError `data.invalid`: the folder itself cannot be read.
 */
export async function readFolderArticles(folder: string, language = 'en'): Promise<OwnArticles> {
  const articles: MirroredArticle[] = []
  const problems: string[] = []
  const taken = new Set<string>()
  for (const path of await markdownFiles(folder)) {
    const name = relative(folder, path).split(sep).join('/')
    try {
      const { size, mtime } = await stat(path)
      if (size > maxFileBytes)
        throw new CuecardError('data.invalid', `it is larger than ${maxFileBytes} bytes`)
      const file = {
        path: name,
        text: await readFile(path, 'utf8'),
        language,
        updatedAt: mtime.toISOString(),
      }
      const article = markdownArticle(file)
      if (taken.has(article.id))
        throw new CuecardError('data.invalid', `another file has its id, ${article.id}`)
      taken.add(article.id)
      articles.push(mirroredOf(article))
    } catch (error) {
      const reason = error instanceof CuecardError ? error.message : explainFileError(error)
      problems.push(`${basename(folder)}/${name}: ${reason}`)
    }
  }
  return { articles, problems }
}

/** In the order of their paths; what begins with a dot is passed over, and links are not followed. */
async function markdownFiles(folder: string): Promise<string[]> {
  const found = await inWords(folder, readdir(folder, { recursive: true, withFileTypes: true }))
  return found
    .filter((entry) => entry.isFile() && /\.(md|markdown)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !relative(folder, path)
          .split(sep)
          .some((part) => part.startsWith('.')),
    )
    .sort()
}

async function inWords<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new CuecardError('data.invalid', `${path} cannot be read: ${explainFileError(error)}`, {}, error)
  }
}

function mirroredOf({ url, ...article }: Article): MirroredArticle {
  const address = webAddress(url)
  return {
    article: {
      ...article,
      title: titleOf(article.title),
      body: plainMarkdown(article.body),
      tags: tagsOf(article.tags),
      ...(address !== null && { url: address }),
    },
    language: article.language,
    labels: article.labels,
    version: String(article.version),
    visible: true,
  }
}
