// What stands before each source: cache, restrictions, policy; one visible list.

import type { SharedTier } from './cache/cache-tier.ts'
import { type CacheLifetimes, ContentCache } from './cache/content-cache.ts'
import type { LruTier } from './cache/lru-tier.ts'
import { type Sharing, withCache } from './cache/with-cache.ts'
import type { Clock } from './clock.ts'
import type { CuecardConfig } from './config/config-schema.ts'
import { CuecardError } from './errors.ts'
import type { Random } from './random.ts'
import { Bulkhead } from './resilience/bulkhead.ts'
import { CircuitBreaker } from './resilience/circuit-breaker.ts'
import { withOutage } from './resilience/with-outage.ts'
import { withPolicy } from './resilience/with-policy.ts'
import type { AskedSource, ContentSource } from './retrieval/content-source.ts'
import { type Restrictions, withRestrictions } from './retrieval/restrictions.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { withTracing } from './telemetry/tracing.ts'
import { withMetrics } from './telemetry/with-metrics.ts'

/** Milliseconds that a call to Genesys may take once it runs: its callers are long gone, its answer is kept. */
const flightMs = 3000

/** A source, and how it is to be used. */
export interface SourceSettings {
  readonly source: ContentSource
  readonly enabled: boolean
  readonly share: Sharing
  readonly ttlSeconds?: number
}

/** A source with all that stands before it. */
export interface Chain {
  readonly asked: AskedSource
  readonly cache: ContentCache
  readonly breaker: CircuitBreaker
}

/** @throws CuecardError `config.invalid` when two sources have one name: they would share their answers. */
export function chainsOf(
  config: CuecardConfig,
  sources: readonly SourceSettings[],
  parts: {
    readonly clock: Clock
    readonly random: Random
    readonly memory: LruTier
    readonly shared: SharedTier | undefined
    readonly restrictions: Restrictions
    readonly metrics: Metrics | undefined
  },
): Chain[] {
  const { clock, random, memory, shared, restrictions, metrics } = parts
  const names = sources.map(({ source }) => source.name)
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined)
    throw new CuecardError('config.invalid', `There are two sources named "${twice}"`, { field: 'sources' })
  return sources
    .filter(({ enabled }) => enabled)
    .map(({ source, share, ttlSeconds = config.cache.ttlSeconds }) => {
      const cache = new ContentCache({
        clock,
        memory,
        shared,
        onShared: (answer) => restrictions.learn(answer),
        lifetimes: lifetimesOf(config, ttlSeconds),
      })
      const policy = newPolicy(clock, random)
      // What stands between a retrieval and a source, outermost first; the client does the rest.
      const cached = withCache(withRestrictions(withPolicy(source, policy), restrictions), cache, share)
      const traced = withTracing(withOutage(cached, policy.breaker))
      const asked = metrics ? withMetrics(traced, metrics, clock) : traced
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
export const callsAtOnce = 300

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
