// The library as a whole, against the simulator: replies, freshness, context, audiences, giving up, closing.
import { describe, expect, test } from 'vitest'
import { createCuecard } from '../src/create-cuecard.ts'
import { CuecardError } from '../src/errors.ts'
import type { ContentSource } from '../src/retrieval/content-source.ts'
import type { Retrieval } from '../src/retrieval/retrieval.ts'
import { makeAnswer, makeItem } from './retrieval/make-inquiry.ts'
import { access, only, request, start } from './retrieval/start-cuecard.ts'
import { article, articles } from './simulator/sample-organisation.ts'

const idsOf = (reply: Retrieval) => reply.items.map(({ contentId }) => contentId)
const second = 1000

describe('a reply', () => {
  test('is complete, key by key', async () => {
    const { retrieve } = await start()
    const reply = await retrieve()
    expect(reply).toEqual({
      retrievalId: 'r-1',
      interactionId: 'c-1',
      items: expect.any(Array),
      freshness: { status: 'fresh', ageSeconds: 0, source: 'assist-content' },
      degraded: null,
      complianceFlags: { accessValidated: false, availabilityChecked: true },
      profile: 'tutorial',
      timings: { totalMs: expect.any(Number), upstreamMs: 20, queuedMs: 0 },
      refused: expect.arrayContaining([
        { contentId: 'draft-fees', source: 'assist-content', reason: 'draft' },
        { contentId: 'old-fees', source: 'assist-content', reason: 'archived' },
      ]),
    })
    expect(reply.timings.totalMs).toBeLessThan(200)
    expect(reply.items[0]).toEqual({
      contentId: 'late-fee',
      title: 'Refunding a late payment fee',
      snippet: 'Refund the late fee once a year. Open the account Press Refund See the policy.',
      url: 'https://kb.example.com/late-fee',
      contentType: 'article',
      language: 'en',
      tags: ['fees', 'refund'],
      isCompliant: true,
      relevanceScore: expect.any(Number),
      score: expect.any(Number),
      explanation: [
        { feature: 'relevance', value: expect.any(Number), weight: 1, contribution: expect.any(Number) },
        { feature: 'matchingTags', value: 1, weight: 0.15, contribution: 0.15 },
        { feature: 'compliance', value: 1, weight: 0.2, contribution: 0.2 },
      ],
      source: 'assist-content',
      version: '3',
      updatedAt: '2025-11-02T08:00:00Z',
    })
    const [{ relevanceScore, score } = { relevanceScore: 0, score: 0 }] = reply.items
    expect(score).toBe(relevanceScore + 0.15 + 0.2)
    expect(JSON.parse(JSON.stringify(reply))).toEqual(reply)
  })

  test('each has its own id; the same request again costs no call', async () => {
    const { retrieve, calls } = await start()
    const first = await retrieve()
    const before = calls()
    const again = await retrieve()
    expect([first.retrievalId, again.retrievalId]).toEqual(['r-1', 'r-2'])
    expect(again.items).toEqual(first.items)
    expect(again.timings).toEqual({ totalMs: 0, upstreamMs: 0, queuedMs: 0 })
    expect(calls()).toBe(before)
  })

  test('has items of every source, each content once', async () => {
    const { retrieve } = await start()
    const { items } = await retrieve({ maxResults: 50 })
    const ids = items.map(({ contentId }) => contentId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining(['late-fee', 'lost-card']))
    for (const source of ['assist-content', 'knowledge-search', 'copilot-suggestions'] as const) {
      const alone = await start({ config: { sources: only(source) } })
      const reply = await alone.retrieve()
      expect(new Set(reply.items.map((item) => item.source))).toEqual(new Set([source]))
    }
  })

  test('an empty list says why', async () => {
    const { retrieve } = await start()
    const nothing = { entityIds: ['x:y'], query: 'zzzz', contextTags: undefined, interactionId: 'unknown' }
    expect(await retrieve(nothing)).toMatchObject({
      items: [],
      freshness: { status: 'fresh' },
      degraded: { code: 'nothing.found' },
      complianceFlags: { accessValidated: false, availabilityChecked: false },
    })
    const all = { filters: { contentTypes: ['procedure'], minRelevanceScore: 1 } }
    expect(await retrieve(all)).toMatchObject({ items: [], degraded: { code: 'nothing.eligible' } })
    const asksNobody = await start({ config: { sources: only('assist-content') } })
    expect(await asksNobody.retrieve({ entityIds: undefined })).toMatchObject({
      items: [],
      freshness: { status: 'none', ageSeconds: null, source: null },
      degraded: { code: 'nothing.asked' },
    })
  })

  test('what a caller does to one reply, no other one shows', async () => {
    const { retrieve } = await start()
    const spoil = (reply: Retrieval) => {
      for (const list of [reply.items, reply.refused, reply.items[0]?.tags, reply.items[0]?.explanation])
        try {
          ;(list as unknown[]).length = 0
        } catch {
          // Frozen: as good as a copy.
        }
      for (const part of [reply.freshness, reply.timings, reply.complianceFlags, reply.items[0] ?? {}])
        try {
          Object.assign(part, { status: 'x', title: 'x', totalMs: -1, accessValidated: 'x' })
        } catch {
          // Frozen too.
        }
    }
    await retrieve()
    const before = structuredClone(await retrieve())
    spoil(await retrieve())
    const after = await retrieve()
    expect({ ...after, retrievalId: before.retrievalId }).toEqual(before)
  })
})

