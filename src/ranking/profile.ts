// A ranking profile: a named set of features, each with its weight.
import type { ContentItem } from '../retrieval/content-item.ts'
import type { ContentFeatures } from '../search/content-features.ts'

/** What a profile may look at besides the item. */
export interface RankingContext {
  /** Free of duplicates. */
  readonly contextTags: readonly string[]
  readonly boostCompliance: boolean
  /** How the item's words fit the conversation, asked once an item; undefined: not known. */
  readonly featuresOf?: ((item: ContentItem) => ContentFeatures | undefined) | undefined
  /** Share of contacts that the item resolved, 0..1, smoothed; undefined: nothing is known of its use. */
  readonly resolutionOf?: ((contentId: string) => number | undefined) | undefined
  /** What this interaction has seen, and what the agent put aside in it. */
  readonly shownIds?: ReadonlySet<string> | undefined
  readonly dismissedIds?: ReadonlySet<string> | undefined
  /** Items that nearly repeat another one that fits better. */
  readonly duplicateIds?: ReadonlySet<string> | undefined
  /** Wall time in milliseconds since the epoch, for the item's age. */
  readonly wallTime?: number | undefined
}

/** One term of a score. `value x weight = contribution`. */
export interface Contribution {
  readonly feature: string
  readonly value: number
  readonly weight: number
  readonly contribution: number
}

/**
 * A named set of weights. A score is the sum of the contributions, added in the order given, in IEEE 754 doubles: who
 * has the explanation can recompute the score to the last bit.
 */
export interface RankingProfile {
  readonly name: string
  explain(item: ContentItem, context: RankingContext): readonly Contribution[]
}

/**
 * The founding tutorial's formula: `relevanceScore + 0.15 x matching tags + 0.20 if compliant`, in this order. A tag
 * matches when item and context hold the same string.
 */
export const tutorialProfile: RankingProfile = {
  name: 'tutorial',
  explain(item, { contextTags, boostCompliance }) {
    let matching = 0
    for (const tag of contextTags) if (item.tags.includes(tag)) matching++
    const compliant = item.isCompliant ? 1 : 0
    const complianceWeight = boostCompliance ? 0.2 : 0
    return [
      { feature: 'relevance', value: item.relevanceScore, weight: 1, contribution: item.relevanceScore },
      { feature: 'matchingTags', value: matching, weight: 0.15, contribution: 0.15 * matching },
      {
        feature: 'compliance',
        value: compliant,
        weight: complianceWeight,
        contribution: complianceWeight * compliant,
      },
    ]
  },
}
