// What cuecard tells Prometheus. The hot path adds to plain numbers; everything else is looked at when it is asked for.
import { Registry } from '@prometheus-io/client'
import { type Clock, systemClock } from '../clock.ts'
import { gather } from './metric-registry.ts'
import { Observations } from './observations.ts'
import { processMetrics } from './process-metrics.ts'
import { backlogReadings, type WatchedStats, watchedReadings } from './watched-stats.ts'

export interface Metrics
  extends Pick<
    Observations,
    'retrieved' | 'sourceAsked' | 'committed' | 'delivered' | 'notified' | 'httpDone'
  > {
  /** What is looked at when Prometheus asks. May be called by each part for its own. */
  watch(stats: WatchedStats): void
  text(): Promise<{ readonly contentType: string; readonly body: string }>
  /** Gives back the event loop's monitor. */
  close(): void
}

/** Metrics of one cuecard, in a registry of their own. `version` is that of the package. */
export function createMetrics(options: { readonly clock?: Clock; readonly version?: string } = {}): Metrics {
  const { clock = systemClock, version = 'unknown' } = options
  const registry = new Registry()
  const watched: WatchedStats = {}
  const observed = new Observations(registry)
  const ofProcess = processMetrics()
  gather(registry, {
    cuecard_build_info: () => [[[version, process.version], 1]],
    ...observed.readings,
    ...watchedReadings(watched),
    ...backlogReadings(watched, clock, observed.endpoints),
    ...ofProcess.readings,
  })
  return Object.assign(observed, {
    watch: (stats: WatchedStats) => void Object.assign(watched, stats),
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
    close: () => ofProcess.stop(),
  })
}
