// A whole article from the copy, as long as nobody has withdrawn it.
import type { Clock } from '../clock.ts'
import { mirrorName } from '../retrieval/content-source.ts'
import { withdrawalOf } from '../retrieval/eligibility.ts'
import type { Restrictions } from '../retrieval/restrictions.ts'
import type { Mirror } from './mirror.ts'

export interface WholeArticle {
  readonly contentId: string
  readonly title: string
  /** Plain text; a paragraph or an item of a list is a line. */
  readonly text: string
  readonly language: string | null
  readonly url: string | null
  readonly version: string | null
  readonly updatedAt: string | null
}

/** Undefined where there is no copy, or it is not in force, by its own word or by that of another source since. */
export function wholeArticle(
  mirror: Mirror,
  contentId: string,
  { restrictions, clock }: { readonly restrictions: Restrictions; readonly clock: Clock },
): WholeArticle | undefined {
  const item = mirror.get(contentId)?.item
  const text = mirror.index.get(contentId)?.body
  if (item === undefined || text === undefined) return undefined
  const fetchedAt = clock.now() - 1000 * mirror.ageSeconds('all')
  const said = restrictions.against(item, { source: mirrorName, fetchedAt })
  if ([item, ...said].some((word) => withdrawalOf(word, clock.wallTime()) !== undefined)) return undefined
  const { title, language, url, version, updatedAt } = item
  return { contentId, title, text, language, url, version, updatedAt }
}
