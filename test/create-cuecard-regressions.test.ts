// What the first hostile reading of the library found, held so that it stays mended.
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { audiencesOf } from '../src/access/audience.ts'
import { CuecardError } from '../src/errors.ts'
import { tutorialProfile } from '../src/ranking/profile.ts'
import type { ContentSource } from '../src/retrieval/content-source.ts'
import { judgeAndRank } from '../src/retrieval/judge-and-rank.ts'
import { makeAnswer, makeInquiry, makeItem } from './retrieval/make-inquiry.ts'
import { only, start } from './retrieval/start-cuecard.ts'

const assistOnly = { config: { sources: only('assist-content') } }

describe('the context of an interaction', () => {
  test('one id in two spellings is one interaction', async () => {
    const { settled, cuecard } = await start({ config: { sources: only('assist-content') } })
    const boosted = async (interactionId: string) => {
      const asked = { interactionId, agentId: 'ann', entityIds: ['product:credit-card'] }
      const { items } = await settled(cuecard.retrieve(asked))
      return items.find(({ contentId }) => contentId === 'lost-card')?.explanation[1]?.value
    }
    expect(await boosted(' Jose\u0301')).toBe(0)
    await cuecard.updateContext('Jos\u00e9 ', { tags: ['security'] })
    expect(await boosted(' Jose\u0301')).toBe(1)
    expect(await boosted('Jos\u00e9')).toBe(1)
  })

  test('in whatever spelling, a change forgets what was cached for it', async () => {
    const { retrieve, cuecard, calls } = await start({ config: { sources: only('assist-content') } })
    await retrieve({ interactionId: 'Jos\u00e9' })
    const spent = calls()
    await cuecard.updateContext(' Jose\u0301 ', { tags: ['security'] })
    await retrieve({ interactionId: 'Jos\u00e9' })
    expect(calls()).toBe(spent + 1)
  })
})

