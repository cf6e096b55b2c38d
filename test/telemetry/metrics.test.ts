// What Prometheus reads: true numbers, names by its conventions, and never more series than the sets allow.
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import type { Retrieval } from '../../src/retrieval/retrieval.ts'
import { metricList } from '../../src/telemetry/metric-list.ts'
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts'
import { FakeClock } from '../../src/testing/index.ts'

const closing: Metrics[] = []
afterEach(() => {
  for (const metrics of closing.splice(0)) metrics.close()
})

function start() {
  const clock = new FakeClock()
  const metrics = createMetrics({ clock, version: '1.2.3' })
  closing.push(metrics)
  /** Each series and its value. */
  const series = async () =>
    new Map(
      (await metrics.text()).body
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    )
  return { clock, metrics, series }
}

function retrievalOf(more: Partial<Retrieval> = {}): Retrieval {
  return {
    retrievalId: 'r-1',
    interactionId: 'i-1',
    items: [],
    freshness: { status: 'fresh', ageSeconds: 0, source: 'a' },
    degraded: null,
    complianceFlags: { accessValidated: true, availabilityChecked: true },
    profile: 'tutorial',
    timings: { totalMs: 0, upstreamMs: 0, queuedMs: 0 },
    refused: [],
    ...more,
  }
}

test('a retrieval counts its duration, what it lacks, its items and what was kept back', async () => {
  const { metrics, series } = start()
  metrics.retrieved(retrievalOf({ refused: [{ contentId: 'a', source: 's', reason: 'expired' }] }), 0.00005)
  metrics.retrieved(
    retrievalOf({
      freshness: { status: 'none', ageSeconds: null, source: null },
      degraded: { code: 'breaker.open', message: '' },
      timings: { totalMs: 180, upstreamMs: 0, queuedMs: 0 },
    }),
    0.18,
  )
  const found = await series()
  const duration = 'cuecard_retrieval_duration_seconds'
  expect(found.get(`${duration}_bucket{le="0.0001",freshness="fresh",cache="hit"}`)).toBe(1)
  expect(found.get(`${duration}_sum{freshness="none",cache="miss"}`)).toBe(0.18)
  expect(found.get('cuecard_retrievals_total{degraded="none"}')).toBe(1)
  expect(found.get('cuecard_retrievals_total{degraded="breaker.open"}')).toBe(1)
  expect(found.get('cuecard_items_refused_total{reason="expired"}')).toBe(1)
})

test('sources, commits, deliveries and requests are counted by their outcome', async () => {
  const { metrics, series } = start()
  metrics.sourceAsked('knowledge-search', 'ok')
  metrics.sourceAsked('knowledge-search', 'deadline.exceeded', 0.18)
  metrics.committed(64, 0.004)
  metrics.delivered('default', 'retry', 15)
  metrics.delivered('default', 'dropped')
  metrics.httpDone('/v1/retrievals', 'POST', 200, 0.002)
  metrics.httpDone(undefined, 'BREW', 418, Number.NaN)
  expect(Object.fromEntries(await series())).toMatchObject({
    'cuecard_source_asks_total{source="knowledge-search",outcome="ok"}': 1,
    'cuecard_source_asks_total{source="knowledge-search",outcome="deadline.exceeded"}': 1,
    'cuecard_source_wait_seconds_count{source="knowledge-search"}': 1,
    cuecard_ledger_entries_total: 64,
    cuecard_ledger_commit_duration_seconds_count: 1,
    'cuecard_delivery_attempts_total{endpoint="default",outcome="retry"}': 1,
    'cuecard_delivery_attempts_total{endpoint="default",outcome="dropped"}': 1,
    'cuecard_delivery_duration_seconds_count{endpoint="default"}': 1,
    'cuecard_http_requests_total{route="/v1/retrievals",method="POST",status="2xx"}': 1,
    'cuecard_http_requests_total{route="other",method="other",status="4xx"}': 1,
  })
})

