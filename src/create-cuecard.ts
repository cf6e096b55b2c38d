// The composition root: every part is made here, and what wraps what stands in one visible list.
import { hash } from 'node:crypto'
import { type Actor, isBoundToItself } from './access/actor.ts'
import { audiencesOf } from './access/audience.ts'
import type { AdoptionEventInput, AdoptionReceipt } from './adoption/adoption-event.ts'
import type { SharedTier } from './cache/cache-tier.ts'
import type { CacheStats } from './cache/content-cache.ts'
import { LruTier } from './cache/lru-tier.ts'
import type { RedisTier } from './cache/redis-tier.ts'
import { type Clock, systemClock } from './clock.ts'
import { composeGenesys } from './compose-genesys.ts'
import { composeInteractions } from './compose-interactions.ts'
import type { ComposedMirror, composeMirror } from './compose-mirror.ts'
import { composeRecord } from './compose-record.ts'
import { type CuecardConfig, type CuecardConfigInput, parseConfig } from './config/config-schema.ts'
import { readProfile } from './config/read-profile.ts'
import type { ContextUpdate } from './context/context-update.ts'
import type { SharedContexts } from './context/shared-fields.ts'
import { CuecardError } from './errors.ts'
import type { HttpTransport } from './genesys/http-transport.ts'
import { undiciTransport } from './genesys/undici-transport.ts'
import { idSource } from './ids.ts'
import { type InsightReports, withHygiene } from './insight/hygiene.ts'
import type { startLearntUse } from './learning/learnt-use.ts'
import type { AuditTrail, Deliveries, PartHealth } from './ledger/record.ts'
import type { DeniedRequest } from './ledger/recorder.ts'
import type { WaitingWorkers } from './ledger/thread-workers.ts'
import type { MirrorStats } from './mirror/running-mirror.ts'
import type { OpenSocket } from './notifications/socket.ts'
import { Push } from './push/push.ts'
import type { PushStats } from './push/push-counts.ts'
import type { Follower, FollowOptions, FollowRequest } from './push/stream.ts'
import type { Random } from './random.ts'
import { looksAtWords } from './ranking/profile.ts'
import type { CircuitState } from './resilience/circuit-breaker.ts'
import type { ContentSource } from './retrieval/content-source.ts'
import { fitFor } from './retrieval/fit.ts'
import { KnownInquiries } from './retrieval/known-inquiries.ts'
import { RankedViews } from './retrieval/ranked-views.ts'
import { Restrictions } from './retrieval/restrictions.ts'
import type { Retrieval } from './retrieval/retrieval.ts'
import type { RetrievalRequestInput } from './retrieval/retrieval-request.ts'
import { ownProcess, type RetrievalPorts, type RetrieveOptions, retrieve } from './retrieval/retrieve.ts'
import { callsAtOnce, chainsOf } from './source-chains.ts'
import { PushedSuggestions } from './sources/pushed-suggestions.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { parseTraceparent } from './telemetry/trace-context.ts'
import { inSpan, isTracingEnabled } from './telemetry/tracing.ts'

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

/**
 * Starts cuecard. Connects when the first retrieval needs it, so it starts with Genesys down.
 * @throws CuecardError `config.invalid`.
 */
