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
  /** Share of its showings, each as the chance that it was looked at, in which the item was used; 0..1, smoothed. */
  readonly adoptionOf?: ((contentId: string) => number | undefined) | undefined
  /** What was used for such questions says so much for the item, in points of a score; below 0: against it. */
  readonly learntWordsOf?: ((contentId: string) => number | undefined) | undefined
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
  /** Name of the profile whose features it weighs; absent: its own. */
  readonly base?: string
  explain(item: ContentItem, context: RankingContext): readonly Contribution[]
}

/** Makes the terms of one feature. Those of small whole values, which most are, are one object for all items. */
export function termsOf(feature: string, weight: number): (value: number) => Contribution {
  const made = (value: number) => ({ feature, value, weight, contribution: value * weight })
  const shared = Array.from({ length: 8 }, (_, value) => Object.freeze(made(value)))
  return (value) => ((value | 0) === value ? (shared[value] ?? made(value)) : made(value))
}

const relevanceTerm = termsOf('relevance', 1)
const matchingTerm = termsOf('matchingTags', 0.15)
const complianceTerm = termsOf('compliance', 0.2)
const unboostedTerm = termsOf('compliance', 0)

/**
 * The founding tutorial's formula: `relevanceScore + 0.15 x matching tags + 0.20 if compliant`, in this order. A tag
 * matches when item and context hold the same string.
 */
export const tutorialProfile: RankingProfile = {
  name: 'tutorial',
  explain(item, { contextTags, boostCompliance }) {
    let matching = 0
    for (const tag of contextTags) if (item.tags.includes(tag)) matching++
    const boosted = boostCompliance ? complianceTerm : unboostedTerm
    return [relevanceTerm(item.relevanceScore), matchingTerm(matching), boosted(Number(item.isCompliant))]
  },
}

/** Whether a profile looks at what was said and what was learnt, and not just at what the source says of an item. */
export function looksAtWords({ name, base = name }: RankingProfile): boolean {
  return base !== tutorialProfile.name
}
