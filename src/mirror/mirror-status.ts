// What a mirror holds, how old it is and what is in the way, for people and monitors.
import type { Clock } from '../clock.ts'
import type { ArticleTally, MirrorStore } from './mirror-store.ts'
import type { Origin, RoundKind } from './origin.ts'

/** Articles by whether they may be shown now, their audience apart. */
export interface ArticleCounts {
  readonly inForce: number
  readonly notYet: number
  readonly expired: number
  readonly draft: number
  readonly archived: number
}

export interface OriginStatus {
  readonly name: string
  readonly title: string
  readonly articles: ArticleCounts
  /** Documents that could not be read. */
  readonly skipped: number
  /** ISO 8601, null: never. */
  readonly lastFull: string | null
  readonly lastSync: string | null
  readonly ageSeconds: number | null
  /** A sync that was interrupted. */
  readonly underWay: { readonly kind: RoundKind; readonly done: number } | null
  readonly problem: string | null
}

export interface MirrorStatus {
  readonly path: string
  readonly bytes: number
  /** Every origin was in step once, and nothing is in the way. */
  readonly inStep: boolean
  readonly origins: readonly OriginStatus[]
}

export function mirrorStatus(store: MirrorStore, clock: Clock): MirrorStatus {
  const now = clock.wallTime()
  const tallies = Map.groupBy(store.tallies(), ({ origin }) => origin)
  const origins = store.origins().map((origin) => statusOf(origin, tallies.get(origin.name) ?? [], now))
  const inStep =
    origins.length > 0 && origins.every(({ problem, lastSync }) => problem === null && lastSync !== null)
  return { path: store.path, bytes: store.bytes, inStep, origins }
}

function statusOf(origin: Origin, tallies: readonly ArticleTally[], now: number): OriginStatus {
  const { name, title, skipped, inStepAt, fullAt, round, problem } = origin
  return {
    name,
    title,
    articles: countsOf(tallies, now),
    skipped,
    lastFull: iso(fullAt),
    lastSync: iso(inStepAt),
    ageSeconds: inStepAt === null ? null : Math.max(0, Math.round((now - inStepAt) / 1000)),
    underWay: round && { kind: round.kind, done: round.done },
    problem,
  }
}

function countsOf(tallies: readonly ArticleTally[], now: number): ArticleCounts {
  const counts = { inForce: 0, notYet: 0, expired: 0, draft: 0, archived: 0 }
  for (const tally of tallies) counts[kindOf(tally, now)] += tally.count
  return counts
}

function kindOf({ state, availability }: ArticleTally, now: number): keyof ArticleCounts {
  if (state !== 'Published') return state === 'Draft' ? 'draft' : 'archived'
  const { start, end } = JSON.parse(availability ?? '{}') as { start?: string; end?: string }
  if (start !== undefined && now < Date.parse(start)) return 'notYet'
  return end !== undefined && now >= Date.parse(end) ? 'expired' : 'inForce'
}

function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}