describe('replies', () => {
  test('what a caller does to an empty reply, no other one shows', async () => {
    const { retrieve } = await start(assistOnly)
    const nothingAsked = await retrieve({ entityIds: undefined })
    for (const list of [nothingAsked.items, nothingAsked.refused])
      try {
        ;(list as unknown[]).push({ contentId: 'of someone else' })
      } catch {
        // Frozen: as good as a copy.
      }
    const other = await retrieve({ entityIds: undefined, agentId: 'bob' })
    expect([other.items, other.refused]).toEqual([[], []])
  })

  test('who gave up before the beginning gets no answer, not even from the cache', async () => {
    const { retrieve } = await start(assistOnly)
    await retrieve()
    await expect(retrieve({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
  })

  test('the time of an earlier call is not told as that of this one', async () => {
    const wiki: ContentSource = {
      name: 'wiki',
      key: ({ query }) => query,
      retrieve: async () => makeAnswer([]),
    }
    const { retrieve } = await start({ ...assistOnly, ports: { sources: [wiki] } })
    expect((await retrieve()).timings.upstreamMs).toBe(20)
    expect((await retrieve({ query: 'another question' })).timings.upstreamMs).toBe(0)
  })

  test('a source of the caller that throws anything costs nothing of the others', async () => {
    const buggy: ContentSource = {
      name: 'wiki',
      key: () => 'key',
      retrieve: () => {
        throw new TypeError('a defect of the plug-in')
      },
    }
    const { retrieve } = await start({ ports: { sources: [buggy] } })
    expect((await retrieve()).items.length).toBeGreaterThan(0)
  })
})

test('closing closes the transport once', async () => {
  let closed = 0
  const transport = {
    send: () => Promise.reject(new Error('not reached')),
    close: async () => {
      closed++
    },
  }
  const { cuecard } = await start({ ports: { transport } })
  await Promise.all([cuecard.close(), cuecard.close()])
  expect(closed).toBe(1)
})

describe('copies of one item in several sources', () => {
  const suggestion = makeItem({ source: 'copilot-suggestions', labels: null })

  test('a source that does not know the labels does not overrule one that does', () => {
    const audience = audiencesOf([{ name: 'retail', labels: ['retail'] }])('a', undefined)
    const answers = [makeAnswer([makeItem({ labels: ['retail'] })]), makeAnswer([suggestion])]
    expect(judgeAndRank(answers, makeInquiry({ audience }), tutorialProfile, 0).items).toHaveLength(1)
  })

  test('a source that calls a procedure an article does not hide it from who asks for procedures', () => {
    const answers = [makeAnswer([makeItem({ contentType: 'procedure' })]), makeAnswer([suggestion])]
    const inquiry = makeInquiry({ contentTypes: ['procedure'] })
    expect(judgeAndRank(answers, inquiry, tutorialProfile, 0).items).toHaveLength(1)
  })

  test('within one source they are copies too', () => {
    const answers = [makeAnswer([makeItem(), makeItem({ state: 'Archived' })])]
    expect(judgeAndRank(answers, makeInquiry(), tutorialProfile, 0).items).toEqual([])
  })
})

test('an item out of its window is not shown through a source that knows no windows, while the one that does is down', async () => {
  const { retrieve, simulator } = await start()
  const asked = { query: 'early repayment of a mortgage', entityIds: ['product:mortgage'] }
  const ids = async (more = {}) =>
    (await retrieve({ ...asked, ...more })).items.map(({ contentId }) => contentId)
  expect(await ids()).not.toContain('mortgage')
  simulator.setFaults({
    rules: [{ match: { operation: 'assist-content' }, fault: { kind: 'status', status: 500 } }],
  })
  expect(await ids({ interactionId: 'other' })).not.toContain('mortgage')
})

test('two sources of one name are refused: they would share answers', async () => {
  const source: ContentSource = {
    name: 'knowledge-search',
    key: () => 'key',
    retrieve: async () => makeAnswer([]),
  }
  await expect(start({ ports: { sources: [source] } })).rejects.toMatchObject({ code: 'config.invalid' })
})

test('a source that this client may not ask costs one call in half a minute, not one a question', async () => {
  const { retrieve, simulator, clock } = await start(assistOnly)
  simulator.setFaults({
    rules: [{ match: { operation: 'assist-content' }, fault: { kind: 'missing-permission' } }],
  })
  const asked = () =>
    Object.values(simulator.stats().calls['assist-content'] ?? {}).reduce((sum, n) => sum + n, 0)
  for (const entity of ['a', 'b', 'c']) {
    const { degraded } = await retrieve({ entityIds: [entity] })
    expect(degraded).toMatchObject({
      code: 'genesys.forbidden',
      message: expect.stringContaining('permission'),
    })
  }
  expect(asked()).toBe(1)
  simulator.setFaults(undefined)
  await clock.advance(30_000)
  expect((await retrieve({ entityIds: ['product:credit-card'] })).items.length).toBeGreaterThan(0)
})

test('what is thrown that is no error does not travel on as a cause', () => {
  const { cause } = new CuecardError('source.failed', 'It failed', {}, { token: 'secret' })
  expect(inspect(cause)).not.toContain('secret')
})

test('who may see an item is judged when the reply is made: an interaction that is moved meanwhile counts', async () => {
  const audiences = [
    { name: 'cards', queues: ['cards-queue'] },
    { name: 'rest', categories: ['nothing'] },
  ]
  const { cuecard, settled } = await start({ config: { ...assistOnly.config, audiences } })
  await cuecard.updateContext('c-1', { queueId: 'cards-queue' })
  const reply = cuecard.retrieve({ interactionId: 'c-1', agentId: 'ann', entityIds: ['product:credit-card'] })
  await cuecard.updateContext('c-1', { queueId: 'other-queue' })
  expect((await settled(reply)).items).toEqual([])
})

test('a login host that is over its quota is left alone as long as it says', async () => {
  const { retrieve, simulator, clock } = await start(assistOnly)
  const limited = { kind: 'rate-limit', retryAfterSeconds: 60 } as const
  simulator.setFaults({ rules: [{ match: { operation: 'token' }, fault: limited }] })
  const logins = () => Object.values(simulator.stats().calls.token ?? {}).reduce((sum, n) => sum + n, 0)
  for (const entity of ['a', 'b', 'c', 'd']) {
    await retrieve({ entityIds: [entity] })
    await clock.advance(10_000)
  }
  expect(logins()).toBe(1)
})

test('a change of context during an outage leaves what was known of the interaction, marked stale', async () => {
  const { retrieve, cuecard, simulator, calls } = await start(assistOnly)
  expect((await retrieve()).freshness.status).toBe('fresh')
  simulator.setFaults({ rules: [{ match: { operation: 'assist-content' }, fault: { kind: 'outage' } }] })
  await cuecard.updateContext('c-1', { utterance: { speaker: 'agent', text: 'One moment, please.' } })
  const { items, freshness, degraded } = await retrieve()
  expect(items.length).toBeGreaterThan(0)
  expect([freshness.status, degraded]).toEqual(['stale', null])
  const spent = calls()
  await cuecard.updateContext('c-1', {})
  await retrieve()
  expect(calls()).toBe(spent)
})
