// The supervisor page's pure parts: its address, its figures, its tables, its CSV, and what it reads of the log.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvOf } from '../../../ui/supervisor/data-table.ts'
import { Figures } from '../../../ui/supervisor/figures.ts'
import { type InsightFigures, insightTables } from '../../../ui/supervisor/insight-tables.ts'
import { messages } from '../../../ui/supervisor/messages.ts'
import { gather, type LogEntry } from '../../../ui/supervisor/recorded-entry.ts'
import { insightQuery, readAddress, stepOf, writeAddress } from '../../../ui/supervisor/view-address.ts'

const figures = new Figures('en')
const share = (count: number, of: number) => ({
  count,
  of,
  rate: of === 0 ? null : count / of,
  low: of === 0 ? null : 0.1,
  high: of === 0 ? null : 0.9,
})

describe('the address', () => {
  test('what is written is read again, and what is not ours stays', () => {
    const text = fc.string({ maxLength: 60 })
    const day = fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10))
    fc.assert(
      fc.property(
        fc.record({
          view: fc.constantFrom('insight', 'operations', 'compliance'),
          range: fc.constantFrom('1', '7', '30', '90'),
          queue: text,
          language: text,
          interaction: text,
        }),
        fc.option(fc.tuple(day, day)),
        (state, own) => {
          const [from, to] = own ?? ['', '']
          const whole = { ...state, ...(own === null ? {} : { range: '' }), from, to } as const
          const address = writeAddress(whole as Parameters<typeof writeAddress>[0], '?lang=ar')
          expect(readAddress(address)).toEqual(whole)
          expect(new URLSearchParams(address).get('lang')).toBe('ar')
        },
      ),
    )
  })

  test('what nobody would write is left out', () => {
    expect(readAddress('?view=root&range=13&from=soon&to=2026-99-99&queue=')).toEqual({
      view: 'insight',
      range: '7',
      from: '',
      to: '',
      queue: '',
      language: '',
      interaction: '',
    })
  })

  test('own dates are whole days, the last one included', () => {
    const now = Date.parse('2026-11-23T10:00:00Z')
    const own = readAddress('?from=2026-11-01&to=2026-11-02&queue=q&language=de')
    expect(Object.fromEntries(insightQuery(own, now))).toEqual({
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-03T00:00:00.000Z',
      queue: 'q',
      language: 'de',
    })
    expect(Object.fromEntries(insightQuery(readAddress('?range=1'), now))).toEqual({
      from: '2026-11-22T10:00:00.000Z',
    })
    expect([stepOf(own), stepOf(readAddress('?range=30')), stepOf(readAddress('?from=2026-01-01'))]).toEqual([
      'hour',
      'day',
      'day',
    ])
  })
})

describe('figures', () => {
  test('those of few are withheld, and none is told', () => {
    expect([figures.count(0), figures.count(9), figures.count(10), figures.count(3, 40)]).toEqual([
      '0',
      '< 10',
      '10',
      '3',
    ])
    expect([figures.rate(share(4, 9)), figures.rate(share(5, 10)), figures.rate(share(0, 0))]).toEqual([
      '–',
      '50%',
      '–',
    ])
    expect(figures.share(share(5, 10))).toBe('50% (10% – 90%)')
    expect([figures.milliseconds(12.345, 9), figures.milliseconds(12.345, 10)]).toEqual(['–', '12.3 ms'])
  })

  test('each language has every word', () => {
    for (const own of Object.values(messages)) {
      expect(Object.keys(own).sort()).toEqual(Object.keys(messages.en).sort())
      expect(Object.values(own).filter((word) => word.trim() === '')).toEqual([])
    }
  })
})

const adoption = (group: string, of: number) => ({
  group,
  retrievals: of,
  shown: of,
  opened: share(of / 2, of),
  used: share(of / 4, of),
  dismissed: share(0, of),
  resolved: share(of / 10, of / 5),
})

