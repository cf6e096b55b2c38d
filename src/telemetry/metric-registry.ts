// The list of metrics in a registry of prom-client: histograms are observed, all else is read when it is asked for.
import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client'
import { type Gathered, kept } from './gathered.ts'
import { type MetricDescription, type MetricName, metricList } from './metric-list.ts'

/** What metrics are at this moment, by name. */
export type Readings = Partial<Record<MetricName, () => Gathered | Promise<Gathered>>>

/** Observes seconds; the handle of each combination of labels is made once. */
export function histogram(
  registry: Registry,
  name: MetricName,
): (seconds: number, a?: string, b?: string) => void {
  const { help, labels, buckets = [] }: MetricDescription = metricList[name]
  const metric = new Histogram({
    name,
    help,
    labelNames: labels,
    buckets: [...buckets],
    registers: [registry],
  })
  const handles = new Map<string, Map<string, Histogram.Internal<string>>>()
  return (seconds, a = '', b = '') => {
    const ofA = kept(handles, a, () => new Map())
    const handle = kept(ofA, b, () => metric.labels(...[a, b].slice(0, labels.length)))
    // A clock that fails must not fail what it measures.
    if (Number.isFinite(seconds)) handle.observe(Math.max(seconds, 0))
  }
}

/** Counters and gauges that take their values from `readings` when Prometheus asks. */
export function gather(registry: Registry, readings: Readings): void {
  for (const [name, description] of Object.entries<MetricDescription>(metricList)) {
    if (description.type === 'histogram') continue
    const { type, help, labels } = description
    const read = async () => readings[name as MetricName]?.()
    const collect = async () => {
      const gathered = await read().catch(() => undefined)
      // From here on without a turn of the event loop: two scrapes at once must not add up.
      metric.reset()
      // Without labels reset() leaves a 0; what is not known shall be absent.
      if (labels.length === 0) metric.remove()
      for (const [values, value] of typeof gathered === 'number'
        ? [[[], gathered] as const]
        : (gathered ?? []))
        metric.inc(Object.fromEntries(labels.map((label, at) => [label, values[at] ?? ''])), value)
    }
    const settings = { name, help, labelNames: labels, registers: [registry], collect }
    const metric: Counter<string> | Gauge<string> =
      type === 'counter' ? new Counter<string>(settings) : new Gauge<string>(settings)
  }
}
