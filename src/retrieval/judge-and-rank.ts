// From what the sources found to what is shown: keep what is allowed, rank it, cut it to size.
import type { RankingProfile } from '../ranking/profile.ts'
import { type RankedItem, rank } from '../ranking/rank.ts'
import type { ContentItem } from './content-item.ts'
import type { SourceAnswer } from './content-source.ts'
import { type Refusal, refusalOf } from './eligibility.ts'
import type { Inquiry } from './inquiry.ts'
import type { RetrievedItem } from './retrieval.ts'

export interface Shown {
  readonly items: readonly RetrievedItem[]
  readonly refused: readonly Refusal[]
}

/** `wallTime` is in milliseconds since the epoch. */
export function judgeAndRank(
  answers: readonly SourceAnswer[],
  inquiry: Inquiry,
  profile: RankingProfile,
  wallTime: number,
): Shown {
  const { allowed, refused } = judge(answers, inquiry, wallTime)
  const ranked = rank(allowed, inquiry, profile)
  if (ranked.length > inquiry.maxResults) ranked.length = inquiry.maxResults
  return { items: ranked.map(shown), refused }
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

function shown({ item, score, explanation }: RankedItem): RetrievedItem {
  return {
    contentId: item.contentId,
    title: item.title,
    snippet: item.snippet,
    url: item.url,
    contentType: item.contentType,
    language: item.language,
    tags: item.tags,
    isCompliant: item.isCompliant,
    relevanceScore: item.relevanceScore,
    score,
    explanation,
    source: item.source,
    version: item.version,
    updatedAt: item.updatedAt,
  }
}
