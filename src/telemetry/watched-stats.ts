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
    readonly quotaRemaining: number
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
  /** `RedisTier.stats` */
  sharedCache?: () => {
    readonly hits: number
    readonly misses: number
    readonly errors: number
    readonly up: boolean
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
    cuecard_genesys_calls_total: () => cuecard()?.genesysCalls,
    cuecard_genesys_quota_remaining: () => cuecard()?.quotaRemaining,
    cuecard_ledger_queue_entries: () => watched.ledger?.().queued,
    cuecard_ledger_lost_entries_total: () => watched.ledger?.().lost,
    cuecard_http_requests_in_flight: () => http()?.inFlight,
    cuecard_http_requests_shed_total: () => http()?.shed,
  }
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
