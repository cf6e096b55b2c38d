// How much memory an answer holds: an estimate that the bound on the cache relies on.
import type { ContentItem } from '../retrieval/content-item.ts'
import type { SourceAnswer } from '../retrieval/content-source.ts'

/** Bytes of one item's object, its fields and list headers, without its texts. */
const itemBytes = 400
const answerBytes = 400

/** Estimated bytes of an answer on the heap: its texts, counted at two bytes a character, and its objects. */
export function bytesOf(answer: SourceAnswer): number {
  let bytes = answerBytes
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
