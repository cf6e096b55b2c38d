// What insight must answer, whatever database it counts in.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StoreInsights } from '../../src/insight/store-insights.ts'
import type { InsightQuery } from '../../src/ledger/record.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { type EventRow, fill, type OpenStore, type RetrievalRow, type Row } from './insight-store.ts'
import {
  groupsOf,
  naiveAdoption,
  naiveContent,
  naiveFreshness,
  naiveGaps,
  naiveLatency,
  type World,
  worldOf,
} from './naive-insights.ts'

const hour = 3_600_000
const day = 24 * hour
const now = Date.UTC(2026, 2, 31, 12)
const budgetMs = 200

const retrieval = (row: Partial<RetrievalRow> = {}): RetrievalRow => ({
  kind: 'retrieval',
  at: now - hour,
  queue: 'cards',
  language: 'en-US',
  freshness: 'fresh',
  degraded: '',
  latencyUs: 1000,
  items: 3,
  query: '',
  ...row,
})
const event = (on: number, type: string, contentId = 'a', at = now - hour): EventRow => ({
  kind: 'event',
  at,
  retrieval: on,
  type,
  contentId,
})

export function insightsConformance(database: string, open: () => Promise<OpenStore>, runs: number): void {
  describe(`insight over ${database}`, () => {
    let opened: OpenStore
    const erased = new Set<number>()
    let rows: readonly Row[] = []
    const insights = () =>
      new StoreInsights({
        store: opened.store,
        clock: new FakeClock(now),
        latencyBudgetMs: budgetMs,
        bodiesOf: async (indexes) =>
          new Map(
            indexes.map((idx) => {
              const row = rows[idx]
              const query = row?.kind === 'retrieval' ? row.query : undefined
              return [idx, { at: row?.at ?? 0, body: erased.has(idx) ? null : { query } }]
            }),
          ),
      })
    const record = async (...entries: Row[]) => {
      rows = entries
      await fill(opened.store, entries)
    }
    beforeAll(async () => {
      opened = await open()
    })
    afterAll(() => opened.end())

    it('answers an empty record with zeros and without rates', async () => {
      await record()
      const { total, groups, from, to } = await insights().adoption({ by: 'hour' })
      expect(total).toMatchObject({
        retrievals: 0,
        shown: 0,
        used: { count: 0, of: 0, rate: null, low: null },
      })
      expect({ groups, from, to }).toEqual({
        groups: [],
        from: '2026-03-24T12:00:00.000Z',
        to: '2026-03-31T12:00:00.000Z',
      })
      expect((await insights().latency({})).total).toMatchObject({ retrievals: 0, p50: null, p999: null })
      expect(await insights().gaps({})).toMatchObject({ gaps: [], unanswered: [] })
      expect(await insights().use({})).toMatchObject({ retrievals: 0, contents: [] })
      expect(await insights().content({})).toMatchObject({ mostUsed: [], neverUsed: [] })
    })

    it('counts each item once for each retrieval, whatever is sent twice', async () => {
      await record(
        retrieval(),
        retrieval(),
        event(0, 'shown'),
        event(0, 'shown'),
        event(0, 'opened'),
        event(0, 'opened'),
        event(0, 'copied'),
        event(1, 'shown'),
        event(1, 'shown', 'b'),
        event(1, 'dismissed', 'b'),
      )
      expect((await insights().adoption({})).total).toMatchObject({
        retrievals: 2,
        shown: 3,
        opened: { count: 1, of: 3 },
        copied: { count: 1, of: 3 },
        inserted: { count: 0, of: 3 },
        used: { count: 1, of: 3 },
        dismissed: { count: 1, of: 3 },
      })
    })

    it('takes an item for shown when anything was done with it', async () => {
      await record(retrieval(), event(0, 'inserted'))
      expect((await insights().adoption({})).total).toMatchObject({ shown: 1, used: { count: 1, of: 1 } })
    })

    it('lets the last rating of an item and the last outcome of a retrieval count', async () => {
      await record(
        retrieval(),
        retrieval(),
        event(0, 'rated_negative'),
        event(0, 'rated_positive'),
        event(1, 'rated_positive'),
        event(1, 'rated_negative'),
        event(0, 'unresolved', ''),
        event(0, 'resolved', ''),
        event(1, 'resolved', ''),
        event(1, 'resolved', ''),
      )
      expect((await insights().adoption({})).total).toMatchObject({
        shown: 2,
        ratedPositive: { count: 1, of: 2 },
        resolved: { count: 2, of: 2 },
      })
    })

    it('counts what was done later with what was shown in the time asked for', async () => {
      const [before, within] = [now - 3 * hour, now - 2 * hour]
      await record(
        retrieval({ at: before }),
        retrieval({ at: within }),
        event(0, 'opened', 'a', within),
        event(1, 'opened', 'b', now - 1),
      )
      const { total } = await insights().adoption({ from: within, to: now - hour })
      expect(total).toMatchObject({ retrievals: 1, shown: 1, opened: { count: 1, of: 1 } })
    })

    it('includes its first moment and not its last, and everything until now by default', async () => {
      await record(retrieval({ at: now - 2 }), retrieval({ at: now - 1 }), retrieval({ at: now }))
      const count = async (query: InsightQuery) => (await insights().freshness(query)).total.retrievals
      expect(await count({ from: now - 2, to: now })).toBe(2)
      expect(await count({ from: now - 1, to: now })).toBe(1)
      expect(await count({ from: now - 1 })).toBe(2)
      expect(await count({ from: now - 20, to: now - 10 })).toBe(0)
    })

    it('gives the words of the newest retrieval that can be read, and none where none can', async () => {
      await record(
        retrieval({ query: 'limit' }),
        retrieval({ query: 'limit' }),
        retrieval({ query: 'stolen' }),
      )
      erased.add(1).add(2)
      await opened.store.db.deleteFrom('person_keys').where('id', 'in', [1, 2]).execute()
      const { gaps } = await insights().gaps({})
      erased.clear()
      expect(gaps.map(({ query, retrievals }) => [query, retrievals])).toEqual([
        ['limit', 2],
        [null, 1],
      ])
    })

    it.each([
      [{ from: 5, to: 5 }, 'to: must be after from'],
      [{ from: now + 1 }, 'from: must be in the past'],
      [{ to: 1.5 }, 'to: must be milliseconds since the epoch'],
      [{ by: 'agent' }, 'by: must be queue, language, hour or day'],
      [{ limit: 201 }, 'limit: must be a whole number from 1 to 200'],
      [{ language: 'not a tag' }, 'language: must be a BCP 47 language tag, such as en-US'],
      [{ agentId: 'a' }, 'agentId: unknown key'],
    ])('refuses %o', async (query, message) => {
      await expect(insights().gaps(query as InsightQuery)).rejects.toMatchObject({
        code: 'request.invalid',
        message,
      })
    })

    it('refuses more than a thousand groups, of hours as of queues', async () => {
      await record(retrieval({ at: now - 1000 * hour }), retrieval({ at: now }))
      const refusal = { code: 'request.invalid', details: { field: 'by' } }
      await expect(insights().latency({ from: 0, by: 'hour' })).rejects.toMatchObject(refusal)
      expect((await insights().latency({ from: 0, by: 'day' })).groups).toHaveLength(2)
      await record(...Array.from({ length: 1001 }, (_, queue) => retrieval({ queue: `${queue}` })))
      await expect(insights().freshness({ by: 'queue' })).rejects.toMatchObject(refusal)
    })

    it('counts as one would by hand', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(worlds, questions, async (world, question) => {
          await record(...world)
          const { from, to } = question
          const chosen = worldOf(rows, { ...question, from, to })
          const grouped = <F>(figures: (world: World) => F) => ({
            total: figures(chosen),
            groups: groupsOf(chosen, question.by).map(([group, own]) => ({ group, ...figures(own) })),
          })
          const asked = { ...question, limit: 3 }
          expect(await insights().adoption(question)).toMatchObject(grouped(naiveAdoption))
          expect(await insights().latency(question)).toMatchObject(
            grouped((own) => naiveLatency(own, budgetMs)),
          )
          expect(await insights().freshness(question)).toMatchObject(grouped(naiveFreshness))
          expect(await insights().content(asked)).toMatchObject(naiveContent(chosen, 3))
          expect(await insights().gaps(asked)).toMatchObject(naiveGaps(chosen, 3))
          const { retrievals, contents } = await insights().use(question)
          expect(retrievals).toBe(chosen.retrievals.length)
          const { mostUsed, neverUsed } = naiveContent(chosen, contents.length + 1)
          const byId = (a: { contentId: string }, b: { contentId: string }) =>
            a.contentId < b.contentId ? -1 : 1
          expect([...contents].sort(byId)).toEqual(
            [...mostUsed, ...neverUsed]
              .map((content) => ({
                ...content,
                used: content.used.count,
                dismissed: content.dismissed.count,
              }))
              .sort(byId),
          )
        }),
        { numRuns: runs },
      )
    })
  })
}

