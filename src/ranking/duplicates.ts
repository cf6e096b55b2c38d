// Near-duplicates: items that say nearly the same in nearly the same words.
import { tokenize } from '../articles/tokenize.ts'
import type { ContentItem } from '../retrieval/content-item.ts'

/** From this share of common words on (Jaccard's coefficient) an item repeats another. */
const nearlyAll = 0.9
/** Among more items, only the first are compared with each other: the rest is hardly shown. */
const mostCompared = 30

type Comparable = Pick<ContentItem, 'contentId' | 'title' | 'snippet'>

/** Ids of the items that nearly repeat one that comes before them. */
export function duplicatesAmong(items: readonly Comparable[]): Set<string> {
  const kept: Set<string>[] = []
  const duplicates = new Set<string>()
  for (const { contentId, title, snippet } of items.slice(0, mostCompared)) {
    const words = new Set(tokenize(`${title} ${snippet}`))
    if (kept.some((other) => likeness(words, other) >= nearlyAll)) duplicates.add(contentId)
    else kept.push(words)
  }
  return duplicates
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [fewer, more] = a.size < b.size ? [a, b] : [b, a]
  if (fewer.size < nearlyAll * more.size) return 0
  let common = 0
  for (const word of fewer) if (more.has(word)) common++
  return common / (a.size + b.size - common)
}
