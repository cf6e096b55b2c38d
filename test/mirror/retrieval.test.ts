// The mirror within the whole library: answered from first, and what is left when Genesys is gone.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { audiencesOf } from '../../src/access/audience.ts'
import { searchMirror } from '../../src/compose-mirror.ts'
import { type CuecardConfigInput, parseMirrorConfig } from '../../src/config/config-schema.ts'
import { faultPreset } from '../../src/simulator/index.ts'
import { type Options, only, start } from '../retrieval/start-cuecard.ts'
import { article, articles } from '../simulator/sample-organisation.ts'

let folder: string
let close: (() => Promise<unknown>)[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-mirror-'))
})

afterEach(async () => {
  for (const end of close) await end()
  close = []
  rmSync(folder, { recursive: true })
})

async function startMirrored(mirror: CuecardConfigInput['mirror'] = {}, options: Options = {}) {
  const started = await start({
    ...options,
    config: {
      sources: only('knowledge-search'),
      mirror: { enabled: true, path: join(folder, 'mirror.db'), ...mirror },
      ...options.config,
    },
  })
  const { clock, cuecard, settled } = started
  close.push(() => settled(cuecard.close()))
  /** Lets the sync that is due run to its end. */
  const synced = async () => {
    const before = cuecard.stats().mirror?.syncs
    for (let turns = 0; turns < 2000; turns++) {
      const { ok = 0, failed = 0 } = cuecard.stats().mirror?.syncs ?? {}
      if (ok + failed > (before?.ok ?? 0) + (before?.failed ?? 0)) return
      await clock.advance(20)
    }
    throw new Error('The sync does not end')
  }
  return { ...started, synced }
}

const question = { entityIds: undefined, contextTags: undefined, query: 'refund the late payment fee' }

describe('free text', () => {
  test('is answered from the mirror, and Genesys is not asked', async () => {
    const { retrieve, synced, calls } = await startMirrored()
    await synced()
    const reply = await retrieve(question)
    expect(calls('/documents/search')).toBe(0)
    expect(reply.items[0]).toMatchObject({
      contentId: 'late-fee',
      source: 'mirror',
      updatedAt: '2025-11-02T08:00:00.000Z',
      url: 'https://kb.example.com/late-fee',
      isCompliant: true,
    })
    expect(reply.freshness).toMatchObject({ status: 'mirror', source: 'mirror' })
    expect(reply.degraded).toBeNull()
  })

  test.each([
    { besideMirror: false, withText: 0, withoutText: 1 },
    { besideMirror: true, withText: 1, withoutText: 1 },
  ])(
    'and suggestions are polled only where it does not answer: %o',
    async ({ besideMirror, withText, withoutText }) => {
      const sources = { ...only('copilot-suggestions'), 'copilot-suggestions': { besideMirror } }
      const { retrieve, synced, calls } = await startMirrored({}, { config: { sources } })
      await synced()
      await retrieve({ ...question, interactionId: 'with-text' })
      expect(calls('/suggestions')).toBe(withText)
      await retrieve({ ...question, interactionId: 'without-text', query: undefined, entityIds: ['card'] })
      expect(calls('/suggestions')).toBe(withText + withoutText)
    },
  )

  test('is asked of Genesys while the copy is too old, and answered by the mirror when that fails', async () => {
    const { retrieve, synced, calls, clock, simulator } = await startMirrored({ intervalSeconds: 86_400 })
    await synced()
    await clock.advance(901_000)
    const live = await retrieve(question)
    expect([calls('/documents/search'), live.freshness.status]).toEqual([1, 'fresh'])
    simulator.setFaults(faultPreset('outage'))
    const reply = await retrieve({ ...question, query: 'how to block a stolen card' })
    expect(reply.items[0]).toMatchObject({ contentId: 'lost-card', source: 'mirror' })
    expect(reply.freshness).toMatchObject({ status: 'mirror', source: 'mirror' })
    expect(reply.freshness.ageSeconds).toBeGreaterThan(900)
    expect(reply.degraded?.code).toBe('genesys.unavailable')
    expect(reply.timings.totalMs).toBeLessThanOrEqual(200)
  })
})

