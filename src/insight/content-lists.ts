// The contents that are used most, and those that never are.
import type { ContentFigures } from '../ledger/record.ts'
import type { ContentTally } from './tallies.ts'
import { shareOf } from './wilson.ts'

/** By how often they were used; of those used as often, what was shown less comes first. */
export function mostUsed(tallies: readonly ContentTally[], limit: number): ContentFigures[] {
  const used = tallies.filter((tally) => tally.used > 0)
  return figuresOf(
    used.sort((a, b) => b.used - a.used || a.shown - b.shown || byId(a, b)),
    limit,
  )
}

/** By how often they were shown. */
export function neverUsed(tallies: readonly ContentTally[], limit: number): ContentFigures[] {
  const unused = tallies.filter((tally) => tally.used === 0)
  return figuresOf(
    unused.sort((a, b) => b.shown - a.shown || byId(a, b)),
    limit,
  )
}

function byId(a: ContentTally, b: ContentTally): number {
  return a.contentId < b.contentId ? -1 : 1
}

function figuresOf(tallies: readonly ContentTally[], limit: number): ContentFigures[] {
  return tallies.slice(0, limit).map(({ contentId, shown, used, dismissed }) => ({
    contentId,
    shown,
    used: shareOf(used, shown),
    dismissed: shareOf(dismissed, shown),
  }))
}
