// From counts to the figures that are reported.
import type { AdoptionFigures, ContentFigures, FreshnessFigures, LatencyFigures } from '../ledger/record.ts'
import { percentile } from './percentile.ts'
import type { AdoptionTally, ContentTally } from './tallies.ts'
import { shareOf } from './wilson.ts'

export type AdoptionCounts = Record<Exclude<keyof AdoptionTally, 'group'> | 'retrievals', number>

export function adoptionFigures(counts: AdoptionCounts): AdoptionFigures {
  const { retrievals, shown } = counts
  return {
    retrievals,
    shown,
    opened: shareOf(counts.opened, shown),
    copied: shareOf(counts.copied, shown),
    inserted: shareOf(counts.inserted, shown),
    used: shareOf(counts.used, shown),
    dismissed: shareOf(counts.dismissed, shown),
    ratedPositive: shareOf(counts.positive, counts.rated),
    resolved: shareOf(counts.resolved, counts.ended),
  }
}

/** From times in microseconds. */
export function latencyFigures(times: readonly number[], budgetMs: number): LatencyFigures {
  const sorted = Float64Array.from(times, (us) => us / 1000).sort()
  return {
    retrievals: sorted.length,
    p50: percentile(sorted, 500),
    p99: percentile(sorted, 990),
    p999: percentile(sorted, 999),
    withinBudget: shareOf(sorted.filter((ms) => ms <= budgetMs).length, sorted.length),
  }
}

/** Retrievals by freshness, and by reason where they were degraded. */
export interface FreshnessCounts {
  readonly statuses: Map<string, number>
  readonly reasons: Map<string, number>
}

export function freshnessFigures({ statuses, reasons }: FreshnessCounts): FreshnessFigures {
  const retrievals = [...statuses.values()].reduce((sum, count) => sum + count, 0)
  const share = (status: string) => shareOf(statuses.get(status) ?? 0, retrievals)
  return {
    retrievals,
    fresh: share('fresh'),
    stale: share('stale'),
    mirror: share('mirror'),
    none: share('none'),
    degraded: Object.fromEntries([...reasons].sort()),
  }
}

/** By how often they were used; of those used as often, what was shown less comes first. */
export function mostUsed(tallies: readonly ContentTally[], limit: number): ContentFigures[] {
  const used = tallies.filter((tally) => tally.used > 0)
  used.sort((a, b) => b.used - a.used || a.shown - b.shown || byId(a, b))
  return used.slice(0, limit).map(contentFigures)
}

/** By how often they were shown. */
export function neverUsed(tallies: readonly ContentTally[], limit: number): ContentFigures[] {
  const unused = tallies.filter((tally) => tally.used === 0)
  unused.sort((a, b) => b.shown - a.shown || byId(a, b))
  return unused.slice(0, limit).map(contentFigures)
}

function byId(a: ContentTally, b: ContentTally): number {
  return a.contentId < b.contentId ? -1 : 1
}

function contentFigures({ contentId, shown, used, dismissed }: ContentTally): ContentFigures {
  return { contentId, shown, used: shareOf(used, shown), dismissed: shareOf(dismissed, shown) }
}
