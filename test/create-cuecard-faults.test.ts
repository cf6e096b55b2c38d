// Whatever Genesys does: an answer in time, never an empty list without a reason, and well again afterwards.
import { describe, expect, test } from 'vitest'
import { CuecardError } from '../src/errors.ts'
import type { Retrieval } from '../src/retrieval/retrieval.ts'
import { FAULTS, faultPreset, type SimulatorOptions } from '../src/simulator/index.ts'
import { request, start } from './retrieval/start-cuecard.ts'

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
