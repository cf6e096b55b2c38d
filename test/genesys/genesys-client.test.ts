// One call to Genesys, in memory: what each fault becomes, what is sent, and what is not.
import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { FaultRule } from '../../src/simulator/index.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { codeOf, errorOf, type Outcome } from '../testing/outcome.ts'
import { clientOver, startGenesys } from './client-under-test.ts'

type Fault = FaultRule['fault']
const api = { path: '/api/' }

/** Starts the client with a token in hand, and then the fault. */
async function struck(fault: Fault, rule: Partial<FaultRule> = {}) {
  const started = startGenesys()
  started.ask()
  await started.clock.advance(0)
  started.simulator.setFaults({ rules: [{ match: api, fault, ...rule }] })
  return started
}

function detailsOf({ error }: Outcome<unknown>): object {
  return error instanceof Error && 'details' in error ? (error.details as object) : {}
}

describe('a fault becomes', () => {
  test.each<[Fault, string, object, string]>([
    [
      { kind: 'status', status: 400 },
      'genesys.rejected',
      { status: 400, genesysCode: 'bad.request' },
      'Genesys answered 400 to listing knowledge bases: The fault plan answers 400.',
    ],
    [
      { kind: 'status', status: 404 },
      'genesys.not_found',
      { status: 404, genesysCode: 'not.found' },
      'Genesys answered 404 to listing knowledge bases: The fault plan answers 404.',
    ],
    [
      { kind: 'status', status: 500 },
      'genesys.unavailable',
      { status: 500, genesysCode: 'internal.server.error' },
      'Genesys answered 500 to listing knowledge bases: The fault plan answers 500.',
    ],
    [
      { kind: 'status', status: 503, retryAfterSeconds: 7 },
      'genesys.unavailable',
      { status: 503, retryAfterMs: 7000 },
      'Genesys answered 503 to listing knowledge bases: The fault plan answers 503.',
    ],
    [
      { kind: 'rate-limit', retryAfterSeconds: 9 },
      'genesys.rate_limited',
      { status: 429, retryAfterMs: 9000 },
      "Genesys's quota is used up, it refused listing knowledge bases",
    ],
    [
      { kind: 'missing-permission', permission: 'knowledge:knowledgebase:view' },
      'genesys.forbidden',
      { status: 403, genesysCode: 'missing.permissions' },
      "Genesys does not allow this client listing knowledge bases: the permission knowledge:knowledgebase:view is missing; add it to the OAuth client's role",
    ],
    [
      { kind: 'revoke-tokens' },
      'genesys.unauthorized',
      { status: 401, genesysCode: 'bad.credentials' },
      'Genesys did not accept the token, even a new one, for listing knowledge bases',
    ],
    [
      { kind: 'wrong-json' },
      'genesys.malformed',
      { status: 200 },
      "Genesys's answer to listing knowledge bases is not valid JSON",
    ],
    [
      { kind: 'wrong-shape' },
      'genesys.malformed',
      { status: 200 },
      "Genesys's answer to listing knowledge bases has another form at entities: ",
    ],
  ])('%j: %s', async (fault, code, details, message) => {
    const { clock, ask } = await struck(fault)
    const asked = ask()
    await clock.advance(0)
    expect(codeOf(asked)).toBe(code)
    expect(detailsOf(asked)).toMatchObject({
      ...details,
      correlationId: expect.stringMatching(/^[\w-]{8,}$/),
    })
    expect(String(asked.error)).toContain(`CuecardError: ${message}`)
    expect(String(asked.error)).not.toContain('\n')
  })

  test.each<[Fault, string]>([
    [{ kind: 'reset' }, 'genesys.unreachable'],
    [{ kind: 'truncate' }, 'genesys.malformed'],
  ])('%j: %s', async (fault, code) => {
    const { clock, ask } = await struck(fault)
    const asked = ask()
    await clock.advance(0)
    expect(codeOf(asked)).toBe(code)
  })

  test.each<Fault>([{ kind: 'hang' }, { kind: 'slow-body', ms: 5000 }, { kind: 'latency', fixedMs: 1000 }])(
    '%j: late, at the deadline and not before or after',
    async (fault) => {
      const { clock, ask } = await struck(fault)
      const asked = ask()
      await clock.advance(999)
      expect(codeOf(asked)).toBe('pending')
      await clock.advance(1)
      expect(codeOf(asked)).toBe('deadline.exceeded')
      expect(String(asked.error)).toContain('Genesys did not answer in time to listing knowledge bases')
    },
  )
})

describe('a token that is refused', () => {
  test('is replaced once, and the call succeeds', async () => {
    const { clock, ask, count } = await struck({ kind: 'revoke-tokens' }, { count: 1 })
    const asked = ask()
    await clock.advance(0)
    expect(codeOf(asked)).toBe('ok')
    expect(count('token')).toBe(2)
  })

  test('twice is an error: two calls, one new token, both counted by the quota', async () => {
    const { clock, ask, count, quota } = await struck({ kind: 'revoke-tokens' })
    const before = { granted: quota.granted, calls: count('knowledge-bases') }
    const asked = ask()
    await clock.advance(0)
    expect(codeOf(asked)).toBe('genesys.unauthorized')
    expect(count('token')).toBe(2)
    expect(quota.granted).toBe(before.granted + 2)
  })

  test('is replaced once for a hundred calls that it is refused to', async () => {
    const { clock, ask, count, simulator } = startGenesys({ latency: { fixedMs: 50 } })
    ask()
    await clock.advance(200)
    simulator.revokeTokens()
    const asked = Array.from({ length: 100 }, () => ask())
    await clock.advance(500)
    expect(asked.map(codeOf)).toEqual(Array(100).fill('ok'))
    expect(count('token')).toBe(2)
  })
})

