// The client over real connections to the simulator, fault by fault: the code, the deadline, and nothing left open.
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { undiciTransport } from '../../src/genesys/undici-transport.ts'
import {
  createSimulator,
  FAULTS,
  type FaultRule,
  faultPreset,
  type RequestReport,
} from '../../src/simulator/index.ts'
import { articles } from '../simulator/sample-organisation.ts'
import { codeOf, errorOf, follow } from '../testing/outcome.ts'
import { clientOver } from './client-under-test.ts'
import { answerWith, rawServer } from './raw-server.ts'

const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function start() {
  const reports: RequestReport[] = []
  const simulator = createSimulator({ articles, onRequest: (report) => reports.push(report) })
  const server = await simulator.listen()
  const transport = undiciTransport()
  const client = clientOver(transport, systemClock, { apiUrl: server.url })
  opened.push(
    () => server.close(),
    () => transport.close(),
    () => client.tokens.close(),
  )
  await client.call()
  return { simulator, server, transport, reports, ...client }
}

const deadlineMs = 150

describe('a fault becomes', () => {
  test.each<[FaultRule['fault'], string]>([
    [{ kind: 'status', status: 400 }, 'genesys.rejected'],
    [{ kind: 'status', status: 404 }, 'genesys.not_found'],
    [{ kind: 'status', status: 500 }, 'genesys.unavailable'],
    [{ kind: 'status', status: 502 }, 'genesys.unavailable'],
    [{ kind: 'status', status: 503, retryAfterSeconds: 5 }, 'genesys.unavailable'],
    [{ kind: 'status', status: 504 }, 'genesys.unavailable'],
    [{ kind: 'rate-limit', retryAfterSeconds: 30 }, 'genesys.rate_limited'],
    [{ kind: 'rate-limit' }, 'genesys.rate_limited'],
    [{ kind: 'missing-permission', permission: 'knowledge:knowledgebase:view' }, 'genesys.forbidden'],
    [{ kind: 'revoke-tokens' }, 'genesys.unauthorized'],
    [{ kind: 'wrong-json' }, 'genesys.malformed'],
    [{ kind: 'wrong-shape' }, 'genesys.malformed'],
    [{ kind: 'truncate' }, 'genesys.malformed'],
    [{ kind: 'reset' }, 'genesys.unreachable'],
    [{ kind: 'hang' }, 'deadline.exceeded'],
    [{ kind: 'slow-body', ms: 5000 }, 'deadline.exceeded'],
    [{ kind: 'latency', fixedMs: 5000 }, 'deadline.exceeded'],
  ])('%j: %s', async (fault, code) => {
    const { simulator, call, reports } = await start()
    simulator.setFaults({ rules: [{ match: { path: '/api/' }, fault }] })
    const count = reports.length
    const started = performance.now()
    const error = await errorOf(call({}, deadlineMs))
    const tookMs = performance.now() - started
    expect(error.code).toBe(code)
    expect(error.message).not.toContain('\n')
    if (error.details.status !== undefined) expect(error.details.correlationId).toMatch(/^[\w-]{8,}$/)
    if (code === 'deadline.exceeded') expect(tookMs).toBeGreaterThan(deadlineMs - 5)
    expect(tookMs).toBeLessThan(deadlineMs + 300)
    // The server sees the end of it: no connection waits for an answer that nobody wants.
    await expect.poll(() => reports.length).toBeGreaterThan(count)
    simulator.setFaults(undefined)
    const again = follow(call({}, 4000))
    await expect.poll(() => again.state, { timeout: 3000 }).not.toBe('pending')
    // After a 429 nothing leaves before its time; after anything else all is well.
    expect(codeOf(again)).toBe(
      fault.kind === 'rate-limit' && fault.retryAfterSeconds === 30 ? 'quota.exhausted' : 'ok',
    )
  })
})

test('Retry-After as an HTTP date is the time from the answer to it', async () => {
  const { tokens, call } = await startRaw((path) =>
    path === '/oauth/token'
      ? answerWith('{"access_token":"raw-token","token_type":"bearer","expires_in":60}')
      : 'HTTP/1.1 429 Too Many Requests\r\ndate: Mon, 05 Jan 2026 09:00:00 GMT\r\nretry-after: Mon, 05 Jan 2026 09:00:07 GMT\r\ninin-correlation-id: abc\r\ncontent-length: 0\r\n\r\n',
  )
  expect(await errorOf(call())).toMatchObject({
    code: 'genesys.rate_limited',
    details: { retryAfterMs: 7000, correlationId: 'abc' },
  })
  tokens.close()
})

test('an answer that is a page of a proxy is malformed, as a token and as content', async () => {
  const page = answerWith('<html><body>Sign in</body></html>')
  expect(await errorOf((await startRaw(() => page)).call())).toMatchObject({ code: 'genesys.malformed' })
})

test('a thousand calls under every preset in turn leave nothing pending', async () => {
  const { simulator, call } = await start()
  for (const name of FAULTS) {
    simulator.setFaults({ latency: { fixedMs: 1 }, ...faultPreset(name) })
    const asked = Array.from({ length: 1000 / FAULTS.length }, () => follow(() => call({}, 100)))
    await expect.poll(() => asked.some(({ state }) => state === 'pending'), { timeout: 5000 }).toBe(false)
    for (const one of asked) expect(codeOf(one)).not.toBe('pending')
  }
})

test('closing everything leaves no handle that keeps the process alive', async () => {
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
  const before = sockets()
  const { tokens, transport, server, simulator, call } = await start()
  expect(sockets()).toBeGreaterThan(before)
  simulator.setFaults(faultPreset('hang'))
  const hanging = follow(() => call({}, 60_000))
  tokens.close()
  await transport.close()
  await server.close()
  await expect.poll(() => hanging.state).toBe('rejected')
  await expect.poll(sockets).toBeLessThanOrEqual(before)
})

async function startRaw(answer: (path: string) => string) {
  const server = await rawServer((socket, head) => socket.write(answer(head.split(' ')[1] ?? '')))
  const transport = undiciTransport()
  opened.push(
    () => server.close(),
    () => transport.close(),
  )
  return clientOver(transport, systemClock, { apiUrl: server.url })
}
