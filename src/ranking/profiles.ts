// The profiles that ship.
import { contextProfile } from './context-profile.ts'
import { type RankingProfile, tutorialProfile } from './profile.ts'

export const profiles: Readonly<Record<string, RankingProfile>> = {
  tutorial: tutorialProfile,
  context: contextProfile(),
}
