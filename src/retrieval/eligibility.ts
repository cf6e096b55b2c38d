// Whether an item may be shown to this caller now. Judged when the reply is made, never from the cache's age.
import type { ContentItem } from './content-item.ts'
import type { Inquiry } from './inquiry.ts'

/** Why an item is kept back. */
export type RefusalReason =
  /** The caller's audience does not include it. */
  | 'audience'
  /** A draft, or archived, or marked as invisible. */
  | 'draft'
  | 'archived'
  | 'invisible'
  /** Before its availability window, at or after its end, or with a window that cannot be read. */
  | 'not_yet_available'
  | 'expired'
  | 'availability_unreadable'
  /** Written in another language or script than the one asked for. */
  | 'language'
  /** The request's own filters. */
  | 'content_type'
  | 'relevance'
  | 'availability_window'

/** One item kept back, and why. */
export interface Refusal {
  readonly contentId: string
  readonly source: string
  readonly reason: RefusalReason
}

/** The first reason against showing `item` at `wallTime` (ms since the epoch), or undefined. */
export function refusalOf(item: ContentItem, inquiry: Inquiry, wallTime: number): RefusalReason | undefined {
  if (!inquiry.audience.admits(item)) return 'audience'
  const withdrawn = withdrawalOf(item, wallTime)
  if (withdrawn !== undefined) return withdrawn
  if (
    item.language !== null &&
    item.language !== inquiry.language &&
    !isSameLanguage(item.language, inquiry.language)
  )
    return 'language'
  if (inquiry.contentTypes.length > 0 && !inquiry.contentTypes.includes(item.contentType))
    return 'content_type'
  // Not a number is less than nothing: it would upset the order of all.
  if (!(item.relevanceScore >= inquiry.minRelevanceScore)) return 'relevance'
  const { availableFrom, availableUntil } = item
  const window = inquiry.availabilityWindow
  if (window !== undefined && (availableFrom >= window.end || availableUntil <= window.start))
    return 'availability_window'
  return undefined
}

/** The first reason against showing it to anyone at `wallTime` (ms since the epoch), or undefined. */
export function withdrawalOf(
  {
    state,
    visible,
    availableFrom,
    availableUntil,
  }: Pick<ContentItem, 'state' | 'visible' | 'availableFrom' | 'availableUntil'>,
  wallTime: number,
): RefusalReason | undefined {
  if (state !== 'Published') return state === 'Draft' ? 'draft' : 'archived'
  if (!visible) return 'invisible'
  if (Number.isNaN(availableFrom) || Number.isNaN(availableUntil)) return 'availability_unreadable'
  if (wallTime < availableFrom) return 'not_yet_available'
  return wallTime >= availableUntil ? 'expired' : undefined
}

/** Language and script of a tag, as far as they are known; bounded, since tags come from outside. */
const scriptedLanguages = new Map<string, string>()

/** True when a reader of `b` reads `a`: same language and, where it matters (zh, sr), the same script. */
function isSameLanguage(a: string, b: string): boolean {
  return scriptedLanguage(a) === scriptedLanguage(b)
}

function scriptedLanguage(tag: string): string {
  let known = scriptedLanguages.get(tag)
  if (known === undefined) {
    known = tag
    try {
      const { language, script } = new Intl.Locale(tag).maximize()
      known = `${language}-${script ?? ''}`
    } catch {
      // A source's tag that is no BCP 47 matches only itself.
    }
    if (scriptedLanguages.size >= 1000) scriptedLanguages.clear()
    scriptedLanguages.set(tag, known)
  }
  return known
}
