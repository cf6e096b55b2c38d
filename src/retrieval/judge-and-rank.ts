// From what the sources found to what is shown: keep what is allowed, rank it, cut it to size.
import type { Contribution, RankingProfile } from '../ranking/profile.ts'
import { type RankedItem, rank } from '../ranking/rank.ts'
import type { ContentItem } from './content-item.ts'
import type { SourceAnswer } from './content-source.ts'
import { type Refusal, type RefusalReason, refusalOf } from './eligibility.ts'
import type { FitOf } from './fit.ts'
import type { Inquiry } from './inquiry.ts'
import { Restrictions } from './restrictions.ts'
import type { RetrievedItem } from './retrieval.ts'

/** What is shown, and for how long that holds. Frozen, since many replies share it. */
export interface Shown {
  readonly items: readonly RetrievedItem[]
  /** The chance with which each item stands in its place; absent: certain, since nothing is explored. */
  readonly propensities?: readonly number[]
  readonly refused: readonly Refusal[]
  /** How sure the ranking is that an article is needed and is among the items; absent: it cannot judge. */
  readonly confidence?: number | undefined
  /** Between these wall times, the first included, no availability window of an item found begins or ends. */
  readonly from: number
  readonly until: number
}

/**
 * Remembers how each item was shown last. Most contexts give it the same score, and what is made of it for replies and
 * the record then need not be made again.
 */
export class ShownItems {
  readonly #last = new WeakMap<ContentItem, RetrievedItem>()

  of(ranked: RankedItem): RetrievedItem {
    const last = this.#last.get(ranked.item)
    if (last !== undefined && last.score === ranked.score && isSame(last.explanation, ranked.explanation))
      return last
    const item = shown(ranked)
    this.#last.set(ranked.item, item)
    return item
  }
}

function isSame(a: readonly Contribution[], b: readonly Contribution[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, index) => {
      const other = b[index]
      return other?.feature === one.feature && other.value === one.value && other.weight === one.weight
    })
  )
}

/** Judges, ranks and cuts to `maxResults`. `wallTime` is in milliseconds since the epoch. */
export function judgeAndRank(
  answers: readonly SourceAnswer[],
  inquiry: Inquiry,
  profile: RankingProfile,
  wallTime: number,
  restrictions = new Restrictions(1),
  shownItems = new ShownItems(),
  fitOf?: FitOf,
): Shown {
  const span = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }
  const allowed: ContentItem[] = []
  const refused: Refusal[] = []
  const closed = new Set<string>()
  for (const answer of answers)
    for (const item of answer.items) {
      const words = [item, ...restrictions.against(item, answer).map((said) => ({ ...item, ...said }))]
      for (const word of words) narrow(span, word, wallTime)
      const reason = firstRefusal(words, inquiry, wallTime)
      if (reason === undefined) allowed.push(item)
      else refused.push({ contentId: item.contentId, source: item.source, reason })
      if (reason !== undefined && isOfContent(reason, item)) closed.add(item.contentId)
    }
  // What one copy forbids no other may show. Of the copies that are left the first source's counts.
  const open = allowed.filter(({ contentId }) => !closed.has(contentId) && closed.add(contentId))
  const fit = fitOf?.(inquiry, open, wallTime)
  const items = rank(open, fit ? { ...inquiry, ...fit.context } : inquiry, profile)
    .slice(0, inquiry.maxResults)
    .map((ranked) => shownItems.of(ranked))
  for (const refusal of refused) Object.freeze(refusal)
  const confidence = fit?.confidence
  return { items: Object.freeze(items), refused: Object.freeze(refused), confidence, ...span }
}

function firstRefusal(
  words: readonly ContentItem[],
  inquiry: Inquiry,
  wallTime: number,
): RefusalReason | undefined {
  for (const word of words) {
    const reason = refusalOf(word, inquiry, wallTime)
    if (reason !== undefined) return reason
  }
  return undefined
}

/** Whether a reason holds for the content, and not just for what this copy says or does not know of it. */
function isOfContent(reason: RefusalReason, { labels }: ContentItem): boolean {
  if (reason === 'relevance' || reason === 'content_type') return false
  return reason !== 'audience' || labels !== null
}

/** Brings the ends of a span of time to the nearest beginnings and ends of an availability window around `wallTime`. */
function narrow(span: { from: number; until: number }, item: ContentItem, wallTime: number): void {
  for (const boundary of [item.availableFrom, item.availableUntil]) {
    if (boundary <= wallTime) span.from = Math.max(span.from, boundary)
    else if (boundary > wallTime) span.until = Math.min(span.until, boundary)
  }
}

function shown({ item, score, explanation }: RankedItem): RetrievedItem {
  for (const contribution of explanation) Object.freeze(contribution)
  return Object.freeze({
    contentId: item.contentId,
    title: item.title,
    snippet: item.snippet,
    url: item.url,
    contentType: item.contentType,
    language: item.language,
    tags: Object.freeze(item.tags),
    isCompliant: item.isCompliant,
    relevanceScore: item.relevanceScore,
    score,
    explanation: Object.freeze(explanation),
    source: item.source,
    version: item.version,
    updatedAt: item.updatedAt,
  })
}
