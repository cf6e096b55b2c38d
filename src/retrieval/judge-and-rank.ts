// From what the sources found to what is shown: keep what is allowed, rank it, cut it to size.
import type { RankingProfile } from '../ranking/profile.ts'
import { type RankedItem, rank } from '../ranking/rank.ts'
import type { ContentItem } from './content-item.ts'
import type { SourceAnswer } from './content-source.ts'
import { type Refusal, refusalOf } from './eligibility.ts'
import type { Inquiry } from './inquiry.ts'
import type { RetrievedItem } from './retrieval.ts'

/** What is shown, and for how long that holds. Frozen, since many replies share it. */
export interface Shown {
  readonly items: readonly RetrievedItem[]
  readonly refused: readonly Refusal[]
  /** Between these wall times, the first included, no availability window of an item found begins or ends. */
  readonly from: number
  readonly until: number
}

/** `wallTime` is in milliseconds since the epoch. */
export function judgeAndRank(
  answers: readonly SourceAnswer[],
  inquiry: Inquiry,
  profile: RankingProfile,
  wallTime: number,
): Shown {
  const { allowed, refused } = judge(answers, inquiry, wallTime)
  const ranked = rank(allowed, inquiry, profile).slice(0, inquiry.maxResults)
  const items = Object.freeze(ranked.map(shown))
  return {
    items,
    refused: Object.freeze(refused.map(Object.freeze) as Refusal[]),
    ...heldBetween(answers, wallTime),
  }
}

/**
 * Every copy of every item is judged, and what one source's copy forbids no other's may show: sources know different
 * things of the same content. Of the copies that are left the first source's counts.
 */
function judge(answers: readonly SourceAnswer[], inquiry: Inquiry, wallTime: number) {
  const allowed: ContentItem[] = []
  const refused: Refusal[] = []
  for (const { items } of answers)
    for (const item of items) {
      const reason = refusalOf(item, inquiry, wallTime)
      if (reason === undefined) allowed.push(item)
      else refused.push({ contentId: item.contentId, source: item.source, reason })
    }
  return answers.length === 1 ? { allowed, refused } : { allowed: withoutCopies(allowed, refused), refused }
}

function withoutCopies(allowed: readonly ContentItem[], refused: readonly Refusal[]): ContentItem[] {
  // How relevant a copy is says nothing about the others.
  const closed = new Set(
    refused.filter(({ reason }) => reason !== 'relevance').map(({ contentId }) => contentId),
  )
  return allowed.filter(({ contentId }) => !closed.has(contentId) && closed.add(contentId))
}

/** The nearest beginnings and ends of availability windows on either side of `wallTime`. */
function heldBetween(answers: readonly SourceAnswer[], wallTime: number): { from: number; until: number } {
  let from = Number.NEGATIVE_INFINITY
  let until = Number.POSITIVE_INFINITY
  for (const { items } of answers)
    for (const { availableFrom, availableUntil } of items)
      for (const boundary of [availableFrom, availableUntil]) {
        if (boundary <= wallTime) from = Math.max(from, boundary)
        else if (boundary > wallTime) until = Math.min(until, boundary)
      }
  return { from, until }
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
