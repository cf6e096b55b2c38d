// Each fault as a client meets it: in memory on a fake clock, and over a real connection.
import { afterEach, describe, expect, test } from 'vitest'
import {
  createSimulator,
  FAULTS,
  type FaultRule,
  faultPreset,
  type ListeningSimulator,
} from '../../src/simulator/index.ts'
import { articles, conversations, credentials, startSimulator } from './sample-organisation.ts'

const bases = '/api/v2/knowledge/knowledgebases'
type FaultSpec = FaultRule['fault']

const withStatus: [FaultSpec, number, Record<string, string | undefined>, string][] = [
  [{ kind: 'status', status: 500 }, 500, {}, 'internal.server.error'],
  [{ kind: 'status', status: 502 }, 502, {}, 'bad.gateway'],
  [{ kind: 'status', status: 503, retryAfterSeconds: 7 }, 503, { 'retry-after': '7' }, 'service.unavailable'],
  [{ kind: 'status', status: 504 }, 504, {}, 'request.timeout'],
  [
    { kind: 'rate-limit', retryAfterSeconds: 9 },
    429,
    { 'retry-after': '9' },
    'too.many.requests.retry.after',
  ],
  [{ kind: 'rate-limit' }, 429, { 'retry-after': undefined }, 'too.many.requests'],
  [{ kind: 'revoke-tokens' }, 401, {}, 'bad.credentials'],
  [{ kind: 'missing-permission' }, 403, {}, 'missing.permissions'],
  [{ kind: 'missing-permission', permission: 'a:b:c' }, 403, {}, 'missing.permissions'],
  [{ kind: 'outage' }, 503, {}, 'service.unavailable'],
]

describe('in memory', () => {
  const struck = async (fault: FaultSpec) => {
    const it = await startSimulator()
    it.simulator.setFaults({ rules: [{ fault }] })
    return it
  }

  test.each(withStatus)('%j', async (fault, status, headers, code) => {
    const { get } = await struck(fault)
    const answer = await get(bases)
    expect(answer).toMatchObject({ status, body: { code, status } })
    for (const [name, value] of Object.entries(headers)) expect(answer.headers[name]).toBe(value)
  })

  test('an outage takes the login with it', async () => {
    const { logIn } = await struck({ kind: 'outage' })
    expect((await logIn()).status).toBe(503)
  })

  test("a hanging call ends when the caller gives up, with the caller's reason, and holds nothing afterwards", async () => {
    const { get, clock } = await struck({ kind: 'hang' })
    const controller = new AbortController()
    const call = get(bases, { signal: controller.signal })
    const outcome = expect(call).rejects.toThrow('enough')
    await clock.advance(600_000)
    controller.abort(new Error('enough'))
    await outcome
  })

  test('a delayed call ends early when the caller gives up', async () => {
    const { get, clock } = await struck({ kind: 'latency', fixedMs: 1000 })
    const controller = new AbortController()
    const call = get(bases, { signal: controller.signal })
    const outcome = expect(call).rejects.toThrow('enough')
    await clock.advance(10)
    controller.abort(new Error('enough'))
    await outcome
    const aborted = get(bases, { signal: AbortSignal.abort(new Error('before')) })
    await expect(aborted).rejects.toThrow('before')
  })

  test('a reset is unreachable, a cut body is malformed', async () => {
    await expect((await struck({ kind: 'reset' })).get(bases)).rejects.toMatchObject({
      code: 'genesys.unreachable',
    })
    await expect((await struck({ kind: 'truncate' })).get(bases)).rejects.toMatchObject({
      code: 'genesys.malformed',
    })
  })

  test('a slow body is late', async () => {
    const { get, clock } = await struck({ kind: 'slow-body', ms: 3000 })
    let status = 0
    const call = get(bases).then((answer) => {
      status = answer.status
    })
    await clock.advance(2999)
    expect(status).toBe(0)
    await clock.advance(1)
    await call
    expect(status).toBe(200)
  })

  test('wrong JSON does not parse; a wrong shape parses to other types', async () => {
    await expect((await struck({ kind: 'wrong-json' })).get(bases)).rejects.toThrow(SyntaxError)
    const { body } = await (await struck({ kind: 'wrong-shape' })).get(bases)
    expect(body).toEqual({ entities: {}, selfUri: 0 })
  })

  test('closing the transport ends what is pending and refuses more', async () => {
    const { get, transport } = await struck({ kind: 'hang' })
    const call = get(bases)
    const outcome = expect(call).rejects.toMatchObject({ code: 'closed' })
    await transport.close()
    await outcome
    await expect(get(bases)).rejects.toMatchObject({ code: 'closed' })
  })

  test('ten minutes of every preset in turn pass in a moment and leave nothing broken', async () => {
    const { get, simulator, clock, logInAgain } = await startSimulator()
    for (const name of FAULTS) {
      const latency = { medianMs: 80, p99Ms: 400 }
      simulator.setFaults({ latency, ...faultPreset(name) })
      const phase = new AbortController()
      const calls = Array.from({ length: 20 }, () =>
        get(bases, { signal: phase.signal }).catch(() => undefined),
      )
      await clock.advance(30_000)
      phase.abort()
      await Promise.all(calls)
    }
    simulator.setFaults(undefined)
    await logInAgain()
    expect((await get(bases)).status).toBe(200)
    expect(Object.keys(simulator.stats().faults)).toHaveLength(11)
  })

  test('statistics tell calls, faults and tokens', async () => {
    const { get, simulator } = await startSimulator({ quotaPerMinute: 10 })
    await get(bases)
    simulator.setFaults({ rules: [{ fault: { kind: 'reset' } }] })
    await get(bases).catch(() => undefined)
    expect(simulator.stats()).toEqual({
      calls: { token: { '200': 1 }, 'knowledge-bases': { '200': 1, reset: 1 } },
      faults: { reset: 1 },
      tokens: [{ token: expect.stringMatching(/^\.\.\..{4}$/), expiresInSeconds: 86_400, quotaLeft: 9 }],
    })
  })
})