describe('a request that is refused', () => {
  test.each([
    [{ language: 'x_y' }],
    [{ maxResults: 0 }],
    [{ entityIds: [] }],
    [{ unknown: 1 }],
    [{ query: 'a\u0000b' }],
    [{ entityIds: undefined, query: undefined, contextTags: undefined }],
  ])('sends nothing: %o', async (more) => {
    const { retrieve, sent } = await start()
    await expect(retrieve(more as object)).rejects.toMatchObject({ code: 'request.invalid' })
    expect(sent).toEqual([])
  })

  test('is refused by a promise, not by a throw', async () => {
    const { cuecard } = await start()
    for (const bad of [null, undefined, 1, {}]) {
      const promise = cuecard.retrieve(bad as never)
      await expect(promise).rejects.toBeInstanceOf(CuecardError)
    }
  })

  test('one that says nothing is accepted where the interaction is known', async () => {
    const { retrieve, cuecard } = await start()
    const silent = { entityIds: undefined, query: undefined, contextTags: undefined }
    await expect(retrieve(silent)).rejects.toMatchObject({
      code: 'request.invalid',
      details: { field: 'query' },
    })
    await cuecard.updateContext('c-1', { utterance: 'I lost my card' })
    expect(idsOf(await retrieve(silent))).toContain('lost-card')
  })
})

describe('what the caller does with its request afterwards', () => {
  test('changes neither what is sent, nor what is remembered', async () => {
    const { cuecard, settled, sent, clock, retrieve } = await start({
      config: { sources: only('assist-content') },
    })
    const mine = { ...request, entityIds: ['product:credit-card'], contextTags: ['fees'] }
    const promise = cuecard.retrieve(mine)
    mine.entityIds[0] = 'product:mortgage'
    mine.contextTags.push('other')
    expect(idsOf(await settled(promise))).toContain('late-fee')
    // The answer goes stale, and is refreshed by what was asked, not by what became of it.
    await clock.advance(300 * second)
    await retrieve()
    await clock.advance(100)
    const asked = sent
      .filter(({ url }) => url.includes('agentassist'))
      .map(({ body }) => JSON.parse(body ?? '').entityIds)
    expect(asked).toEqual([['product:credit-card'], ['product:credit-card']])
  })
})

