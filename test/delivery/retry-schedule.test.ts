// The schedule of retries, and the documentation held to it.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  jitter,
  maxRetryAfterMs,
  retryAfterMs,
  retryDelay,
  retryDelaysMs,
} from '../../src/delivery/retry-schedule.ts'

const minute = 60_000
const hour = 60 * minute

test('the delays are those that Standard Webhooks proposes', () => {
  expect(retryDelaysMs).toEqual([
    5000,
    5 * minute,
    30 * minute,
    2 * hour,
    5 * hour,
    10 * hour,
    14 * hour,
    20 * hour,
    24 * hour,
  ])
})

test('a delay is spread by a tenth up and down; after the last one the message is given up', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, drawn) => {
        const base = retryDelaysMs[failures - 1] ?? Number.NaN
        const delay = retryDelay(failures, () => drawn) ?? Number.NaN
        expect(delay).toBeGreaterThanOrEqual(base * (1 - jitter) - 1)
        expect(delay).toBeLessThanOrEqual(base * (1 + jitter) + 1)
      },
    ),
  )
  expect(retryDelay(10, () => 0.5)).toBeUndefined()
})

test('a receiver that asks for more time gets it, up to a day, and never shortens the schedule', () => {
  expect(retryDelay(1, () => 0.5, 120_000)).toBe(120_000)
  expect(retryDelay(2, () => 0.5, 1000)).toBe(5 * minute)
  expect(retryDelay(1, () => 0.5, 1e12)).toBe(maxRetryAfterMs)
})

test.each([
  ['120', 120_000],
  [' 7 ', 7000],
  ['0', 0],
  ['Mon, 05 Jan 2026 09:01:00 GMT', minute],
  ['Mon, 05 Jan 2026 08:00:00 GMT', 0],
  ['99999999999999999999', maxRetryAfterMs],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s is %s ms', (header, ms) => {
  expect(retryAfterMs(header, Date.UTC(2026, 0, 5, 9))).toBe(ms)
})

test('webhooks.md has the same table', () => {
  const page = readFileSync(new URL('../../docs/reference/webhooks.md', import.meta.url), 'utf8')
  const units: Readonly<Record<string, number>> = { s: 1000, min: minute, h: hour }
  const rows = [...page.matchAll(/^\| (\d+) \| (\d+) (s|min|h) \|/gm)]
  expect(rows.map(([, attempt]) => Number(attempt))).toEqual(retryDelaysMs.map((_, index) => index + 2))
  expect(rows.map(([, , count, unit = '']) => Number(count) * (units[unit] ?? 0))).toEqual(retryDelaysMs)
  expect(page).toContain(`±${100 * jitter} %`)
})