describe('over HTTP', () => {
  let server: ListeningSimulator | undefined
  afterEach(() => server?.close())

  const struck = async (fault: FaultSpec) => {
    const simulator = createSimulator({ articles, conversations })
    server = await simulator.listen()
    const { url } = server
    const login = await fetch(`${url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: credentials },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    const { access_token } = (await login.json()) as { access_token: string }
    simulator.setFaults({ rules: [{ fault }] })
    return {
      simulator,
      get: (signal?: AbortSignal) =>
        fetch(url + bases, {
          headers: { authorization: `Bearer ${access_token}` },
          ...(signal && { signal }),
        }),
    }
  }

  test.each(withStatus)('%j', async (fault, status, headers, code) => {
    const answer = await (await struck(fault)).get()
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ code, contextId: answer.headers.get('inin-correlation-id') })
    for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).toBe(value ?? null)
  })

  test('a hanging call never answers, and giving up releases it', async () => {
    const { get, simulator } = await struck({ kind: 'hang' })
    await expect(get(AbortSignal.timeout(30))).rejects.toMatchObject({ name: 'TimeoutError' })
    simulator.setFaults(undefined)
    expect((await get()).status).toBe(200)
  })

  test('closing ends a hanging call at once', async () => {
    const { get } = await struck({ kind: 'hang' })
    const call = expect(get()).rejects.toThrow('fetch failed')
    await new Promise((resolve) => setImmediate(resolve))
    await server?.close()
    await call
  })

  test('a reset breaks the connection', async () => {
    await expect((await struck({ kind: 'reset' })).get()).rejects.toMatchObject({
      cause: { code: 'ECONNRESET' },
    })
  })

  test('a truncated body ends before its announced length', async () => {
    const answer = await (await struck({ kind: 'truncate' })).get()
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toThrow('terminated')
  })

  test('a slow body comes in pieces after its headers', async () => {
    const answer = await (await struck({ kind: 'slow-body', ms: 60 })).get()
    let pieces = 0
    let text = ''
    for await (const piece of answer.body ?? []) {
      pieces++
      text += Buffer.from(piece).toString()
    }
    expect(pieces).toBeGreaterThan(1)
    expect(JSON.parse(text).entities).toHaveLength(2)
  })

  test('latency delays the answer', async () => {
    const { get } = await struck({ kind: 'latency', fixedMs: 40 })
    const start = performance.now()
    await get()
    expect(performance.now() - start).toBeGreaterThan(38)
  })

  test('wrong JSON has the right length and does not parse; a wrong shape parses', async () => {
    const broken = await (await struck({ kind: 'wrong-json' })).get()
    expect(broken.headers.get('content-type')).toBe('application/json')
    await expect(broken.json()).rejects.toThrow(SyntaxError)
    await server?.close()
    const other = await (await struck({ kind: 'wrong-shape' })).get()
    expect(await other.json()).toEqual({ entities: {}, selfUri: 0 })
  })
})