export async function createCuecard(
  input: CuecardConfigInput | CuecardConfig,
  ports: CuecardPorts = {},
): Promise<Cuecard> {
  const config = parseConfig(input)
  const clock = ports.clock ?? systemClock
  const newId = ports.newId ?? idSource()
  const random = ports.random ?? Math.random
  const { metrics } = ports
  const transport = ports.transport ?? undiciTransport({ connections: 4 * callsAtOnce })
  const genesys = config.genesys && composeGenesys(config.genesys, config, { transport, clock })

  const record = await composeRecord(config, {
    clock,
    newId,
    random,
    isInline: ports.recordInline ?? false,
    workers: ports.workers,
    writeBack: genesys?.engagement,
    onSettled: (endpoint, outcome, seconds) => metrics?.delivered(endpoint, outcome, seconds),
    onCommitted: (entries, seconds) => metrics?.committed(entries, seconds),
    onFailure: ports.onRecordFailure,
  })
  // After the record, which refuses what is wrong in the configuration: nobody would end this connection.
  const redis = config.redis && (await redisTier({ ...config.redis, clock, random, prefix: cacheOf(config) }))
  const pushed = config.notifications.enabled
    ? new PushedSuggestions({ max: config.context.maxInteractions })
    : undefined
  const shared = ports.sharedCache ?? redis
  const memory = new LruTier({ maxBytes: config.cache.maxMegabytes * 1024 * 1024 })
  const restrictions = new Restrictions(100_000)
  const chains = chainsOf(
    config,
    [
      ...(genesys?.sources(pushed) ?? []),
      ...(ports.sources ?? []).map((source) => ({ source, share: 'interaction' as const, enabled: true })),
    ],
    { clock, random, memory, shared, restrictions, metrics },
  )

  const mirror = config.mirror.enabled
    ? await mirrorOf(config, {
        client: genesys?.client,
        clock,
        random,
        restrictions,
        metrics,
        onNotice: ports.onNotice,
      })
    : undefined
  const asked = chains.map(({ asked }) => asked)

  const interactions = composeInteractions(config, {
    clock,
    random,
    newId,
    genesys,
    chains,
    shared: config.context.shared && redis ? await sharedContexts(redis) : undefined,
    pushed,
    openSocket: pushed && (ports.openSocket ?? (await webSockets())),
    metrics,
    onNotice: ports.onNotice,
    onTurn: (id) => push.changed(id),
    onEnd: (id) => push.end(id),
  })
  const { notifications } = interactions
  const recorder = record?.recorder
  const profile = readProfile(config.profile)
  const learnt =
    record && looksAtWords(profile)
      ? await learntUse({
          reader: record.reader,
          mask: record.mask,
          clock,
          random,
          articleOf: (contentId) => mirror?.index?.get(contentId),
          queueOf: (interactionId) => interactions.contexts.get(interactionId)?.queueId,
        })
      : undefined
  const show: RetrievalPorts['record'] = (found, situation) => {
    metrics?.retrieved(found, found.timings.totalMs / 1000)
    interactions.shown(found)
    return recorder?.retrieved(found, situation)
  }
  const retrieval: RetrievalPorts = {
    clock,
    newId,
    known: new KnownInquiries(config.context.maxInteractions),
    contextOf: (interactionId) => interactions.contexts.get(interactionId),
    arrive: interactions.arrive,
    audienceOf: audiencesOf(config.audiences, config.restrictedLabels),
    sources: mirror?.among(asked) ?? asked,
    profile,
    views: new RankedViews(
      profile,
      restrictions,
      { rate: config.learning.exploration, random },
      fitFor(profile, mirror?.index, learnt),
      learnt,
    ),
    latencyBudgetMs: config.latencyBudgetMs,
    admit: (actor, interactionId, agentId, call) =>
      interactions.owners.admit(actor, interactionId, agentId, call),
    record(found, situation) {
      push.answered(found, situation)
      return show(found, situation)
    },
  }
  const push = new Push(
    { ...config.push, ...config.context },
    {
      retrieval,
      show,
      random,
      onFollowed: (id) => notifications?.follow(id),
    },
  )
  let closed = false
  const closedError = () => new CuecardError('closed', 'cuecard was closed')
  const refuseClosed = () => {
    if (closed) throw closedError()
  }
  const stats = (): CuecardStats => ({
    push: push.stats,
    mirror: mirror?.stats,
    genesysCalls: genesys?.quota.granted ?? 0,
    quotaRemaining: genesys?.quota.remaining,
    cache: { entries: memory.size, bytes: memory.bytes },
    sources: Object.fromEntries(
      chains.map(({ asked, cache, breaker }) => {
        const { entries: _, bytes: __, ...counts } = cache.stats
        return [asked.name, { ...counts, breaker: breaker.state }]
      }),
    ),
  })
  metrics?.watch({
    cuecard: stats,
    ...(redis && { sharedCache: () => redis.stats }),
    ...(mirror && { mirror: () => mirror.stats }),
    ...(notifications && { notifications: () => notifications.stats }),
    ...(record && { ledger: () => record.recorder.stats, backlog: () => record.reader.backlog() }),
  })
  return {
    retrieve(request, options) {
      if (closed) return Promise.reject(closedError())
      if (!isTracingEnabled()) return retrieve(retrieval, request, options)
      return inSpan('retrieve', { parent: parseTraceparent(options?.traceparent) }, () =>
        retrieve(retrieval, request, options),
      )
    },
    async updateContext(interactionId, update, { actor = ownProcess } = {}) {
      refuseClosed()
      await interactions.update(interactionId, update, actor)
    },
    follow: (request, follower, options) =>
      closed ? Promise.reject(closedError()) : push.follow(request, follower, options),
    async recordAdoption(retrievalId, event, { actor = ownProcess, idempotencyKey } = {}) {
      refuseClosed()
      if (recorder === undefined)
        throw new CuecardError(
          'record.off',
          'No database is configured, so nothing is recorded: set CUECARD_DATABASE_URL',
        )
      const boundTo = isBoundToItself(actor) ? (actor.agentId ?? '') : undefined
      const receipt = await recorder.adopted(retrievalId, event, { actor, idempotencyKey, boundTo })
      interactions.adopted(retrievalId, receipt)
      return receipt
    },
    recordRefusal: (refusal) => recorder?.refused(refusal),
    audit: recorder?.audit,
    insights: recorder && withHygiene(recorder.insights, () => mirror?.knowledge()),
    deliveries: recorder?.deliveries,
    async health() {
      const own = ports.sources?.map(({ name }) => name) ?? []
      const itsChains = chains.filter(({ asked }) => !own.includes(asked.name))
      const inessential = (health: Omit<PartHealth, 'essential'>) => ({ ...health, essential: false })
      const parts: [string, Promise<PartHealth>][] = []
      if (genesys) parts.push(['genesys', genesys.health(itsChains).then(inessential)])
      if (recorder) parts.push(['database', recorder.health()], ['deliveries', recorder.deliveryHealth()])
      if (redis) parts.push(['redis', redis.health().then(inessential)])
      if (mirror) parts.push(['mirror', Promise.resolve(inessential(mirror.health()))])
      return Object.fromEntries(
        await Promise.all(parts.map(async ([name, health]) => [name, await health] as const)),
      )
    },
    async warmUp({ timeoutMs = 5000 } = {}) {
      refuseClosed()
      await genesys?.warmUp({ deadline: clock.now() + timeoutMs, priority: 'interactive' })
    },
    stats,
    async close() {
      if (closed) return
      closed = true
      push.close()
      learnt?.close()
      interactions.close()
      await mirror?.close()
      genesys?.close()
      await record?.close()
      await redis?.close()
      await transport.close()
    },
  }
}