describe('a whole article', () => {
  const recorded = {
    config: { database: { url: 'sqlite::memory:' }, sources: only('knowledge-search') },
    ports: { recordInline: true },
  }

  async function shown(mirror: CuecardConfigInput['mirror'] = {}) {
    const started = await startMirrored(mirror, recorded)
    await started.synced()
    const { retrievalId, items } = await started.retrieve(question)
    expect(items[0]?.contentId).toBe('late-fee')
    const opened = (contentId: string, options = {}, id = retrievalId) =>
      started.settled(started.cuecard.article(id, contentId, options))
    return { ...started, opened }
  }

  test('comes with its text, recorded as opened once, Genesys up or down', async () => {
    const { opened, simulator, cuecard, settled } = await shown()
    simulator.setFaults(faultPreset('outage'))
    for (let times = 0; times < 2; times++)
      expect(await opened('late-fee')).toMatchObject({
        contentId: 'late-fee',
        title: articles.find(({ id }) => id === 'late-fee')?.title,
        text: expect.stringMatching(/\w{3}/),
        updatedAt: '2025-11-02T08:00:00.000Z',
      })
    const { entries } = await settled(cuecard.audit?.entries({ kind: 'adoption' }) ?? Promise.reject())
    expect(entries.map(({ body }) => [body?.type, body?.contentId])).toEqual([['opened', 'late-fee']])
  })

  test('is given to none to whom it was not shown, and whether there is one is not told', async () => {
    const { opened, settled, cuecard } = await shown()
    expect(articles.map(({ id }) => id)).toContain('lost-card')
    for (const contentId of ['lost-card', 'none'])
      await expect(opened(contentId)).rejects.toMatchObject({
        code: 'article.unknown',
        message: 'There is no whole article of such an item in this retrieval',
      })
    const stranger = { id: 'k', agentId: 'bob', roles: ['agent'], divisions: [], via: 'jwt' } as const
    await expect(opened('late-fee', { actor: stranger })).rejects.toMatchObject({ code: 'access.denied' })
    await expect(opened('late-fee', {}, 'r-unknown')).rejects.toMatchObject({ code: 'retrieval.unknown' })
    const { entries } = await settled(cuecard.audit?.entries({ kind: 'adoption' }) ?? Promise.reject())
    expect(entries).toEqual([])
  })

  test('is not given once it is no longer in force, though the copy has it still', async () => {
    const end = '2026-01-06T00:00:00.000Z'
    const file = join(folder, 'own.jsonl')
    const [late] = articles.filter(({ id }) => id === 'late-fee')
    writeFileSync(file, `${JSON.stringify({ ...late, availability: { end } })}\n`)
    const { opened, clock } = await shown({ sources: [{ file }] })
    expect((await opened('late-fee')).contentId).toBe('late-fee')
    clock.jump(Date.parse(end) - clock.wallTime())
    await expect(opened('late-fee')).rejects.toMatchObject({ code: 'article.unknown' })
  })

  test('needs a record', async () => {
    const { synced, retrieve, cuecard, settled } = await startMirrored()
    await synced()
    const { retrievalId } = await retrieve(question)
    await expect(settled(cuecard.article(retrievalId, 'late-fee'))).rejects.toMatchObject({
      code: 'record.off',
    })
  })
})

describe('Genesys gone from the start of an interaction', () => {
  const turns = ['Hello, I paid my bill a week late', 'I would like the late payment fee refunded']

  test.each(['outage', 'hang'] as const)(
    'by %s, an agent gets the first card of `mirror search`, in time',
    async (fault) => {
      const path = join(folder, 'mirror.db')
      const all = { sources: only('assist-content', 'knowledge-search', 'copilot-suggestions') }
      const { clock, cuecard, retrieve, synced, settled, simulator } = await startMirrored(
        {},
        { config: all },
      )
      await synced()
      simulator.setFaults(faultPreset(fault))
      await clock.advance(2 * 3_600_000)
      for (const utterance of turns)
        await settled(cuecard.updateContext('i-9', { utterance, tags: ['fees'] }))
      const asked = { interactionId: 'i-9', entityIds: undefined, query: undefined, contextTags: undefined }
      const reply = await retrieve(asked)
      const found = await searchMirror(parseMirrorConfig({ mirror: { path } }), {
        clock,
        audienceOf: audiencesOf([]),
        turns: turns.map((text) => ({ speaker: 'customer', text })),
        request: { interactionId: 'other', agentId: 'cli', contextTags: ['fees'] },
      })
      expect(reply.items[0]).toEqual(found.items[0])
      expect(reply.items[0]?.contentId).toBe('late-fee')
      expect(reply.timings.totalMs).toBeLessThanOrEqual(200)
      expect(reply.freshness.status).toBe('mirror')
      expect(reply.freshness.ageSeconds).toBeGreaterThanOrEqual(7200)
      expect(reply.degraded).not.toBeNull()
    },
  )

  test('the copy on disk answers a process that never reached Genesys', async () => {
    const first = await startMirrored()
    await first.synced()
    await close.pop()?.()
    const second = await startMirrored({}, { simulator: { faultPlan: faultPreset('outage') } })
    const reply = await second.retrieve(question)
    expect(reply.items[0]).toMatchObject({ contentId: 'late-fee', source: 'mirror' })
    const { mirror, genesys } = await second.settled(second.cuecard.health())
    expect(mirror).toMatchObject({ ok: true, essential: false })
    expect(genesys?.ok).toBe(false)
  })
})

