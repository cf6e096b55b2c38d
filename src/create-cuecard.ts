// The composition root: every part is made here, and what wraps what stands in one visible list.
import { audiencesOf } from './access/audience.ts'
import { type CacheLifetimes, type CacheStats, ContentCache } from './cache/content-cache.ts'
import { LruTier } from './cache/lru-tier.ts'
import { interactionTag, type Sharing, withCache } from './cache/with-cache.ts'
import { type Clock, systemClock } from './clock.ts'
import { type CuecardConfig, type CuecardConfigInput, parseConfig } from './config/config-schema.ts'
import {
  type ContextUpdate,
  canonicalInteractionId,
  InteractionContexts,
} from './context/interaction-contexts.ts'
import { CuecardError } from './errors.ts'
import { GenesysClient } from './genesys/genesys-client.ts'
import type { HttpTransport } from './genesys/http-transport.ts'
import { KnowledgeBases } from './genesys/knowledge-bases.ts'
import { undiciTransport } from './genesys/undici-transport.ts'
import { idSource } from './ids.ts'
import { ClientCredentials } from './oauth/client-credentials.ts'
import { QuotaBudget } from './quota/quota-budget.ts'
import type { Random } from './random.ts'
import { profiles, tutorialProfile } from './ranking/profile.ts'
import { Bulkhead } from './resilience/bulkhead.ts'
import { CircuitBreaker, type CircuitState } from './resilience/circuit-breaker.ts'
import { withPolicy } from './resilience/with-policy.ts'
import type { AskedSource, ContentSource, SourceCall } from './retrieval/content-source.ts'
import { KnownInquiries } from './retrieval/known-inquiries.ts'
import { RankedViews } from './retrieval/ranked-views.ts'
import { Restrictions, withRestrictions } from './retrieval/restrictions.ts'
import type { Retrieval } from './retrieval/retrieval.ts'
import type { RetrievalRequestInput } from './retrieval/retrieval-request.ts'
import { type RetrievalPorts, retrieve } from './retrieval/retrieve.ts'
import { assistContent } from './sources/assist-content.ts'
import { copilotSuggestions } from './sources/copilot-suggestions.ts'
import { knowledgeSearch } from './sources/knowledge-search.ts'

/** Parts that may be replaced: in tests, simulations, and where an organisation has its own. */
export interface CuecardPorts {
  readonly clock?: Clock
  readonly random?: Random
  /** A new unique id for each retrieval. */
  readonly newId?: () => string
  readonly transport?: HttpTransport
  /** More sources, asked beside the ones that ship; each gets its own cache and policy. */
  readonly sources?: readonly ContentSource[]
}

/** What happened since the start. */
export interface CuecardStats {
  readonly genesysCalls: number
  readonly quotaRemaining: number
  /** Of all sources together. */
  readonly cache: Pick<CacheStats, 'entries' | 'bytes'>
  readonly sources: Readonly<
    Record<string, Omit<CacheStats, 'entries' | 'bytes'> & { readonly breaker: CircuitState }>
  >
}

/** Agent assist for one Genesys Cloud organisation. */
export interface Cuecard {
  /**
   * Ranked knowledge for an interaction, within the latency budget whatever Genesys does.
   * @throws CuecardError `request.invalid`, `aborted` when `signal` fires, `closed`.
   * @example
   * const { items, freshness, degraded } = await cuecard.retrieve({
   *   interactionId: 'a5a1…', agentId: '77c2…', query: 'my card was stolen abroad', contextTags: ['card'],
   * })
   */
  retrieve(request: RetrievalRequestInput, options?: { readonly signal?: AbortSignal }): Promise<Retrieval>
  /**
   * Tells what is new about an interaction. The next retrieval ranks by it and asks anew what was cached for this
   * interaction alone; what was known is served as stale only where Genesys then fails.
   * @throws CuecardError `request.invalid`, `closed`.
   */
  updateContext(interactionId: string, update: ContextUpdate): Promise<void>
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

/** Milliseconds that a call to Genesys may take once it runs: its callers are long gone, its answer is kept. */
const flightMs = 3000

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
  const transport = ports.transport ?? undiciTransport({ connections: 4 * callsAtOnce })
  const { apiUrl, loginUrl, clientId, clientSecret, quotaPerMinute, knowledgeBaseIds } = config.genesys

  const tokens = new ClientCredentials({ loginUrl, clientId, clientSecret, transport, clock })
  const quota = new QuotaBudget({ clock, perMinute: quotaPerMinute })
  const client = new GenesysClient({ apiUrl, transport, tokens, quota, clock })
  const knowledgeBases = new KnowledgeBases({ client, clock, configuredIds: knowledgeBaseIds })