const queues = ['', 'cards', 'loans']
const languages = ['en-US', 'es-ES']

const retrievals: fc.Arbitrary<RetrievalRow> = fc.record({
  kind: fc.constant('retrieval' as const),
  at: fc.constant(0),
  queue: fc.constantFrom(...queues),
  language: fc.constantFrom(...languages),
  freshness: fc.constantFrom('fresh', 'stale', 'mirror', 'none'),
  degraded: fc.constantFrom('', '', 'deadline.exceeded', 'nothing.found'),
  latencyUs: fc.nat(250_000),
  items: fc.nat(2),
  query: fc.constantFrom('', 'limit', 'stolen', 'pin'),
})
const events = fc.record({
  kind: fc.constant('event' as const),
  at: fc.constant(0),
  retrieval: fc.nat(),
  contentId: fc.constantFrom('a', 'b', 'c'),
  type: fc.constantFrom(
    ...['shown', 'shown', 'opened', 'copied', 'inserted', 'dismissed'],
    ...['rated_positive', 'rated_negative', 'resolved', 'unresolved'],
  ),
})

/** Entries of some days in the order of their time, events about retrievals that stand before them. */
const worlds: fc.Arbitrary<Row[]> = fc
  .array(fc.tuple(fc.oneof(retrievals, { arbitrary: events, weight: 2 }), fc.nat(2 * hour)), {
    maxLength: 40,
  })
  .map((drawn) => {
    const made: Row[] = []
    let at = now - 3 * day
    for (const [row, passed] of drawn) {
      at = Math.min(at + passed, now)
      const before = made.flatMap(({ kind }, idx) => (kind === 'retrieval' ? [idx] : []))
      if (row.kind === 'retrieval') made.push({ ...row, at })
      else if (before.length > 0) {
        const outcome = row.type.endsWith('resolved')
        const on = before[row.retrieval % before.length] ?? 0
        made.push({ ...row, at, retrieval: on, contentId: outcome ? '' : row.contentId })
      }
    }
    return made
  })

const questions = fc
  .record({
    start: fc.integer({ min: now - 4 * day, max: now - 1 }),
    length: fc.integer({ min: 1, max: 4 * day }),
    queueId: fc.constantFrom(undefined, undefined, 'cards'),
    language: fc.constantFrom(undefined, undefined, 'es-ES'),
    by: fc.constantFrom(undefined, 'queue' as const, 'language' as const, 'hour' as const, 'day' as const),
  })
  .map(({ start, length, ...question }) => ({ ...question, from: start, to: start + length }))
