// The profile `context`: how an item's words fit the conversation, and what else is known of it, all added up.
import type { ContentItem } from '../retrieval/content-item.ts'
import { contentFeatures, contentWeights, type FeatureName } from '../search/content-features.ts'
import { type Contribution, type RankingContext, type RankingProfile, termsOf } from './profile.ts'

const itemFeatures = [
  'relevance',
  'matchingTags',
  'compliance',
  'resolution',
  'age',
  'duplicate',
  'shown',
  'dismissed',
] as const

/** Every feature of the profile, in the order in which they are added up. */
export const contextFeatures = [...contentFeatures, ...itemFeatures] as const

export type ContextFeature = FeatureName | (typeof itemFeatures)[number]

export type ContextWeights = Readonly<Record<ContextFeature, number>>

export const defaultWeights: ContextWeights = {
  ...contentWeights,
  relevance: 5,
  matchingTags: 0.15,
  compliance: 0.2,
  resolution: 0.5,
  age: -0.2,
  duplicate: -0.5,
  shown: -0.3,
  dismissed: -1.5,
}

/** What an item is taken to resolve of which nothing is known: what counts is how much more or less it does. */
const unknown = 0.5
/** At this age, five years, an item is as old as it gets. */
const oldDays = 5 * 365.25
const dayMs = 86_400_000

/**
 * A profile of these features with the weights given. The source's own judgement counts where the item's words were not
 * measured: else the same would count twice.
 */
export function contextProfile(weights: ContextWeights = defaultWeights, name = 'context'): RankingProfile {
  const contentTerms = contentFeatures.map((feature) => ({
    feature,
    term: termsOf(feature, weights[feature]),
  }))
  const itemTerms = itemFeatures.map((feature) => ({
    feature,
    term: termsOf(feature, weights[feature]),
    off: termsOf(feature, 0),
  }))
  return {
    name,
    explain(item, context) {
      const content = context.featuresOf?.(item)
      const isMeasured = content !== undefined
      const explanation: Contribution[] = []
      for (const { feature, term } of contentTerms) explanation.push(term(content?.[feature] ?? 0))
      for (const { feature, term, off } of itemTerms) {
        const isOff =
          (feature === 'compliance' && !context.boostCompliance) || (feature === 'relevance' && isMeasured)
        explanation.push((isOff ? off : term)(valuesOf[feature](item, context)))
      }
      return explanation
    },
  }
}

const valuesOf: Record<
  (typeof itemFeatures)[number],
  (item: ContentItem, context: RankingContext) => number
> = {
  relevance: ({ relevanceScore }) => relevanceScore,
  matchingTags: ({ tags }, { contextTags }) => contextTags.filter((tag) => tags.includes(tag)).length,
  compliance: ({ isCompliant }) => Number(isCompliant),
  resolution: ({ contentId }, { resolutionOf }) => (resolutionOf?.(contentId) ?? unknown) - unknown,
  age: ({ updatedAt }, { wallTime }) => ageOf(updatedAt, wallTime),
  duplicate: ({ contentId }, { duplicateIds }) => Number(duplicateIds?.has(contentId) ?? false),
  shown: ({ contentId }, { shownIds }) => Number(shownIds?.has(contentId) ?? false),
  dismissed: ({ contentId }, { dismissedIds }) => Number(dismissedIds?.has(contentId) ?? false),
}

/** 0 for new, or where the age is not known; 1 for old. By whole days, so that the same question scores the same. */
function ageOf(updatedAt: string | null, wallTime: number | undefined): number {
  const ms = wallTime === undefined || updatedAt === null ? 0 : wallTime - Date.parse(updatedAt)
  return ms > 0 ? Math.min(1, Math.floor(ms / dayMs) / oldDays) : 0
}