  const memory = new LruTier({ maxBytes: config.cache.maxMegabytes * 1024 * 1024 })
  const restrictions = new Restrictions(100_000)
  const chains = chainsOf(
    config,
    [
      { source: assistContent({ client, clock }), ...config.sources['assist-content'] },
      {
        source: knowledgeSearch({ client, knowledgeBases, clock }),
        share: 'audience',
        ...config.sources['knowledge-search'],
      },
      {
        source: copilotSuggestions({ client, clock }),
        share: 'interaction',
        ...config.sources['copilot-suggestions'],
      },
      ...(ports.sources ?? []).map((source) => ({ source, share: 'interaction' as const, enabled: true })),
    ],
    { clock, random: ports.random ?? Math.random, memory, restrictions },
  )

  const contexts = new InteractionContexts({
    clock,
    max: config.context.maxInteractions,
    idleMs: config.context.idleMinutes * 60_000,
  })
  const profile = profiles[config.profile] ?? tutorialProfile
  const retrieval: RetrievalPorts = {
    clock,
    newId: ports.newId ?? idSource(),
    known: new KnownInquiries(config.context.maxInteractions),
    contextOf: (interactionId) => contexts.get(interactionId),
    audienceOf: audiencesOf(config.audiences),
    sources: chains.map(({ asked }) => asked),
    profile,
    views: new RankedViews(profile, restrictions),
    latencyBudgetMs: config.latencyBudgetMs,
  }
  let closed = false
  const closedError = () => new CuecardError('closed', 'cuecard was closed')
  const refuseClosed = () => {
    if (closed) throw closedError()
  }
  return {
    retrieve(request, options) {
      if (closed) return Promise.reject(closedError())
      return retrieve(retrieval, request, options?.signal)
    },
    async updateContext(interactionId, update) {
      refuseClosed()
      const id = canonicalInteractionId(interactionId)
      const before = contexts.get(id)
      if (contexts.update(id, update) === before) return
      await Promise.all(chains.map(({ cache }) => cache.outdate(interactionTag(id))))
    },
    async warmUp({ timeoutMs = 5000 } = {}) {
      refuseClosed()
      const call: SourceCall = { deadline: clock.now() + timeoutMs, priority: 'interactive' }
      if (config.sources['knowledge-search'].enabled) await knowledgeBases.idsFor('en', call)
      else await tokens.token(call)
    },
    stats: () => ({
      genesysCalls: quota.granted,
      quotaRemaining: quota.remaining,
      cache: { entries: memory.size, bytes: memory.bytes },
      sources: Object.fromEntries(
        chains.map(({ asked, cache, breaker }) => {
          const { entries: _, bytes: __, ...counts } = cache.stats
          return [asked.name, { ...counts, breaker: breaker.state }]
        }),
      ),
    }),
    async close() {
      if (closed) return
      closed = true
      tokens.close()
      await transport.close()
    },
  }
}

/** A source, and how it is to be used. */
interface SourceSettings {
  readonly source: ContentSource
  readonly enabled: boolean
  readonly share: Sharing
  readonly ttlSeconds?: number
}

/** A source with all that stands before it. */
interface Chain {
  readonly asked: AskedSource
  readonly cache: ContentCache
  readonly breaker: CircuitBreaker
}

/** @throws CuecardError `config.invalid` when two sources have one name: they would share their answers. */
function chainsOf(
  config: CuecardConfig,
  sources: readonly SourceSettings[],
  parts: { clock: Clock; random: Random; memory: LruTier; restrictions: Restrictions },
): Chain[] {
  const { clock, random, memory, restrictions } = parts
  const names = sources.map(({ source }) => source.name)
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined)
    throw new CuecardError('config.invalid', `There are two sources named "${twice}"`, { field: 'sources' })
  return sources
    .filter(({ enabled }) => enabled)
    .map(({ source, share, ttlSeconds = config.cache.ttlSeconds }) => {
      const cache = new ContentCache({ clock, memory, lifetimes: lifetimesOf(config, ttlSeconds) })
      const policy = newPolicy(clock, random)
      // What stands between a retrieval and a source, outermost first; the client does the rest.
      const asked = withCache(withRestrictions(withPolicy(source, policy), restrictions), cache, share)
      return { asked, cache, breaker: policy.breaker }
    })
}

function lifetimesOf({ cache }: CuecardConfig, ttlSeconds: number): CacheLifetimes {
  return {
    freshMs: ttlSeconds * 1000,
    staleMs: cache.staleSeconds * 1000,
    graceMs: cache.graceSeconds * 1000,
    emptyMs: 30_000,
    failureMs: 2000,
    flightMs,
  }
}

/** Under way at a time to one source. More than the usual quota grants in a minute's burst, so that it rarely refuses. */
const callsAtOnce = 300

function newPolicy(clock: Clock, random: Random) {
  return {
    clock,
    random,
    bulkhead: new Bulkhead(callsAtOnce),
    breaker: new CircuitBreaker({
      clock,
      random,
      windowMs: 10_000,
      consecutiveFailures: 8,
      minimumFailures: 5,
      failureShare: 0.5,
      openMs: 2000,
      maxOpenMs: 30_000,
    }),
    attempts: 3,
    baseMs: 50,
    maxMs: 1000,
  }
}
