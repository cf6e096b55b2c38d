// Fault plans: what is refused, which requests a rule strikes, and that a seed makes the same run.

import { expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  createSimulator,
  FAULTS,
  type FaultPlan,
  type FaultRule,
  faultPreset,
  parseFaultPlan,
} from '../../src/simulator/index.ts'
import { articles, startSimulator } from './sample-organisation.ts'

const bases = '/api/v2/knowledge/knowledgebases'
const oops: FaultRule['fault'] = { kind: 'status', status: 500 }

test.each<[unknown, string]>([
  [{ rule: [] }, "The fault plan's rule: unknown key"],
  [[], 'The fault plan: must be an object'],
  [
    { rules: [{}] },
    "The fault plan's rules[0].fault: must have a kind, one of latency, status, rate-limit, hang",
  ],
  [
    { rules: [{ fault: { kind: 'flood' } }] },
    "The fault plan's rules[0].fault.kind: must have a kind, one of latency",
  ],
  [
    { rules: [{ share: 1.5, fault: { kind: 'hang' } }] },
    "The fault plan's rules[0].share: must be at most 1",
  ],
  [{ rules: [{ fault: { kind: 'hang', ms: 3 } }] }, "The fault plan's rules[0].fault.ms: unknown key"],
  [
    { rules: [{ match: { path: 'api' }, fault: { kind: 'hang' } }] },
    'rules[0].match.path: must start with "/"',
  ],
  [
    { rules: [{ match: { operation: 'search' }, fault: { kind: 'hang' } }] },
    'rules[0].match.operation: must be one of token',
  ],
  [{ rules: [{ fault: { kind: 'status', status: 200 } }] }, 'rules[0].fault.status: must be at least 400'],
  [{ latency: { medianMs: 5 } }, "The fault plan's latency: needs either fixedMs or both medianMs and p99Ms"],
  [{ latency: { fixedMs: 5, p99Ms: 5 } }, 'latency: needs either fixedMs or both'],
  [{ latency: {} }, 'latency: needs either fixedMs or both'],
  [{ latency: { medianMs: 5, p99Ms: 4 } }, 'latency: p99Ms must not be below medianMs'],
  [{ seed: 1.5 }, "The fault plan's seed: must be a whole number"],
])('%j is refused with the field at fault', (plan, message) => {
  expect(() => parseFaultPlan(plan)).toThrow(message)
  expect(() => parseFaultPlan(plan)).toThrow(expect.objectContaining({ code: 'config.invalid' }))
})

test('a plan can be written as YAML', () => {
  const plan = parse(`
seed: 7
latency: { medianMs: 80, p99Ms: 400 }
rules:
  - match: { method: POST, path: /api/v2/knowledge/**/search }
    share: 0.25
    fromMs: 60000
    fault: { kind: rate-limit, retryAfterSeconds: 20 }
`)
  expect(parseFaultPlan(plan).rules[0]).toMatchObject({ share: 0.25, first: 1 })
})

test('there is a preset for each kind of fault, and every preset is a valid plan', () => {
  const kinds = FAULTS.flatMap((name) =>
    parseFaultPlan(faultPreset(name)).rules.map(({ fault }) => fault.kind),
  )
  expect(new Set(kinds).size).toBe(12)
  expect(() => faultPreset('nonsense')).toThrow('There is no fault "nonsense"; there are slow, spikes')
})

test('options that break a rule are refused', () => {
  expect(() => createSimulator({ articles, quotaPerMinute: 0 })).toThrow('quotaPerMinute')
  expect(() => createSimulator({ articles, tokenLifetimeSeconds: 0.5 })).toThrow('tokenLifetimeSeconds')
  expect(() => createSimulator({ articles, latency: { medianMs: 3 } })).toThrow('latency needs either')
})

async function statuses(plan: FaultPlan, calls: number, between?: () => void): Promise<number[]> {
  const { get, simulator } = await startSimulator()
  simulator.setFaults(plan)
  const seen: number[] = []
  for (let call = 0; call < calls; call++) {
    seen.push((await get(bases)).status)
    between?.()
  }
  return seen
}