describe('freshness', () => {
  const cache = { ttlSeconds: 10, staleSeconds: 10, graceSeconds: 60 }
  const config = { cache, sources: only('assist-content') }

  test('fresh, then stale while it is refreshed, then fresh again', async () => {
    const { retrieve, clock, calls } = await start({ config })
    await retrieve()
    await clock.advance(9900)
    expect((await retrieve()).freshness).toEqual({
      status: 'fresh',
      ageSeconds: 9.9,
      source: 'assist-content',
    })
    await clock.advance(100)
    const stale = await retrieve()
    expect(stale.freshness).toEqual({ status: 'stale', ageSeconds: 10, source: 'assist-content' })
    expect(stale.timings.totalMs).toBe(0)
    expect(stale.items.length).toBeGreaterThan(0)
    await clock.advance(100)
    const fresh = await retrieve()
    expect(fresh.freshness.status).toBe('fresh')
    expect(fresh.freshness.ageSeconds).toBeLessThan(1)
    expect(calls()).toBe(2)
  })

  test('with Genesys down: stale as long as it may be kept, then none, and each says why', async () => {
    const { retrieve, clock, simulator } = await start({ config })
    const before = idsOf(await retrieve())
    simulator.setFaults({ rules: [{ fault: { kind: 'outage' } }] })
    for (let t = 10; t < 80; t += 10) {
      await clock.advance(10 * second - 200)
      const reply = await retrieve()
      expect(reply.freshness.status, `after ${t} s`).toBe(
        reply.freshness.ageSeconds === null ? 'none' : reply.freshness.ageSeconds < 10 ? 'fresh' : 'stale',
      )
      expect(idsOf(reply), `after ${t} s`).toEqual(before)
      expect(reply.timings.totalMs).toBeLessThanOrEqual(200)
    }
    await clock.advance(20 * second)
    const late = await retrieve()
    expect(late).toMatchObject({ items: [], freshness: { status: 'none', ageSeconds: null, source: null } })
    expect(late.degraded?.code).toMatch(/^(genesys\.unavailable|breaker\.open|deadline\.exceeded)$/)
    expect(late.degraded?.message).toMatch(/^assist-content: .+[^.]$/)
    simulator.setFaults(undefined)
    await clock.advance(60 * second)
    expect(await retrieve()).toMatchObject({ freshness: { status: 'fresh' }, degraded: null })
  })

  test('an item is judged when it is shown: one that expires between two cached replies is gone in the second', async () => {
    const { retrieve, clock, calls } = await start({
      config,
      articles: [
        article('flash', 'Late fee waiver', 'Today no late fee.', {
          entityIds: ['product:credit-card'],
          availability: { start: '2026-01-05T09:00:03.000Z', end: '2026-01-05T09:00:06.000Z' },
        }),
      ],
    })
    const shownAt = async (ms: number) => {
      await clock.advance(ms - clock.now())
      const { items, refused } = await retrieve()
      return items[0]?.contentId ?? refused[0]?.reason
    }
    await retrieve()
    expect(await shownAt(2999)).toBe('not_yet_available')
    expect(await shownAt(3000)).toBe('flash')
    expect(await shownAt(5999)).toBe('flash')
    expect(await shownAt(6000)).toBe('expired')
    expect(calls()).toBe(1)
    clock.jump(-4 * second)
    expect(await shownAt(6001)).toBe('not_yet_available')
    clock.jump(2 * second)
    expect(await shownAt(6002)).toBe('flash')
  })

  test('what is withdrawn is gone with the next refresh', async () => {
    const { retrieve, clock, simulator } = await start({ config })
    expect(idsOf(await retrieve())).toContain('late-fee')
    simulator.setArticles(articles.filter(({ id }) => id !== 'late-fee'))
    await clock.advance(10 * second)
    expect(idsOf(await retrieve())).toContain('late-fee')
    await clock.advance(100)
    expect(idsOf(await retrieve())).not.toContain('late-fee')
  })

  test('what one source knows to be withdrawn, no other shows', async () => {
    const { retrieve, simulator, clock } = await start({ config: { cache } })
    expect(idsOf(await retrieve())).toContain('late-fee')
    simulator.setArticles(
      articles.map((one) => (one.id === 'late-fee' ? { ...one, state: 'Archived' } : one)),
    )
    await clock.advance(10 * second)
    await retrieve()
    await clock.advance(100)
    const reply = await retrieve()
    expect(idsOf(reply)).not.toContain('late-fee')
    expect(reply.refused).toContainEqual({
      contentId: 'late-fee',
      source: 'assist-content',
      reason: 'archived',
    })
  })
})

