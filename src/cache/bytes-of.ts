// How much memory an answer holds: an estimate that the bound on the cache relies on.
import type { ContentItem } from '../retrieval/content-item.ts'
import type { SourceAnswer } from '../retrieval/content-source.ts'

/** Bytes of one item's object, its fields and list headers, without its texts. */
const itemBytes = 400
/** Bytes of an entry without items, texts and tags: its objects, and its place in the cache. */
const entryBytes = 800

/** Bytes of a tag's place in the index from tag to keys. */
const tagBytes = 400

/**
 * Estimated bytes that an answer kept under `key` takes on the heap: its objects, and its texts at two bytes a
 * character. The key counts, since a request may make one of 20,000 characters for an answer of none.
 */
export function bytesOf(key: string, answer: SourceAnswer, tags: readonly string[]): number {
  let bytes = entryBytes + 2 * key.length
  for (const tag of tags) bytes += tagBytes + 2 * tag.length
  for (const item of answer.items) bytes += itemBytes + 2 * charactersOf(item)
  return bytes
}

function charactersOf(item: ContentItem): number {
  const texts = [
    item.contentId,
    item.title,
    item.snippet,
    item.url ?? '',
    item.category ?? '',
    item.version ?? '',
  ]
  let count = 0
  for (const text of [...texts, ...item.tags, ...(item.labels ?? [])]) count += text.length + 12
  return count
}
