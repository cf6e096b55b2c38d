// The composition root: every part is made here, and what wraps what stands in one visible list.
import { hash } from 'node:crypto'
import { isBoundToItself } from './access/actor.ts'
import { audiencesOf } from './access/audience.ts'
import { LruTier } from './cache/lru-tier.ts'
import type { RedisTier } from './cache/redis-tier.ts'
import { systemClock } from './clock.ts'
import { composeGenesys } from './compose-genesys.ts'
import { composeInteractions } from './compose-interactions.ts'
import type { ComposedMirror, composeMirror } from './compose-mirror.ts'
import { composeRecord } from './compose-record.ts'
import { type CuecardConfig, type CuecardConfigInput, parseConfig } from './config/config-schema.ts'
import { readProfile } from './config/read-profile.ts'
import type { SharedContexts } from './context/shared-fields.ts'
import type { Cuecard, CuecardPorts, CuecardStats } from './cuecard.ts'
import { CuecardError, isCuecardError } from './errors.ts'
import { undiciTransport } from './genesys/undici-transport.ts'
import { idSource } from './ids.ts'
import { withHygiene } from './insight/hygiene.ts'
import type { startLearntUse } from './learning/learnt-use.ts'
import type { PartHealth } from './ledger/record.ts'
import type { OpenSocket } from './notifications/socket.ts'
import { Push } from './push/push.ts'
import { looksAtWords } from './ranking/profile.ts'
import { fitFor } from './retrieval/fit.ts'
import { KnownInquiries } from './retrieval/known-inquiries.ts'
import { RankedViews } from './retrieval/ranked-views.ts'
import { Restrictions } from './retrieval/restrictions.ts'
import { ownProcess, type RetrievalPorts, retrieve } from './retrieval/retrieve.ts'
import { callsAtOnce, chainsOf } from './source-chains.ts'
import { PushedSuggestions } from './sources/pushed-suggestions.ts'
import { parseTraceparent } from './telemetry/trace-context.ts'
import { inSpan, isTracingEnabled } from './telemetry/tracing.ts'

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
    quotaPerMinute: genesys?.quota.perMinute,
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
  const recordAdoption: Cuecard['recordAdoption'] = async (retrievalId, event, options = {}) => {
    refuseClosed()
    if (recorder === undefined)
      throw new CuecardError(
        'record.off',
        'No database is configured, so nothing is recorded: set CUECARD_DATABASE_URL',
      )
    const { actor = ownProcess, idempotencyKey } = options
    const boundTo = isBoundToItself(actor) ? (actor.agentId ?? '') : undefined
    const receipt = await recorder.adopted(retrievalId, event, { actor, idempotencyKey, boundTo })
    interactions.adopted(retrievalId, receipt)
    return receipt
  }
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
    recordAdoption,
    async article(retrievalId, contentId, { actor } = {}) {
      const article = mirror?.article(contentId)
      const unknown = () =>
        new CuecardError('article.unknown', 'There is no whole article of such an item in this retrieval')
      if (article === undefined) throw unknown()
      const idempotencyKey = hash('sha256', JSON.stringify(['opened', retrievalId, contentId]))
      const opened = { type: 'opened', contentId } as const
      await recordAdoption(retrievalId, opened, { actor, idempotencyKey }).catch((error: unknown) => {
        // Whoever was not shown it does not learn that there is one.
        throw isCuecardError(error, 'adoption.not_shown') ? unknown() : error
      })
      return article
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