describe('the context of an interaction', () => {
  test('completes the request, ranks at once, and costs no other interaction its answers', async () => {
    const { retrieve, cuecard, calls } = await start({ config: { sources: only('assist-content') } })
    const plain = { contextTags: undefined, boostCompliance: false }
    const scoreOf = (reply: Retrieval, id: string) => reply.items.find(({ contentId }) => contentId === id)
    const before = scoreOf(await retrieve(plain), 'lost-card')
    await retrieve({ ...plain, interactionId: 'other' })
    expect(before?.score).toBe(before?.relevanceScore)
    await cuecard.updateContext('c-1', { tags: ['security', 'travel'] })
    const spent = calls()
    const other = await retrieve({ ...plain, interactionId: 'other' })
    expect(calls()).toBe(spent)
    expect(scoreOf(other, 'lost-card')?.explanation[1]?.value).toBe(0)
    const after = scoreOf(await retrieve(plain), 'lost-card')
    expect(calls()).toBe(spent + 1)
    expect(after?.score).toBe((after?.relevanceScore ?? 0) + 0.15)
  })

  test('its language, queue and last customer words stand in where the request is silent', async () => {
    const { retrieve, cuecard, sent } = await start({
      config: { sources: only('assist-content', 'knowledge-search') },
    })
    await cuecard.updateContext('c-1', { language: 'de', utterance: 'Meine Karte ist verloren' })
    await cuecard.updateContext('c-1', { utterance: { speaker: 'agent', text: 'Moment bitte' } })
    expect(idsOf(await retrieve({ query: undefined }))).toEqual(['karte'])
    const searches = sent.filter(({ url }) => url.includes('/search'))
    expect(searches.map(({ body }) => JSON.parse(body ?? '').query)).toEqual(['Meine Karte ist verloren'])
    const own = await retrieve({ language: 'en', query: 'lost card' })
    expect(idsOf(own)).toContain('lost-card')
  })

  test('is refused in one sentence, and then nothing changes', async () => {
    const { cuecard, retrieve, calls } = await start()
    await retrieve()
    const spent = calls()
    await expect(cuecard.updateContext('c-1', { tags: [''] })).rejects.toMatchObject({
      code: 'request.invalid',
      message: 'tags[0]: must have 1 to 128 characters',
    })
    await retrieve()
    expect(calls()).toBe(spent)
  })
})

describe('audiences', () => {
  const staff = article('staff-note', 'Refund limits of the late fee', 'Staff may refund 50.', {
    labels: ['staff'],
    entityIds: ['product:credit-card'],
  })
  const rules = [
    { name: 'staff', agents: ['ann'] },
    { name: 'fraud', queues: ['q-fraud'], labels: ['staff'] },
    { name: 'retail', agents: ['bob'], labels: ['retail', 'compliant', 'fees', 'refund'] },
  ]
  const all = { articles: [...articles, staff] }

  test.each(['audience', 'interaction'] as const)(
    'sharing per %s, what one fetched the other never gets',
    async (share) => {
      const { retrieve } = await start({
        ...all,
        config: {
          audiences: rules,
          sources: { ...only('knowledge-search'), 'assist-content': { enabled: true, share } },
        },
      })
      for (const agentId of ['ann', 'bob', 'eve', 'ann', 'bob', 'eve']) {
        const reply = await retrieve({ agentId })
        expect(reply.complianceFlags.accessValidated).toBe(true)
        expect(idsOf(reply).includes('staff-note'), agentId).toBe(agentId === 'ann')
        if (agentId === 'eve') {
          expect(reply).toMatchObject({ items: [], degraded: { code: 'nothing.eligible' } })
          expect(new Set(reply.refused.map(({ reason }) => reason))).toEqual(new Set(['audience']))
        }
      }
    },
  )

  test('a call transferred to another queue is at once in the audience of that queue', async () => {
    const { retrieve, cuecard } = await start({
      ...all,
      config: { audiences: rules, sources: only('knowledge-search', 'assist-content') },
    })
    const sees = async () => idsOf(await retrieve({ agentId: 'eve' })).includes('staff-note')
    expect(await sees()).toBe(false)
    await cuecard.updateContext('c-1', { queueId: 'q-fraud' })
    expect(await sees()).toBe(true)
    await cuecard.updateContext('c-1', { queueId: 'q-cards' })
    expect(await sees()).toBe(false)
  })
})