describe('what may be shown', () => {
  const restricted = {
    sources: only('knowledge-search'),
    audiences: [
      { name: 'loans', agents: ['bob'], categories: ['loans'] },
      { name: 'rest', labels: [] },
    ],
  }

  test('is judged before the limit: who may see one article of many gets that one', async () => {
    const filler = Array.from({ length: 300 }, (_, index) =>
      article(`f-${index}`, `Fee ${index} of the mortgage`, 'The fee of the mortgage.', {
        category: 'cards',
      }),
    )
    const mine = article('mine', 'Mortgage', 'Costs a fee.', { category: 'loans' })
    const options = { config: restricted, articles: [...filler, mine] }
    const { retrieve, synced } = await startMirrored({}, options)
    await synced()
    const reply = await retrieve({ ...question, agentId: 'bob', query: 'fee of the mortgage', maxResults: 1 })
    expect(reply.items.map(({ contentId }) => contentId)).toEqual(['mine'])
    expect(reply.complianceFlags).toEqual({ accessValidated: true, availabilityChecked: true })
  })

  test('what another source has withdrawn is not shown, nor is what the sync finds gone from any cache', async () => {
    const { retrieve, synced, simulator, clock } = await startMirrored({
      trustedSeconds: 1,
      sweepSeconds: 60,
    })
    await synced()
    await clock.advance(2000)
    const live = await retrieve(question)
    expect(live.items.map(({ source }) => source)).toContain('knowledge-search')
    simulator.setArticles(articles.filter(({ id }) => id !== 'late-fee'))
    await clock.advance(290_000)
    await synced()
    await clock.advance(2000)
    const reply = await retrieve(question)
    expect(reply.items.map(({ contentId }) => contentId)).not.toContain('late-fee')
  })

  test('an empty answer says that there is something that may not be shown', async () => {
    const { retrieve, synced } = await startMirrored({}, { config: restricted })
    await synced()
    const reply = await retrieve({ ...question, query: 'block a lost card', agentId: 'bob' })
    expect(reply.items).toEqual([])
    expect(reply.degraded?.code).toBe('nothing.eligible')
  })
})

describe('own articles', () => {
  test('are served beside those of Genesys, and in force only from and until their time', async () => {
    const file = join(folder, 'own.jsonl')
    const own = (id: string, availability: object) =>
      JSON.stringify({ id, title: `Refund policy ${id}`, body: 'Refund of fees.', availability })
    writeFileSync(
      file,
      [
        own('now', { start: '2026-01-05T09:00:00Z', end: '2026-01-05T10:00:00Z' }),
        own('later', { start: '2026-01-05T09:30:00Z' }),
      ].join('\n'),
    )
    const mirror = { sources: [{ genesys: true as const }, { file }], intervalSeconds: 86_400 }
    const { retrieve, synced, clock } = await startMirrored(mirror)
    await synced()
    const idsOf = async () =>
      (await retrieve({ ...question, query: 'refund policy' })).items.map(({ contentId }) => contentId)
    const atFirst = await idsOf()
    expect(atFirst).toEqual(expect.arrayContaining(['now', 'late-fee']))
    expect(atFirst).not.toContain('later')
    await clock.advance(30 * 60_000)
    expect(await idsOf()).toEqual(expect.arrayContaining(['now', 'later']))
    await clock.advance(30 * 60_000)
    expect(await idsOf()).not.toContain('now')
  })
})

describe('the file', () => {
  test('a damaged one is left alone: agents are served without it, and health says what to do', async () => {
    const path = join(folder, 'mirror.db')
    writeFileSync(path, 'no database at all '.repeat(100))
    const { retrieve, cuecard, settled } = await startMirrored()
    expect((await retrieve(question)).freshness.status).toBe('fresh')
    const { mirror } = await settled(cuecard.health())
    expect(mirror).toMatchObject({ ok: false, essential: false })
    expect(mirror?.message).toContain('cuecard mirror sync --full')
    expect(readFileSync(path, 'utf8')).toMatch(/^no database/)
  })
})
