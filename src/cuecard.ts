// cuecard as a library: what it does, what may be replaced in it, and what it tells of itself.
import type { Actor } from './access/actor.ts'
import type { AdoptionEventInput, AdoptionReceipt } from './adoption/adoption-event.ts'
import type { SharedTier } from './cache/cache-tier.ts'
import type { CacheStats } from './cache/content-cache.ts'
import type { Clock } from './clock.ts'
import type { ContextUpdate } from './context/context-update.ts'
import type { HttpTransport } from './genesys/http-transport.ts'
import type { InsightReports } from './insight/hygiene.ts'
import type { AuditTrail, Deliveries, PartHealth } from './ledger/record.ts'
import type { DeniedRequest } from './ledger/recorder.ts'
import type { WaitingWorkers } from './ledger/thread-workers.ts'
import type { MirrorStats } from './mirror/running-mirror.ts'
import type { WholeArticle } from './mirror/whole-article.ts'
import type { OpenSocket } from './notifications/socket.ts'
import type { PushStats } from './push/push-counts.ts'
import type { Follower, FollowOptions, FollowRequest } from './push/stream.ts'
import type { Random } from './random.ts'
import type { CircuitState } from './resilience/circuit-breaker.ts'
import type { ContentSource } from './retrieval/content-source.ts'
import type { Retrieval } from './retrieval/retrieval.ts'
import type { RetrievalRequestInput } from './retrieval/retrieval-request.ts'
import type { RetrieveOptions } from './retrieval/retrieve.ts'
import type { Metrics } from './telemetry/metrics.ts'

/** Parts that may be replaced: in tests, simulations, and where an organisation has its own. */
export interface CuecardPorts {
  readonly clock?: Clock
  readonly random?: Random
  /** A new unique id for each retrieval. */
  readonly newId?: () => string
  readonly transport?: HttpTransport
  /** The cache that processes share, instead of Redis. */
  readonly sharedCache?: SharedTier
  /** More sources, asked beside the ones that ship; each gets its own cache and policy. */
  readonly sources?: readonly ContentSource[]
  readonly metrics?: Metrics
  /** Told what keeps the record from being written, when that begins; undefined when it is over. */
  readonly onRecordFailure?: (failure: string | undefined) => void
  /** How notifications are reached, instead of WebSockets. */
  readonly openSocket?: OpenSocket
  /** Told what an operator should know: one sentence without secrets. */
  readonly onNotice?: (notice: string) => void
  /** Keeps the record in this thread instead of threads of its own, on `clock`: for tests. */
  readonly recordInline?: boolean
  /** @internal Of the record's threads, where they were started before anything else. */
  readonly workers?: WaitingWorkers
}

/** What happened since the start. */
export interface CuecardStats {
  readonly genesysCalls: number
  /** Undefined without Genesys. */
  readonly quotaRemaining: number | undefined
  /** Calls a minute that are allowed; undefined without Genesys. */
  readonly quotaPerMinute: number | undefined
  /** What was prepared before an agent asked, and pushed. */
  readonly push: PushStats
  /** Undefined without a mirror that can be used. */
  readonly mirror?: MirrorStats | undefined
  /** Of all sources together. */
  readonly cache: Pick<CacheStats, 'entries' | 'bytes'>
  readonly sources: Readonly<
    Record<string, Omit<CacheStats, 'entries' | 'bytes'> & { readonly breaker: CircuitState }>
  >
}

/** On whose behalf something is done; absent: this process's own. */
export interface CallerOptions {
  readonly actor?: Actor | undefined
}

/** Agent assist for one Genesys Cloud organisation, or from a team's own articles alone. */
export interface Cuecard {
  /**
   * Ranked knowledge for an interaction, within the latency budget whatever Genesys does. With a database configured
   * the reply comes when its audit entry is on disk.
   * @throws CuecardError `request.invalid`, `access.denied`, `record.unavailable`, `record.overloaded`, `aborted` when
   * `signal` fires, `closed`.
   * @example
   * const { items, freshness, degraded } = await cuecard.retrieve({
   *   interactionId: 'a5a1…', agentId: '77c2…', query: 'my card was stolen abroad', contextTags: ['card'],
   * })
   */
  retrieve(request: RetrievalRequestInput, options?: RetrieveOptions): Promise<Retrieval>
  /**
   * Tells what is new about an interaction. The next retrieval ranks by it and asks anew what was cached for this
   * interaction alone; what was known is served as stale only where Genesys then fails.
   * @throws CuecardError `request.invalid`, `access.denied`, `closed`.
   */
  updateContext(interactionId: string, update: ContextUpdate, options?: CallerOptions): Promise<void>
  /**
   * Follows an interaction: each turn of the customer's is answered before anybody asks, and `follower` has the answer,
   * the current one first. What it gives back ends that. Answers of which the ranking is less sure than
   * `push.minConfidence` do not come.
   * @throws CuecardError `request.invalid`, `access.denied`, `stream.full`, `closed`.
   * @example
   * const leave = await cuecard.follow({ interactionId: 'a5a1…', agentId: '77c2…' }, {
   *   answer: ({ items }) => show(items), beat() {}, end: (reason) => console.log(reason),
   * })
   */
  follow(request: FollowRequest, follower: Follower, options?: FollowOptions): Promise<() => void>
  /**
   * Records what an agent did with an item that a retrieval showed, or how its interaction ended; resolves when that
   * is on disk. The same `idempotencyKey` gives the same answer for 24 hours.
   * @throws CuecardError `request.invalid`, `retrieval.unknown`, `adoption.not_shown`, `idempotency.conflict`,
   * `access.denied`, `record.off`, `record.unavailable`, `closed`.
   * @example
   * await cuecard.recordAdoption(retrieval.retrievalId, { type: 'inserted', contentId: 'faq-17' })
   */
  recordAdoption(
    retrievalId: string,
    event: AdoptionEventInput,
    options?: CallerOptions & { readonly idempotencyKey?: string | undefined },
  ): Promise<AdoptionReceipt>
  /**
   * The whole article of an item that a retrieval showed, from the mirror, as long as it is in force. Recorded as
   * `opened`, once for an item of a retrieval, before it is handed out.
   * @throws CuecardError `article.unknown`, `retrieval.unknown`, `access.denied`, `record.off`, `record.unavailable`,
   * `closed`.
   * @example
   * const { title, text } = await cuecard.article(retrieval.retrievalId, 'faq-17')
   */
  article(retrievalId: string, contentId: string, options?: CallerOptions): Promise<WholeArticle>
  /** Records a request that was denied; nobody waits for it. */
  recordRefusal(refusal: DeniedRequest): void
  /** The audit log; undefined without a database, as are the next two. */
  readonly audit: AuditTrail | undefined
  readonly insights: InsightReports | undefined
  readonly deliveries: Deliveries | undefined
  /** Of the parts that are configured: `database`, `redis`, `genesys`, `deliveries`, `mirror`. */
  health(): Promise<Readonly<Record<string, PartHealth>>>
  /**
   * Signs in and looks up what every first retrieval would otherwise wait for. Not needed; worth it before the first
   * agent comes.
   * @throws CuecardError what Genesys or the network refused; a later retrieval tries again by itself.
   */
  warmUp(options?: { readonly timeoutMs?: number }): Promise<void>
  stats(): CuecardStats
  /** Ends connections and timers. Safe to call twice. */
  close(): Promise<void>
}
