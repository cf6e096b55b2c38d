// Whatever Genesys does: an answer in time, never an empty list without a reason, and well again afterwards.
import { describe, expect, test } from 'vitest'
import { CuecardError } from '../src/errors.ts'
import type { Retrieval } from '../src/retrieval/retrieval.ts'
import { FAULTS, type FaultRule, faultPreset, type SimulatorOptions } from '../src/simulator/index.ts'
import { only, request, start } from './retrieval/start-cuecard.ts'

const budgetMs = 200
const second = 1000

function expectHonest(reply: Retrieval): void {
  expect(reply.timings.totalMs).toBeLessThanOrEqual(budgetMs)
  const { status, ageSeconds, source } = reply.freshness
  if (status === 'none') expect([reply.items, ageSeconds, source]).toEqual([[], null, null])
  else expect([typeof ageSeconds, typeof source]).toEqual(['number', 'string'])
  if (reply.items.length > 0) return
  expect(reply.degraded?.message.length).toBeGreaterThan(10)
  expect(reply.degraded?.message).not.toMatch(/\.$|undefined|Invalid input|\[object/)
}

describe.each(FAULTS)('%s', (name) => {
  test('from the start: in time and honest, and well again once it is over', async () => {
    const { retrieve, simulator, clock } = await start({ simulator: { faultPlan: faultPreset(name) } })
    for (let n = 0; n < 20; n++) {
      expectHonest(
        await retrieve({ interactionId: `i-${n % 5}`, entityIds: [`e-${n}`, 'product:credit-card'] }),
      )
      await clock.advance(500)
    }
    simulator.setFaults(undefined)
    await clock.advance(90 * second)
    await retrieve()
    await clock.advance(5 * second)
    const well = await retrieve()
    expect(well).toMatchObject({ freshness: { status: 'fresh' }, degraded: null })
    expect(well.items.length).toBeGreaterThan(0)
  })

  test('met with a full cache: not one empty answer', async () => {
    const cache = { ttlSeconds: 10, staleSeconds: 20, graceSeconds: 600 }
    const { retrieve, simulator, clock } = await start({ config: { cache } })
    const shown = (await retrieve()).items.length
    simulator.setFaults(faultPreset(name))
    for (let n = 0; n < 30; n++) {
      await clock.advance(3 * second)
      const reply = await retrieve()
      expectHonest(reply)
      expect(reply.items.length, `after ${3 * (n + 1)} s`).toBeGreaterThanOrEqual(Math.min(shown, 1))
      expect(['fresh', 'stale']).toContain(reply.freshness.status)
    }
  })
})

test('a hundred agents at once while Genesys hangs: all in time, and Genesys is not flooded', async () => {
  const { cuecard, settled, calls } = await start({ simulator: { faultPlan: faultPreset('hang') } })
  const asked = Array.from({ length: 100 }, (_, n) =>
    cuecard.retrieve({ ...request, interactionId: `i-${n}`, agentId: `a-${n}`, entityIds: [`e-${n}`] }),
  )
  for (const reply of await settled(Promise.all(asked))) expectHonest(reply)
  expect(calls()).toBeLessThanOrEqual(3 * 64)
})

test('over quota: in time, and never more calls than allowed in any minute', async () => {
  const quotaPerMinute = 30
  const { retrieve, clock, sent, simulator } = await start({
    genesys: { quotaPerMinute },
    simulator: { quotaPerMinute },
  })
  const times: number[] = []
  let seen = 0
  for (let n = 0; n < 200; n++) {
    expectHonest(await retrieve({ interactionId: `i-${n}`, entityIds: [`e-${n}`] }))
    for (; seen < sent.length; seen++) if (sent[seen]?.url.includes('/api/')) times.push(clock.now())
    await clock.advance(700)
  }
  for (const [n, time] of times.entries())
    expect((times[n + quotaPerMinute] ?? Number.POSITIVE_INFINITY) - time).toBeGreaterThan(59 * second)
  for (const statuses of Object.values(simulator.stats().calls)) expect(statuses['429']).toBeUndefined()
})

describe('what an operator reads', () => {
  test.each<[string, Partial<SimulatorOptions>, string, RegExp]>([
    ['a wrong secret', { clientSecret: 'another' }, 'oauth.rejected', /refused the client id or secret/],
    [
      'a missing permission',
      { permissions: [] },
      'genesys.forbidden',
      /permission agentassist:content:read is missing/,
    ],
    ['a missing scope', { scopes: ['knowledge'] }, 'oauth.scope_missing', /scope agentassist:content:read/],
  ])('%s is named', async (_name, simulator, code, message) => {
    const { retrieve } = await start({ simulator })
    const reply = await retrieve()
    expectHonest(reply)
    expect(reply.degraded?.code).toBe(code)
    expect(reply.degraded?.message).toMatch(message)
  })

  test('warming up while Genesys is down fails in a typed way, and a later retrieval tries again', async () => {
    const { cuecard, settled, simulator, clock, retrieve } = await start({
      simulator: { faultPlan: faultPreset('outage') },
    })
    await expect(settled(cuecard.warmUp({ timeoutMs: 1000 }))).rejects.toBeInstanceOf(CuecardError)
    simulator.setFaults(undefined)
    await clock.advance(10 * second)
    expect((await retrieve()).items.length).toBeGreaterThan(0)
  })

  test('no secret and no token is in any reply, whatever went wrong', async () => {
    for (const name of FAULTS) {
      const { retrieve, sent } = await start({ simulator: { faultPlan: faultPreset(name) } })
      const told = JSON.stringify([await retrieve(), await retrieve({ entityIds: ['other'] })])
      const tokens = sent.map(({ headers }) => headers.authorization?.split(' ')[1] ?? 'none')
      for (const secret of ['simulator-secret', ...tokens]) expect(told).not.toContain(secret)
    }
  })
})

describe('the reason that an agent reads', () => {
  const faulty = (fault: FaultRule['fault']) =>
    start({ config: { sources: only('knowledge-search') }, simulator: { faultPlan: { rules: [{ fault }] } } })

  test('of a call that failed, and is to be tried again later than anyone waits, is the failure', async () => {
    const { retrieve } = await faulty({ kind: 'status', status: 503, retryAfterSeconds: 1 })
    expect((await retrieve()).degraded?.code).toBe('genesys.unavailable')
  })

  test('of one that hangs is that it was late, and once calls are known to have hung, that Genesys is away', async () => {
    const { retrieve, clock } = await faulty({ kind: 'hang' })
    expect((await retrieve()).degraded?.code).toBe('deadline.exceeded')
    await clock.advance(4 * second)
    expect((await retrieve({ query: 'another question' })).degraded).toEqual({
      code: 'genesys.unavailable',
      message: 'knowledge-search: No answer in time, and its last call failed',
    })
  })

  test('of one that is merely slow stays that it was late', async () => {
    const { retrieve, clock } = await start({
      config: { sources: only('knowledge-search') },
      simulator: { latency: { fixedMs: 800 } },
    })
    for (const query of ['first question', 'second question', 'third question']) {
      expect((await retrieve({ query })).degraded?.code).toBe('deadline.exceeded')
      await clock.advance(4 * second)
    }
  })
})

test('an empty list is not called fresh while a source is away', async () => {
  const { retrieve } = await start({
    config: { sources: only('assist-content', 'knowledge-search') },
    simulator: {
      faultPlan: {
        rules: [{ match: { operation: 'assist-content' }, fault: { kind: 'status', status: 500 } }],
      },
    },
  })
  expect(await retrieve({ query: 'xyzzy plugh' })).toMatchObject({
    items: [],
    freshness: { status: 'none', ageSeconds: null, source: null },
    degraded: { code: 'genesys.unavailable' },
  })
})

test('who joins a call that is under way is told its own share of the waiting', async () => {
  const { cuecard, clock, settled } = await start({
    config: { sources: only('assist-content') },
    simulator: { latency: { fixedMs: 100 } },
  })
  const first = cuecard.retrieve(request)
  await clock.advance(120)
  const { timings } = await settled(cuecard.retrieve(request))
  await first
  expect(timings.upstreamMs).toBe(timings.totalMs)
  expect(timings.totalMs).toBeLessThan(100)
})

test('the health of Genesys tells of the token, and of the calls that fail though it holds', async () => {
  const { cuecard, retrieve, simulator, clock } = await start({
    config: { sources: only('knowledge-search') },
  })
  const health = async () => (await cuecard.health()).genesys
  await retrieve()
  const token = expect.stringMatching(/^The token holds for another \d+ s$/)
  expect(await health()).toEqual({ ok: true, essential: false, message: token })
  simulator.setFaults({ rules: [{ fault: { kind: 'status', status: 500 } }] })
  await retrieve({ query: 'question 0' })
  expect(await health()).toMatchObject({
    ok: false,
    message: expect.stringMatching(/^The token holds for .*; knowledge-search: the last call failed$/),
  })
  for (let n = 1; n < 8; n++) await retrieve({ query: `question ${n}` })
  expect((await health())?.message).toMatch(/; knowledge-search: the circuit breaker is open$/)
  simulator.setFaults(undefined)
  await clock.advance(10 * second)
  await retrieve({ query: 'the last question' })
  expect(await health()).toMatchObject({ ok: true, essential: false })
})