describe('calls to Genesys', () => {
  test('a thousand at once for one cold key are one call', async () => {
    const { cuecard, settled, sent } = await start({ config: { sources: only('assist-content') } })
    const replies = await settled(Promise.all(Array.from({ length: 1000 }, () => cuecard.retrieve(request))))
    expect(replies.every(({ items }) => items.length > 0)).toBe(true)
    expect(sent.map(({ url }) => new URL(url).pathname)).toEqual([
      '/oauth/token',
      '/api/v2/agentassist/content/retrieve',
    ])
    expect(new Set(replies.map(({ retrievalId }) => retrievalId)).size).toBe(1000)
  })

  test('a thousand agents in a thousand interactions share one call per audience', async () => {
    const sources = { ...only(), 'assist-content': { enabled: true, share: 'audience' as const } }
    const { cuecard, settled, calls } = await start({ config: { sources } })
    const asked = Array.from({ length: 1000 }, (_, n) =>
      cuecard.retrieve({ ...request, interactionId: `i-${n}`, agentId: `a-${n}` }),
    )
    expect((await settled(Promise.all(asked))).every(({ items }) => items.length > 0)).toBe(true)
    expect(calls()).toBe(1)
  })

  test('an organisation without assist-content loses nothing of the others, and is asked ever more rarely', async () => {
    const { retrieve, clock, calls } = await start({ simulator: { assistContent: false } })
    const first = await retrieve()
    expect(idsOf(first)).toEqual(expect.arrayContaining(['late-fee', 'lost-card']))
    expect(first.freshness.status).toBe('fresh')
    await clock.advance(59 * second)
    expect((await retrieve({ entityIds: ['other'] })).degraded).toBeNull()
    expect(calls('agentassist')).toBe(1)
    await clock.advance(2 * second)
    await retrieve({ entityIds: ['later'] })
    expect(calls('agentassist')).toBe(2)
    await clock.advance(119 * second)
    expect((await retrieve({ entityIds: ['again'] })).degraded).toBeNull()
  })

  test('nothing that is secret or about the agent is sent', async () => {
    const { retrieve, sent } = await start()
    await retrieve({ agentId: 'agent-name' })
    for (const { url, body } of sent) expect(`${url} ${body}`).not.toMatch(/agent-name|simulator-secret/)
  })

  test('warming up signs in and finds the knowledge bases; the first retrieval then asks only what it must', async () => {
    const { cuecard, settled, retrieve, sent } = await start()
    await settled(cuecard.warmUp())
    expect(sent.map(({ url }) => new URL(url).pathname)).toEqual([
      '/oauth/token',
      '/api/v2/knowledge/knowledgebases',
    ])
    await retrieve()
    expect(sent).toHaveLength(5)
    expect(cuecard.stats()).toMatchObject({
      genesysCalls: 4,
      quotaRemaining: 99_996,
      quotaPerMinute: 100_000,
      sources: { 'assist-content': { misses: 1, fresh: 0, flights: 1, breaker: 'closed' } },
    })
  })
})

