// Ranking: pure, stable, explained.
import type { ContentItem } from '../retrieval/content-item.ts'
import type { Contribution, RankingContext, RankingProfile } from './profile.ts'

/** An item with its score and the reasons for it. */
export interface RankedItem {
  readonly item: ContentItem
  /** The sum of the contributions, added from left to right. */
  readonly score: number
  readonly explanation: readonly Contribution[]
}

/** Sorts by score, highest first. Equal scores keep the order of `items`, which is the source's own. */
export function rank(
  items: readonly ContentItem[],
  context: RankingContext,
  profile: RankingProfile,
): RankedItem[] {
  return items
    .map((item) => {
      const explanation = profile.explain(item, context)
      return { item, score: sumOf(explanation), explanation }
    })
    .sort((a, b) => b.score - a.score)
}

/** Adds the contributions from left to right. */
export function sumOf(explanation: readonly Contribution[]): number {
  let sum = 0
  for (const { contribution } of explanation) sum += contribution
  return sum
}
