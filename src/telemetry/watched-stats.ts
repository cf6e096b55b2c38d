// What the parts of cuecard already count, as metrics: looked at when Prometheus asks.
import type { Clock } from '../clock.ts'
import type { CircuitState } from '../resilience/circuit-breaker.ts'
import { type BoundedNames, Tally } from './gathered.ts'
import type { Readings } from './metric-registry.ts'

/** What is counted elsewhere. Each function gives its numbers since the start, and is quick. */
export interface WatchedStats {
  /** `cuecard.stats` */
  cuecard?: () => {
    readonly genesysCalls: number
    readonly quotaRemaining: number | undefined
    readonly push?: {
      readonly streams: number
      readonly answers: Readonly<Record<string, number>>
      readonly pushes: Readonly<Record<string, number>>
      readonly ended: Readonly<Record<string, number>>
    }
    readonly cache: { readonly entries: number; readonly bytes: number }
    readonly sources: Readonly<
      Record<
        string,
        {
          readonly fresh: number
          readonly stale: number
          readonly grace: number
          readonly misses: number
          readonly flights: number
          readonly breaker: CircuitState
        }
      >
    >
  }
  /** `MirrorStats` */
  mirror?: () =>
    | {
        readonly articles: number
        readonly ageSeconds: number
        readonly syncs: { readonly ok: number; readonly failed: number }
        readonly skipped: number
      }
    | undefined
  /** `RedisTier.stats` */
  sharedCache?: () => {
    readonly hits: number
    readonly misses: number
    readonly errors: number
    readonly up: boolean
  }
  /** `Notifications.stats` */
  notifications?: () => {
    readonly channels: number
    readonly topics: number
    readonly interactions: number
    readonly messages: number
    readonly reconnects: number
    readonly gaps: number
    readonly evicted: number
  }
  ledger?: () => { readonly queued: number; readonly lost: number }
  /** `Outbox.backlog`; `oldestAt` on the wall clock. */
  backlog?: () => Promise<
    readonly {
      readonly endpoint: string
      readonly pending: number
      readonly dead: number
      readonly oldestAt: number | null
      readonly disabled: string | null
    }[]
  >
  http?: () => { readonly inFlight: number; readonly shed: number }
}

const breakerStates = { closed: 0, 'half-open': 1, open: 2 } as const

export function watchedReadings(watched: WatchedStats): Readings {
  const cuecard = () => watched.cuecard?.()
  const sources = () => Object.entries(cuecard()?.sources ?? {})
  const http = () => watched.http?.()
  return {
    cuecard_source_breaker_state: () =>
      sources().map(([name, { breaker }]) => [[name], breakerStates[breaker]]),
    cuecard_cache_lookups_total: () =>
      sources().flatMap(([name, { fresh, stale, grace, misses }]) =>
        Object.entries({ fresh, stale, grace, miss: misses }).map(
          ([result, count]) => [[name, result], count] as const,
        ),
      ),
    cuecard_cache_flights_total: () => sources().map(([name, { flights }]) => [[name], flights]),
    cuecard_cache_entries: () => cuecard()?.cache.entries,
    cuecard_cache_bytes: () => cuecard()?.cache.bytes,
    cuecard_shared_cache_lookups_total: () => {
      const stats = watched.sharedCache?.()
      if (stats === undefined) return undefined
      return Object.entries({ hit: stats.hits, miss: stats.misses, error: stats.errors }).map(
        ([result, count]) => [[result], count],
      )
    },
    cuecard_shared_cache_up: () => flag(watched.sharedCache?.().up),
    cuecard_mirror_articles: () => watched.mirror?.()?.articles,
    cuecard_mirror_age_seconds: () => watched.mirror?.()?.ageSeconds,
    cuecard_mirror_skipped_documents: () => watched.mirror?.()?.skipped,
    cuecard_mirror_syncs_total: () => {
      const syncs = watched.mirror?.()?.syncs
      return syncs && Object.entries(syncs).map(([outcome, count]) => [[outcome], count] as const)
    },
    cuecard_genesys_calls_total: () => cuecard()?.genesysCalls,
    cuecard_genesys_quota_remaining: () => cuecard()?.quotaRemaining,
    cuecard_notification_channels: () => watched.notifications?.().channels,
    cuecard_notification_topics: () => watched.notifications?.().topics,
    cuecard_notification_interactions: () => watched.notifications?.().interactions,
    cuecard_notification_messages_total: () => watched.notifications?.().messages,
    cuecard_notification_reconnects_total: () => watched.notifications?.().reconnects,
    cuecard_notification_gaps_total: () => watched.notifications?.().gaps,
    cuecard_notification_evicted_total: () => watched.notifications?.().evicted,
    cuecard_answers_total: () => labelled(cuecard()?.push?.answers),
    cuecard_push_answers_total: () => labelled(cuecard()?.push?.pushes),
    cuecard_push_streams: () => cuecard()?.push?.streams,
    cuecard_push_streams_ended_total: () => labelled(cuecard()?.push?.ended),
    cuecard_ledger_queue_entries: () => watched.ledger?.().queued,
    cuecard_ledger_lost_entries_total: () => watched.ledger?.().lost,
    cuecard_http_requests_in_flight: () => http()?.inFlight,
    cuecard_http_requests_shed_total: () => http()?.shed,
  }
}

/** Each count under its name as the one label. */
function labelled(counts: Readonly<Record<string, number>> = {}) {
  return Object.entries(counts).map(([label, count]) => [[label], count] as const)
}

function flag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value)
}

/** A database that hangs must not hide the other metrics: then these are absent. */
const patienceMs = 1000

/** One look at the outbox for its four metrics. */
export function backlogReadings(watched: WatchedStats, clock: Clock, endpoints: BoundedNames): Readings {
  type Backlog = Awaited<ReturnType<NonNullable<WatchedStats['backlog']>>>
  let looking: Promise<Backlog> | undefined
  const look = () => {
    looking ??= inTime(clock, watched.backlog?.() ?? Promise.resolve([]))
      .catch(() => [])
      .finally(() => {
        looking = undefined
      })
    return looking
  }
  const each = (figure: (backlog: Backlog[number]) => number) => async () => {
    const sums = new Tally()
    for (const backlog of await look()) sums.at(endpoints.bound(backlog.endpoint)).count += figure(backlog)
    return sums
  }
  return {
    cuecard_delivery_pending_messages: each(({ pending }) => pending),
    cuecard_delivery_dead_messages: each(({ dead }) => dead),
    cuecard_delivery_oldest_age_seconds: each(({ oldestAt }) =>
      oldestAt === null ? 0 : Math.max(clock.wallTime() - oldestAt, 0) / 1000,
    ),
    cuecard_delivery_disabled: each(({ disabled }) => Number(disabled !== null)),
  }
}

function inTime<T>(clock: Clock, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(patienceMs, () => reject(new Error('late')), true)
    promise.then(resolve, reject).finally(cancel)
  })
}