describe('giving up', () => {
  test('ends the wait at once', async () => {
    const { cuecard, clock, sent } = await start({ simulator: { latency: { fixedMs: 100 } } })
    const controller = new AbortController()
    const outcome = expect(cuecard.retrieve(request, { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    })
    await clock.advance(10)
    controller.abort()
    await outcome
    expect(sent.length).toBeGreaterThan(0)
  })

  test('does not end a call that others wait for', async () => {
    const { cuecard, clock, settled, calls } = await start({
      config: { sources: only('assist-content') },
      simulator: { latency: { fixedMs: 50 } },
    })
    const controllers = Array.from({ length: 10 }, () => new AbortController())
    const given = controllers.map(({ signal }) =>
      cuecard.retrieve(request, { signal }).then(
        () => 'answered',
        (error) => error.code,
      ),
    )
    const stays = cuecard.retrieve(request)
    await clock.advance(60)
    for (const controller of controllers) controller.abort()
    expect(new Set(await Promise.all(given))).toEqual(new Set(['aborted']))
    expect((await settled(stays)).items.length).toBeGreaterThan(0)
    expect(calls()).toBe(1)
  })

  test('by one who was first does not spoil the next one', async () => {
    const { cuecard, clock, retrieve } = await start({ config: { sources: only('assist-content') } })
    const controller = new AbortController()
    const outcome = expect(cuecard.retrieve(request, { signal: controller.signal })).rejects.toThrow(
      CuecardError,
    )
    await clock.advance(1)
    controller.abort()
    await outcome
    expect((await retrieve()).items.length).toBeGreaterThan(0)
  })

  test('before the beginning sends nothing', async () => {
    const { retrieve, sent } = await start()
    await expect(retrieve({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
    expect(sent).toEqual([])
  })
})

describe('sources of the caller', () => {
  const custom = (more: Partial<ContentSource> = {}): ContentSource => ({
    name: 'wiki',
    key: ({ query }) => query,
    retrieve: () => makeAnswer([makeItem({ contentId: 'w-1', source: 'wiki' })], { fetchedAt: 0 }),
    ...more,
  })

  test('stand beside the ones that ship, cached like them', async () => {
    let asked = 0
    const source = custom({
      retrieve: () => {
        asked++
        return makeAnswer([makeItem({ contentId: 'w-1', source: 'wiki' })])
      },
    })
    const { retrieve, cuecard } = await start({ ports: { sources: [source] } })
    expect(idsOf(await retrieve())).toContain('w-1')
    await retrieve()
    expect(asked).toBe(1)
    expect(Object.keys(cuecard.stats().sources)).toContain('wiki')
  })

  test('one that fails costs nothing of the others', async () => {
    const failing = custom({
      retrieve: () => {
        throw new CuecardError('genesys.unavailable', 'The wiki is down')
      },
    })
    const { retrieve } = await start({ ports: { sources: [failing] } })
    const reply = await retrieve()
    expect(idsOf(reply)).toContain('late-fee')
    expect(reply.degraded).toEqual({ code: 'genesys.unavailable', message: 'wiki: The wiki is down' })
  })

  test('one that never settles does not hold up the reply', async () => {
    const { retrieve } = await start({
      ports: { sources: [custom({ retrieve: () => new Promise(() => {}) })] },
    })
    const reply = await retrieve()
    expect(reply.timings.totalMs).toBeLessThanOrEqual(200)
    expect(reply.degraded).toEqual({
      code: 'deadline.exceeded',
      message: 'wiki: The source did not answer in time',
    })
    expect(idsOf(reply)).toContain('late-fee')
  })
})

describe('the end', () => {
  test('closing twice is harmless; whoever calls later is refused', async () => {
    const { cuecard, retrieve } = await start()
    await retrieve()
    await Promise.all([cuecard.close(), cuecard.close()])
    await cuecard.close()
    const closed = { code: 'closed', message: 'cuecard was closed' }
    await expect(cuecard.retrieve(request)).rejects.toMatchObject(closed)
    await expect(cuecard.updateContext('c-1', { tags: ['a'] })).rejects.toMatchObject(closed)
    await expect(cuecard.warmUp()).rejects.toMatchObject(closed)
    expect(cuecard.stats().genesysCalls).toBeGreaterThan(0)
  })

  test('closing while somebody waits ends the wait', async () => {
    const { cuecard, clock, settled } = await start({ simulator: { latency: { fixedMs: 100 } } })
    const waiting = cuecard.retrieve(request)
    await clock.advance(10)
    await cuecard.close()
    const reply = await settled(waiting)
    expect(reply).toMatchObject({ items: [], freshness: { status: 'none' } })
    expect(reply.degraded?.code).toBe('closed')
  })
})

test.each([
  [{}, 'genesys'],
  [{ genesys: { ...access, apiUrl: undefined } }, 'genesys.region'],
  [{ genesys: { ...access, region: 'nowhere' } }, 'genesys.region'],
  [{ genesys: access, latencyBudgetMs: 1 }, 'latencyBudgetMs'],
  [{ genesys: access, ttl: 1 }, 'ttl'],
])('a configuration that breaks a rule is refused before anything is sent: %o', async (config, field) => {
  await expect(createCuecard(config as never)).rejects.toMatchObject({
    code: 'config.invalid',
    details: { field },
  })
})