/** As the service would tell it of a small floor. */
const loaded = {
  byQueue: { total: adoption('', 100), groups: [adoption('q-1', 96), adoption('', 4)] },
  byLanguage: { total: adoption('', 100), groups: [] },
  latency: {
    total: {},
    groups: [
      { group: '2026-11-22T10:00:00Z', retrievals: 50, p50: 3, p99: 40, withinBudget: share(50, 50) },
      { group: '2026-11-22T11:00:00Z', retrievals: 0, p50: null, p99: null, withinBudget: share(0, 0) },
    ],
  },
  freshness: { total: {}, groups: [] },
  content: { mostUsed: [{ contentId: 'a', shown: 50, used: share(20, 50), dismissed: share(1, 50) }] },
  gaps: {
    gaps: [
      { query: 'lost luggage', retrievals: 12, unanswered: share(12, 12), lastAt: '2026-11-22T10:00:00Z' },
      {
        query: 'one customer’s secret',
        retrievals: 1,
        unanswered: share(1, 1),
        lastAt: '2026-11-22T10:00:00Z',
      },
    ],
    unanswered: [],
  },
  hygiene: {
    neverUsed: [
      { contentId: 'a', title: 'Late fees', shown: 50, used: share(0, 50), dismissed: share(0, 50) },
    ],
    alwaysDismissed: [],
    knowledge: null,
  },
} as unknown as InsightFigures

describe('the insight tables', () => {
  const tables = insightTables(loaded, { figures, say: (key) => messages.en[key] })

  test('the funnel tells its counts, its bases and its intervals', () => {
    expect(tables.funnel.rows).toEqual([
      ['Shown', '100', '', ''],
      ['Opened', '50', '50%', '10% – 90%'],
      ['Used', '25', '25%', '10% – 90%'],
      ['Resolved', '10', '50%', '10% – 90%'],
    ])
  })

  test('small groups, hours without calls and what one customer said are not told', () => {
    const text = JSON.stringify(tables)
    expect(tables.adoption[1]?.rows.at(-1)).toEqual(['Not set', '< 10', '–', '–', '–', '–'])
    expect(tables.latency.rows).toHaveLength(1)
    expect(text).toContain('lost luggage')
    expect(text).not.toContain('secret')
    // A list without titles takes those that another list knows.
    expect(tables.adoption[0]?.rows[0]?.[0]).toBe('Late fees')
  })
})

describe('the CSV', () => {
  test('is read again as it was, whatever stands in its cells', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 2 }), { minLength: 1 }),
        (rows) => {
          const read = parse(csvOf([{ caption: 'Of 1', columns: ['a', 'b'], rows }]))
          expect(read.slice(0, 2)).toEqual([['Of 1'], ['a', 'b']])
          expect(
            read.slice(2).map((row) => row.map((cell) => cell.replace(/^'(?=[=+\-@\t\r])/, ''))),
          ).toEqual(rows.map((row) => row.map((cell) => cell.replace(/^'(?=[=+\-@\t\r])/, ''))))
        },
      ),
    )
  })

  test.each(['=cmd()', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('%j is no formula', (cell) => {
    const [, , [first = ''] = []] = parse(csvOf([{ caption: 'x', columns: ['a'], rows: [[cell]] }]))
    expect(first).toBe(`'${cell}`)
  })
})

/** RFC 4180, as a spreadsheet reads it. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]]
  let [cell, isQuoted] = ['', false]
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? ''
    if (isQuoted) {
      if (char !== '"') cell += char
      else if (text[at + 1] === '"') cell += text[++at]
      else isQuoted = false
    } else if (char === '"') isQuoted = true
    else if (char === ',' || (char === '\r' && text[at + 1] === '\n')) {
      rows.at(-1)?.push(cell)
      cell = ''
      if (char === '\r') {
        at++
        rows.push([])
      }
    } else cell += char
  }
  return rows.slice(0, -1)
}

test('entries are put to the retrieval that they tell of, in the order of the log', () => {
  const entry = (index: number, kind: string, body: LogEntry['body']): LogEntry => ({
    index,
    at: '2026-11-23T10:00:00Z',
    kind,
    commitment: '',
    salt: null,
    body,
  })
  const { seen, others } = gather([
    entry(4, 'adoption', { retrievalId: 'r-2', type: 'opened' }),
    entry(3, 'adoption', { retrievalId: 'r-1', type: 'copied' }),
    entry(2, 'retrieval', { retrievalId: 'r-2' }),
    entry(1, 'retrieval', { retrievalId: 'r-1' }),
    entry(5, 'adoption', { retrievalId: 'r-of-another-page' }),
    entry(6, 'retrieval', null),
    entry(0, 'refusal', { code: 'access.denied' }),
  ])
  expect(seen.map(({ entry, events }) => [entry.index, events.map(({ index }) => index)])).toEqual([
    [1, [3]],
    [2, [4]],
    [6, []],
  ])
  expect(others.map(({ index }) => index)).toEqual([0, 5])
})