test('a rule strikes its share, the same requests for the same seed and others for another', async () => {
  const plan = (seed: number): FaultPlan => ({ seed, rules: [{ share: 0.3, fault: oops }] })
  const first = await statuses(plan(1), 250)
  const struck = first.filter((status) => status === 500).length
  expect(struck).toBeGreaterThan(50)
  expect(struck).toBeLessThan(100)
  expect(await statuses(plan(1), 250)).toEqual(first)
  expect(await statuses(plan(2), 250)).not.toEqual(first)
})

test('what a rule draws depends neither on other rules nor on other operations nor on time', async () => {
  const rule: FaultRule = { share: 0.5, fault: oops }
  const alone = await statuses({ rules: [{ share: 0, fault: oops }, rule] }, 100)
  const after = await statuses({ rules: [{ share: 0.5, fault: { kind: 'status', status: 503 } }, rule] }, 100)
  for (const [index, status] of after.entries()) if (status !== 503) expect(status).toBe(alone[index])
  expect(after).toContain(503)

  const { get, simulator, clock } = await startSimulator()
  simulator.setFaults({ rules: [{ share: 0, fault: oops }, rule] })
  const mixed: number[] = []
  for (let call = 0; call < 100; call++) {
    if (call % 3 === 0) await get('/api/v2/users/me')
    if (call % 7 === 0) await clock.advance(10)
    mixed.push((await get(bases)).status)
  }
  expect(mixed).toEqual(alone)
})

test('latencies follow the plan: lognormal by seed, or fixed for what a rule matches', async () => {
  const times = async (seed: number) => {
    const took: number[] = []
    const { get, simulator, clock } = await startSimulator({ onRequest: ({ ms }) => took.push(ms) })
    simulator.setFaults({ seed, latency: { medianMs: 80, p99Ms: 400 } })
    took.length = 0
    const all = Array.from({ length: 300 }, () => get(bases))
    await clock.advance(60_000)
    await Promise.all(all)
    return took.sort((a, b) => a - b)
  }
  const took = await times(3)
  expect(took[150]).toBeGreaterThan(65)
  expect(took[150]).toBeLessThan(95)
  expect(took[298]).toBeGreaterThan(250)
  expect(took[298]).toBeLessThan(900)
  expect(await times(3)).toEqual(took)
  expect(await times(4)).not.toEqual(took)
})

test('a rule holds in its time, from its first request and for its count', async () => {
  const { get, simulator, clock } = await startSimulator()
  simulator.setFaults({ rules: [{ fromMs: 1000, toMs: 2000, first: 2, count: 2, fault: oops }] })
  const status = async () => (await get(bases)).status
  expect(await status()).toBe(200)
  await clock.advance(1000)
  expect([await status(), await status(), await status(), await status()]).toEqual([200, 500, 500, 200])
  simulator.setFaults({ rules: [{ toMs: 1000, fault: oops }] })
  await clock.advance(999)
  expect(await status()).toBe(500)
  await clock.advance(1)
  expect(await status()).toBe(200)
})

test('a rule matches by method, operation, start of the path, or pattern', async () => {
  const { get, post, simulator, baseUri } = await startSimulator()
  const documents = `${await baseUri()}/documents`
  const struck = async (match: FaultRule['match']) => {
    simulator.setFaults({ rules: [{ match, fault: oops }] })
    const answers = [
      await get(bases),
      await get(documents),
      await post(`${documents}/search`, { query: 'fee' }),
    ]
    return answers.map(({ status }) => status === 500)
  }
  expect(await struck({ method: 'POST' })).toEqual([false, false, true])
  expect(await struck({ operation: 'knowledge-bases' })).toEqual([true, false, false])
  expect(await struck({ path: '/api/v2/knowledge' })).toEqual([true, true, true])
  expect(await struck({ path: '/api/v2/*' })).toEqual([false, false, false])
  expect(await struck({ path: '/api/v2/knowledge/*' })).toEqual([true, false, false])
  expect(await struck({ path: '/api/**/search' })).toEqual([false, false, true])
  expect(await struck({ path: '/api/v2/know', method: 'GET' })).toEqual([true, true, false])
})

test('a slow answer and a failure can meet', async () => {
  const { get, simulator, clock } = await startSimulator()
  simulator.setFaults({ rules: [{ fault: { kind: 'latency', fixedMs: 500 } }, { fault: oops }] })
  let status = 0
  const call = get(bases).then((answer) => {
    status = answer.status
  })
  await clock.advance(499)
  expect(status).toBe(0)
  await clock.advance(1)
  await call
  expect(status).toBe(500)
})