/** Its client is loaded only where there is one. */
async function redisTier(options: ConstructorParameters<typeof RedisTier>[0]): Promise<RedisTier> {
  const { RedisTier } = await import('./cache/redis-tier.ts')
  return new RedisTier(options)
}

async function sharedContexts(redis: RedisTier): Promise<SharedContexts> {
  const { redisContexts } = await import('./cache/redis-contexts.ts')
  return redisContexts(redis)
}

async function webSockets(): Promise<OpenSocket> {
  const { openWebSocket } = await import('./notifications/ws-socket.ts')
  return openWebSocket
}

async function learntUse(...[ports]: Parameters<typeof startLearntUse>) {
  const { startLearntUse } = await import('./learning/learnt-use.ts')
  return startLearntUse(ports)
}

async function mirrorOf(...[config, ports]: Parameters<typeof composeMirror>): Promise<ComposedMirror> {
  const { composeMirror } = await import('./compose-mirror.ts')
  return composeMirror(config, ports)
}

/** Answers are shared by those who ask the same organisation as the same client, and search the same; else by those with the same own articles. */
function cacheOf({ genesys, mirror }: CuecardConfig): string {
  const asked = genesys ? [genesys.apiUrl, genesys.clientId, genesys.knowledgeBaseIds] : mirror.sources
  return `cuecard:${hash('sha256', JSON.stringify(asked), 'base64url')}`
}
