// What this process uses, looked at when it is asked for. prom-client's own collection keeps timers that nobody can end.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Readings } from './metric-registry.ts'

const quantiles = [50, 99, 100]
/** How often the monitor looks; its figures include this. */
const resolutionMs = 10

/** Readings of the metrics of the process. `stop` gives the event loop's monitor back. */
export function processMetrics(): {
  readonly readings: Readings
  stop(): void
} {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()
  let lastUse = performance.eventLoopUtilization()
  const startedAt = (performance.timeOrigin / 1000).toFixed(3)
  return {
    readings: {
      cuecard_event_loop_delay_seconds: () => {
        const read = quantiles.map((percent) => {
          const delayMs = delays.percentile(percent) / 1e6 - resolutionMs
          return [[`${percent / 100}`], Math.max(delayMs, 0) / 1000] as const
        })
        delays.reset()
        return read
      },
      cuecard_event_loop_utilization_ratio: () => {
        const use = performance.eventLoopUtilization()
        const { utilization } = performance.eventLoopUtilization(use, lastUse)
        lastUse = use
        return utilization
      },
      process_cpu_seconds_total: () => {
        const { user, system } = process.cpuUsage()
        return (user + system) / 1e6
      },
      process_resident_memory_bytes: () => process.memoryUsage.rss(),
      process_start_time_seconds: () => Number(startedAt),
      nodejs_heap_size_used_bytes: () => process.memoryUsage().heapUsed,
      nodejs_heap_size_total_bytes: () => process.memoryUsage().heapTotal,
      nodejs_external_memory_bytes: () => process.memoryUsage().external,
    },
    stop: () => void delays.disable(),
  }
}