test('what the parts count is read when it is asked for, and again the next time', async () => {
  const { clock, metrics, series } = start()
  let calls = 3
  metrics.watch({
    cuecard: () => ({
      genesysCalls: calls,
      quotaRemaining: 297,
      cache: { entries: 1, bytes: 1000 },
      sources: { a: { fresh: 1, stale: 2, grace: 3, misses: 4, flights: 5, breaker: 'half-open' } },
    }),
  })
  metrics.watch({
    sharedCache: () => ({ hits: 1, misses: 2, errors: 3, up: true }),
    ledger: () => ({ queued: 7, lost: 0 }),
    http: () => ({ inFlight: 2, shed: 9 }),
    backlog: async () => [
      { endpoint: 'default', pending: 5, dead: 1, oldestAt: clock.wallTime() - 90_000, disabled: null },
      { endpoint: 'off', pending: 0, dead: 0, oldestAt: null, disabled: 'answered 410' },
    ],
  })
  expect(Object.fromEntries(await series())).toMatchObject({
    cuecard_genesys_calls_total: 3,
    cuecard_genesys_quota_remaining: 297,
    cuecard_cache_entries: 1,
    'cuecard_cache_lookups_total{source="a",result="grace"}': 3,
    'cuecard_cache_lookups_total{source="a",result="miss"}': 4,
    'cuecard_cache_flights_total{source="a"}': 5,
    'cuecard_source_breaker_state{source="a"}': 1,
    'cuecard_shared_cache_lookups_total{result="error"}': 3,
    cuecard_shared_cache_up: 1,
    cuecard_ledger_queue_entries: 7,
    cuecard_ledger_lost_entries_total: 0,
    cuecard_http_requests_in_flight: 2,
    cuecard_http_requests_shed_total: 9,
    'cuecard_delivery_pending_messages{endpoint="default"}': 5,
    'cuecard_delivery_oldest_age_seconds{endpoint="default"}': 90,
    'cuecard_delivery_oldest_age_seconds{endpoint="off"}': 0,
    'cuecard_delivery_disabled{endpoint="off"}': 1,
  })
  calls = 4
  expect((await series()).get('cuecard_genesys_calls_total')).toBe(4)
})

test('what nobody tells is absent, and a part that fails or hangs hides nothing else', async () => {
  const { clock, metrics, series } = start()
  expect((await series()).has('cuecard_ledger_queue_entries')).toBe(false)
  metrics.watch({
    ledger: () => {
      throw new Error('closed')
    },
    backlog: () => new Promise(() => {}),
    http: () => ({ inFlight: 1, shed: 0 }),
  })
  const scraped = series()
  await clock.advance(1000)
  const found = await scraped
  expect(found.has('cuecard_ledger_queue_entries')).toBe(false)
  expect([...found.keys()].some((name) => name.startsWith('cuecard_delivery_pending'))).toBe(false)
  expect(found.get('cuecard_http_requests_in_flight')).toBe(1)
  expect(clock.timers).toBe(0)
})

test('two scrapes at once read the same numbers', async () => {
  const { metrics, series } = start()
  metrics.sourceAsked('a', 'ok')
  metrics.committed(7, 0.001)
  metrics.watch({ ledger: () => ({ queued: 3, lost: 0 }) })
  for (const found of await Promise.all([series(), series(), series()])) {
    expect(found.get('cuecard_source_asks_total{source="a",outcome="ok"}')).toBe(1)
    expect(found.get('cuecard_ledger_entries_total')).toBe(7)
    expect(found.get('cuecard_ledger_queue_entries')).toBe(3)
  }
})

test('the process and the build tell of themselves', async () => {
  const { series } = start()
  const found = await series()
  expect(found.get(`cuecard_build_info{version="1.2.3",node_version="${process.version}"}`)).toBe(1)
  for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total'])
    expect(found.get(name)).toBeGreaterThan(0)
  for (const quantile of ['0.5', '0.99', '1'])
    expect(found.get(`cuecard_event_loop_delay_seconds{quantile="${quantile}"}`)).toBeGreaterThanOrEqual(0)
})

test('names, types and units are by the conventions of Prometheus', async () => {
  const { metrics } = start()
  const { contentType, body } = await metrics.text()
  expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(body.match(/^# TYPE (\S+)/gm)?.length).toBe(Object.keys(metricList).length)
  for (const [name, { type, labels, help }] of Object.entries(metricList)) {
    expect(name).toMatch(/^(cuecard|process|nodejs)_[a-z_]+[a-z]$/)
    expect(name.endsWith('_total'), name).toBe(type === 'counter')
    if (type === 'histogram') expect(name).toMatch(/_seconds$/)
    expect(name).not.toMatch(/_(ms|milliseconds|kb|mb|percent)\b/)
    for (const label of labels) expect(label).toMatch(/^[a-z_]+$/)
    expect(help).not.toMatch(/\.$/)
  }
})

test('whatever comes, the number of series is bounded', async () => {
  const { metrics, series } = start()
  const text = fc.string({ maxLength: 8 })
  fc.assert(
    fc.property(text, text, fc.integer(), fc.double(), (name, outcome, status, seconds) => {
      const strange = outcome as never
      metrics.retrieved(
        retrievalOf({
          freshness: { status: strange, ageSeconds: 0, source: name },
          degraded: { code: strange, message: name },
          refused: [{ contentId: name, source: name, reason: strange }],
        }),
        seconds,
      )
      metrics.sourceAsked(name, outcome, seconds)
      metrics.delivered(name, outcome, seconds)
      metrics.httpDone(name, outcome, status, seconds)
    }),
    { numRuns: 1000 },
  )
  const names = [...(await series()).keys()]
  expect(names.filter((name) => name.startsWith('cuecard_retrieval')).length).toBeLessThan(30)
  expect(names.filter((name) => name.startsWith('cuecard_http_requests_total')).length).toBeLessThan(70 * 6)
  expect(names.filter((name) => name.startsWith('cuecard_source_asks_total')).length).toBeLessThan(66)
  expect(names.length).toBeLessThan(6000)
})
