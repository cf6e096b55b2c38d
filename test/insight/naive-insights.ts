// The same figures, counted the slow and obvious way.

import { shareOf } from '../../src/insight/wilson.ts'
import type {
  AdoptionFigures,
  ContentFigures,
  FreshnessFigures,
  InsightQuery,
  LatencyFigures,
} from '../../src/ledger/record.ts'
import type { EventRow, RetrievalRow, Row } from './insight-store.ts'

type Placed<R> = R & { readonly idx: number }

export interface World {
  readonly retrievals: readonly Placed<RetrievalRow>[]
  readonly events: readonly Placed<EventRow>[]
}

const uses = ['opened', 'copied', 'inserted']

/** The retrievals that a question is about, and all events about them. */
export function worldOf(
  rows: readonly Row[],
  query: Required<Pick<InsightQuery, 'from' | 'to'>> & InsightQuery,
): World {
  const placed = rows.map((row, idx) => ({ ...row, idx }))
  const retrievals = placed
    .filter((row) => row.kind === 'retrieval')
    .filter(({ at }) => at >= (query.from ?? 0) && at < (query.to ?? 0))
    .filter(({ queue }) => query.queueId === undefined || query.queueId === queue)
    .filter(({ language }) => query.language === undefined || query.language === language)
  const chosen = new Set(retrievals.map(({ idx }) => idx))
  const events = placed.filter((row) => row.kind === 'event').filter(({ retrieval }) => chosen.has(retrieval))
  return { retrievals, events }
}

/** The worlds of the groups, by name in order. */
export function groupsOf({ retrievals, events }: World, by: InsightQuery['by']): [string, World][] {
  const nameOf = ({ queue, language, at }: RetrievalRow): string => {
    if (by === 'queue') return queue
    if (by === 'language') return language
    const time = new Date(at).toISOString()
    return by === 'hour' ? `${time.slice(0, 13)}:00:00.000Z` : `${time.slice(0, 10)}T00:00:00.000Z`
  }
  const names = by === undefined ? [] : [...new Set(retrievals.map(nameOf))].sort()
  return names.map((name) => {
    const own = retrievals.filter((row) => nameOf(row) === name)
    return [
      name,
      { retrievals: own, events: events.filter(({ retrieval }) => own.some(({ idx }) => idx === retrieval)) },
    ]
  })
}

/** The events of each (retrieval, content). */
function pairsOf({ events }: World): Placed<EventRow>[][] {
  const pairs = Map.groupBy(events, ({ retrieval, contentId }) => `${retrieval} ${contentId}`)
  return [...pairs.values()]
}

const shownPairs = (world: World) => pairsOf(world).filter(([first]) => first?.contentId !== '')
const withOneOf = (pairs: Placed<EventRow>[][], types: readonly string[]) =>
  pairs.filter((events) => events.some(({ type }) => types.includes(type))).length
const lastOf = (pairs: Placed<EventRow>[][], types: readonly string[]) =>
  pairs.flatMap((events) => events.findLast(({ type }) => types.includes(type))?.type ?? [])

export function naiveAdoption(world: World): AdoptionFigures {
  const pairs = shownPairs(world)
  const share = (...types: string[]) => shareOf(withOneOf(pairs, types), pairs.length)
  const ratings = lastOf(pairs, ['rated_positive', 'rated_negative'])
  const outcomes = lastOf(
    pairsOf(world).filter(([first]) => first?.contentId === ''),
    ['resolved', 'unresolved'],
  )
  return {
    retrievals: world.retrievals.length,
    shown: pairs.length,
    opened: share('opened'),
    copied: share('copied'),
    inserted: share('inserted'),
    used: share(...uses),
    dismissed: share('dismissed'),
    ratedPositive: shareOf(ratings.filter((type) => type === 'rated_positive').length, ratings.length),
    resolved: shareOf(outcomes.filter((type) => type === 'resolved').length, outcomes.length),
  }
}

export function naiveLatency({ retrievals }: World, budgetMs: number): LatencyFigures {
  const times = retrievals.map(({ latencyUs }) => latencyUs).sort((a, b) => a - b)
  // The smallest of them that enough of them do not exceed.
  const percentile = (perMille: number) => {
    const enough = times.find(
      (time) => times.filter((other) => other <= time).length * 1000 >= perMille * times.length,
    )
    return enough === undefined ? null : enough / 1000
  }
  return {
    retrievals: times.length,
    p50: percentile(500),
    p99: percentile(990),
    p999: percentile(999),
    withinBudget: shareOf(times.filter((us) => us <= budgetMs * 1000).length, times.length),
  }
}

export function naiveFreshness({ retrievals }: World): FreshnessFigures {
  const share = (status: string) =>
    shareOf(retrievals.filter(({ freshness }) => freshness === status).length, retrievals.length)
  const degraded: Record<string, number> = {}
  for (const { degraded: reason } of retrievals)
    if (reason !== '') degraded[reason] = (degraded[reason] ?? 0) + 1
  return {
    retrievals: retrievals.length,
    fresh: share('fresh'),
    stale: share('stale'),
    mirror: share('mirror'),
    none: share('none'),
    degraded,
  }
}

export function naiveContent(
  world: World,
  limit: number,
): { mostUsed: ContentFigures[]; neverUsed: ContentFigures[] } {
  const byContent = Map.groupBy(shownPairs(world), ([first]) => first?.contentId ?? '')
  const all = [...byContent].map(([contentId, pairs]) => ({
    contentId,
    shown: pairs.length,
    used: shareOf(withOneOf(pairs, uses), pairs.length),
    dismissed: shareOf(withOneOf(pairs, ['dismissed']), pairs.length),
  }))
  all.sort((a, b) => (a.contentId < b.contentId ? -1 : 1))
  const used = all.filter((content) => content.used.count > 0)
  const never = all.filter((content) => content.used.count === 0)
  return {
    mostUsed: used.sort((a, b) => b.used.count - a.used.count || a.shown - b.shown).slice(0, limit),
    neverUsed: never.sort((a, b) => b.shown - a.shown).slice(0, limit),
  }
}

export function naiveGaps({ retrievals, events }: World, limit: number) {
  const isUsed = (idx: number) =>
    events.some(({ retrieval, type }) => retrieval === idx && uses.includes(type))
  const byQuery = Map.groupBy(
    retrievals.filter(({ query }) => query !== ''),
    ({ query }) => query,
  )
  const all = [...byQuery].map(([query, asked]) => ({
    query,
    retrievals: asked.length,
    empty: asked.filter(({ items }) => items === 0).length,
    used: asked.filter(({ idx }) => isUsed(idx)).length,
    last: Math.max(...asked.map(({ idx }) => idx)),
  }))
  type Tally = (typeof all)[number]
  const list = (is: (tally: Tally) => boolean, by: 'retrievals' | 'empty') =>
    all
      .filter(is)
      .sort((a, b) => b[by] - a[by] || b.last - a.last)
      .slice(0, limit)
      .map(({ last, used, ...gap }) => ({
        ...gap,
        unanswered: shareOf(gap.empty, gap.retrievals),
        used: shareOf(used, gap.retrievals),
        lastAt: new Date(retrievals.find(({ idx }) => idx === last)?.at ?? 0).toISOString(),
      }))
  return {
    gaps: list(({ used }) => used === 0, 'retrievals'),
    unanswered: list(({ empty }) => empty > 0, 'empty'),
  }
}
