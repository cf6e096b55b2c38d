// What happens, counted as it happens: plain numbers, and labels from closed sets.
import type { Registry } from '@prometheus-io/client'
import { errorCodes } from '../errors.ts'
import type { RefusalReason } from '../retrieval/eligibility.ts'
import type { FreshnessStatus, Retrieval } from '../retrieval/retrieval.ts'
import { BoundedNames, Tally } from './gathered.ts'
import { histogram, type Readings } from './metric-registry.ts'

const degradations = new Set<string>([
  'none',
  ...Object.keys(errorCodes),
  'nothing.asked',
  'nothing.found',
  'nothing.eligible',
])
const outcomes = new Set<string>(['ok', ...Object.keys(errorCodes)])
const settlements = new Set(['delivered', 'retry', 'dead', 'dropped'])
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const statusClasses = new Set(['1xx', '2xx', '3xx', '4xx', '5xx'])
// Records, so that the compiler asks for whatever is added to the types.
const freshnesses = keys<FreshnessStatus>({ fresh: 0, stale: 0, mirror: 0, none: 0 })
const refusals = keys<RefusalReason>({
  audience: 0,
  draft: 0,
  archived: 0,
  invisible: 0,
  not_yet_available: 0,
  expired: 0,
  availability_unreadable: 0,
  language: 0,
  content_type: 0,
  relevance: 0,
  availability_window: 0,
})

function keys<T extends string>(record: Record<T, 0>): ReadonlySet<string> {
  return new Set(Object.keys(record))
}

const oneOf = (known: ReadonlySet<string>, value: string) => (known.has(value) ? value : 'other')

/** Adding takes well under a microsecond. */
export class Observations {
  /** Of the configuration, which allows fewer. */
  readonly endpoints = new BoundedNames(64)
  readonly #sources = new BoundedNames(64)
  readonly #routes = new BoundedNames(64)
  readonly #retrievals = new Tally()
  readonly #items = new Tally()
  readonly #refused = new Tally()
  readonly #asks = new Tally()
  readonly #entries = new Tally()
  readonly #attempts = new Tally()
  readonly #requests = new Tally()
  readonly #time: Record<
    'retrieval' | 'source' | 'commit' | 'delivery' | 'request' | 'lag',
    ReturnType<typeof histogram>
  >

  constructor(registry: Registry) {
    this.#time = {
      retrieval: histogram(registry, 'cuecard_retrieval_duration_seconds'),
      source: histogram(registry, 'cuecard_source_wait_seconds'),
      commit: histogram(registry, 'cuecard_ledger_commit_duration_seconds'),
      delivery: histogram(registry, 'cuecard_delivery_duration_seconds'),
      request: histogram(registry, 'cuecard_http_request_duration_seconds'),
      lag: histogram(registry, 'cuecard_notification_lag_seconds'),
    }
  }

  readonly readings: Readings = {
    cuecard_retrievals_total: () => this.#retrievals,
    cuecard_items_total: () => this.#items.count,
    cuecard_items_refused_total: () => this.#refused,
    cuecard_source_asks_total: () => this.#asks,
    cuecard_ledger_entries_total: () => this.#entries.count,
    cuecard_delivery_attempts_total: () => this.#attempts,
    cuecard_http_requests_total: () => this.#requests,
  }

  /** An answer, and the seconds from request to answer; 0 where nothing had to be waited for. */
  retrieved(retrieval: Retrieval, seconds: number): void {
    const { freshness, degraded, items, refused, timings } = retrieval
    this.#time.retrieval(
      seconds,
      oneOf(freshnesses, freshness.status),
      timings.totalMs === 0 ? 'hit' : 'miss',
    )
    this.#retrievals.at(degraded === null ? 'none' : oneOf(degradations, degraded.code)).count++
    this.#items.count += items.length
    for (const { reason } of refused) this.#refused.at(oneOf(refusals, reason)).count++
  }

  /** A question to a source: `ok` or an error code; seconds where the answer was not at hand. */
  sourceAsked(source: string, outcome: string, seconds?: number): void {
    const name = this.#sources.bound(source)
    this.#asks.at(name).at(oneOf(outcomes, outcome)).count++
    if (seconds !== undefined) this.#time.source(seconds, name)
  }

  /** A commit of the audit log. */
  committed(entries: number, seconds: number): void {
    this.#entries.count += entries
    this.#time.commit(seconds)
  }

  /** A notification, so many seconds after what it tells of. */
  notified(lagSeconds: number): void {
    this.#time.lag(lagSeconds)
  }

  /** A settled delivery: `delivered`, `retry`, `dead` or `dropped`; seconds where an attempt was made. */
  delivered(endpoint: string, outcome: string, seconds?: number): void {
    const name = this.endpoints.bound(endpoint)
    this.#attempts.at(name).at(oneOf(settlements, outcome)).count++
    if (seconds !== undefined) this.#time.delivery(seconds, name)
  }

  /** `route` is the template, never the address: undefined where no route took the request. */
  httpDone(route: string | undefined, method: string, status: number, seconds: number): void {
    const name = this.#routes.bound(route)
    const statusClass = oneOf(statusClasses, `${Math.floor(status / 100)}xx`)
    this.#requests.at(name).at(oneOf(methods, method)).at(statusClass).count++
    this.#time.request(seconds, name)
  }
}