test('a login that is down is told as it is, and Genesys is not called', async () => {
  const { clock, ask, simulator, quota } = startGenesys()
  simulator.setFaults({ rules: [{ fault: { kind: 'outage' } }] })
  const asked = ask()
  await clock.advance(0)
  expect(codeOf(asked)).toBe('genesys.unavailable')
  expect(String(asked.error)).toContain('The login host answered 503')
  expect(quota.granted).toBe(0)
})

describe('scopes', () => {
  const scope = 'agentassist:content:read'
  test.each([
    [undefined, 'ok'],
    [['other:scope', scope], 'ok'],
    [['other:scope'], 'oauth.scope_missing'],
    [[], 'oauth.scope_missing'],
  ])('granted: %j, the call is %s', async (scopes, code) => {
    const { clock, ask, quota } = startGenesys(scopes === undefined ? {} : { scopes })
    const asked = ask({ scope })
    await clock.advance(0)
    expect(codeOf(asked)).toBe(code)
    if (code === 'ok') return
    expect(String(asked.error)).toContain(scope)
    expect(quota.granted).toBe(0)
  })
})

describe('the quota', () => {
  test.each([
    [9, 9000],
    [undefined, 1000],
  ])('is paused by a 429 with Retry-After %j', async (retryAfterSeconds, pauseMs) => {
    const fault = { kind: 'rate-limit', retryAfterSeconds } as const
    const { clock, ask, quota, simulator } = await struck(fault)
    ask()
    await clock.advance(0)
    simulator.setFaults(undefined)
    expect(quota.remaining).toBe(0)
    const asked = ask({}, 20_000)
    await clock.advance(pauseMs - 1)
    expect(codeOf(asked)).toBe('pending')
    await clock.advance(1)
    expect(codeOf(asked)).toBe('ok')
    expect(asked.value).toMatchObject({ queuedMs: pauseMs, upstreamMs: 0 })
  })

  test('is not waited for longer than leaves half of the time for the call itself', async () => {
    const { clock, ask, count } = startGenesys({ latency: { fixedMs: 400 } }, 1)
    ask({}, 2000)
    await clock.advance(60_400)
    const [hasty, patient] = [ask({}, 1900), ask({}, 2100)]
    await clock.advance(1000)
    expect([hasty, patient].map(codeOf)).toEqual(['quota.exhausted', 'pending'])
    await clock.advance(400)
    expect(codeOf(patient)).toBe('ok')
    expect(count('token')).toBe(1)
  })

  test('never lets calls go that will be late: under five times the load every call that leaves succeeds', async () => {
    const { clock, ask, quota } = startGenesys({ latency: { medianMs: 80, p99Ms: 400 } }, 60)
    const asked: Outcome<unknown>[] = []
    for (let i = 0; i < 1500; i++) {
      asked.push(ask({}, 3000))
      await clock.advance(200)
    }
    await clock.advance(3000)
    const codes = asked.map(codeOf)
    expect(codes.filter((code) => code === 'ok')).toHaveLength(quota.granted)
    expect(new Set(codes)).toEqual(new Set(['ok', 'quota.exhausted']))
    expect(quota.granted).toBeGreaterThan(280)
  })
})

describe('nothing is sent', () => {
  test('after the deadline', async () => {
    const { clock, ask, quota, count } = startGenesys()
    ask()
    await clock.advance(0)
    const asked = [ask({}, 0), ask({}, -5)]
    await clock.advance(0)
    expect(asked.map(codeOf)).toEqual(['deadline.exceeded', 'deadline.exceeded'])
    expect(quota.granted).toBe(1)
    expect(count('token')).toBe(1)
  })

  test('for a caller who has given up', async () => {
    const { clock, ask, quota } = startGenesys()
    ask()
    await clock.advance(0)
    const asked = ask({}, 1000, { signal: AbortSignal.abort() })
    await clock.advance(0)
    expect(codeOf(asked)).toBe('aborted')
    expect(quota.granted).toBe(1)
  })
})

test('a caller who gives up ends the request, and no listener or timer stays', async () => {
  const { clock, ask, tokens } = await struck({ kind: 'hang' })
  const abort = new AbortController()
  const { signal } = abort
  const asked = ask({}, 1000, { signal })
  await clock.advance(10)
  abort.abort()
  await clock.advance(0)
  expect(codeOf(asked)).toBe('aborted')
  expect(getEventListeners(signal, 'abort')).toEqual([])
  tokens.close()
  expect(clock.timers).toBe(0)
})

test('an answer without a body is undefined to its schema', async () => {
  const token = JSON.stringify({ access_token: 'a', token_type: 'bearer', expires_in: 60 })
  const { call } = clientOver(
    {
      send: async ({ url }) =>
        url.endsWith('/oauth/token')
          ? { status: 200, headers: {}, body: token }
          : { status: 204, headers: {}, body: '' },
      close: async () => {},
    },
    new FakeClock(),
  )
  expect(await call({ answer: z.undefined() })).toMatchObject({ value: undefined })
  expect(await errorOf(call())).toMatchObject({ code: 'genesys.malformed', details: { status: 204 } })
})

test('it says what it cost: the time in the queue, and the time of the answer', async () => {
  const { clock, ask } = startGenesys({ latency: { fixedMs: 50 } })
  const asked = ask()
  await clock.advance(100)
  expect(asked.value).toMatchObject({ queuedMs: 0, upstreamMs: 50 })
})
