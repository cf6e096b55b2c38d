// The profiles that ship.
import { contextProfile } from './context-profile.ts'
import { withLearntTerms } from './learnt-terms.ts'
import { type RankingProfile, tutorialProfile } from './profile.ts'

export const profiles: Readonly<Record<string, RankingProfile>> = {
  tutorial: tutorialProfile,
  context: withLearntTerms(contextProfile()),
}
