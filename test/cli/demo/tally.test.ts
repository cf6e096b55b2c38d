// The demo's summary.
import { expect, test } from 'vitest'
import { summaryLines } from '../../../src/cli/demo/tally.ts'

test('it counts answers in time, calls, cache hits and what the outage left empty', () => {
  const counts = {
    fresh: 1,
    stale: 2,
    grace: 3,
    misses: 9,
    flights: 9,
    breaker: 'closed' as const,
  }
  const stats = { genesysCalls: 25, sources: { a: counts, b: counts } }
  const answers = [
    { ms: 3.2, items: 3, duringOutage: false },
    { ms: 80, items: 3, duringOutage: true },
    { ms: 201, items: 0, duringOutage: true },
  ]
  expect(summaryLines(answers, stats, { budgetMs: 200, quotaPerMinute: 300 })).toEqual([
    '3 answers, 66.6% within 200 ms (p50 80 ms, p99 201 ms)',
    '25 calls to Genesys, which allows 300 a minute',
    '12 cache hits',
    '2 answers during the outage, 1 of them empty',
  ])
})
