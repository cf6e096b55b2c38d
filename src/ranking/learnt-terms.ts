// What was learnt from use, as terms of a score.
import { type RankingProfile, termsOf } from './profile.ts'

const adoption = termsOf('adoption', 0.5)
const learntWords = termsOf('learntWords', 1)

/** The profile with two more terms: how often the item is used where it is seen, and what was used for such questions. */
export function withLearntTerms(profile: RankingProfile): RankingProfile {
  return {
    ...profile,
    explain: (item, context) => [
      ...profile.explain(item, context),
      adoption(context.adoptionOf?.(item.contentId) ?? 0),
      learntWords(context.learntWordsOf?.(item.contentId) ?? 0),
    ],
  }
}
