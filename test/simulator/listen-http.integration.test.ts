// The simulator as a server: its address, its control endpoints, and what it does with odd requests.
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import {
  createSimulator,
  FAULTS,
  type ListeningSimulator,
  type RequestReport,
} from '../../src/simulator/index.ts'
import { articles } from './sample-organisation.ts'

let server: ListeningSimulator | undefined
afterEach(() => server?.close())

async function start(onRequest?: (report: RequestReport) => void) {
  const simulator = createSimulator({ articles, ...(onRequest && { onRequest }) })
  server = await simulator.listen()
  const { url } = server
  const control = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}/simulator/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  return { simulator, url, control }
}

test('it listens on loopback, and a port in use is one clear sentence', async () => {
  const { simulator, url } = await start()
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  const port = Number(new URL(url).port)
  await expect(simulator.listen({ port })).rejects.toMatchObject({
    code: 'config.invalid',
    message: `Port ${port} on 127.0.0.1 is already in use; choose another one.`,
  })
})

test('its faults, statistics and tokens are steered below /simulator/', async () => {
  const { simulator, url, control } = await start()
  expect((await control('GET', '')).body.presets).toEqual(FAULTS)
  expect((await control('GET', 'faults')).body).toEqual({ plan: null })
  expect((await control('PUT', 'faults', { preset: 'outage' })).body.plan.rules[0].fault).toEqual({
    kind: 'outage',
  })
  expect((await fetch(`${url}/api/v2/users/me`)).status).toBe(503)
  const own = { seed: 4, rules: [{ fault: { kind: 'status', status: 500 } }] }
  expect((await control('PUT', 'faults', own)).body.plan).toMatchObject(own)
  expect((await control('DELETE', 'faults')).status).toBe(204)
  expect((await fetch(`${url}/api/v2/users/me`)).status).toBe(401)

  expect(await control('PUT', 'faults', { preset: 'nonsense' })).toMatchObject({
    status: 400,
    body: { status: 400 },
  })
  expect(await control('PUT', 'faults', { rules: [{}] })).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('rules[0].fault'), details: [{ fieldName: 'rules[0].fault' }] },
  })

  const agent = await control('POST', 'tokens/agent', { name: 'Ada' })
  const headers = { authorization: `Bearer ${agent.body.access_token}` }
  expect(await (await fetch(`${url}/api/v2/users/me`, { headers })).json()).toMatchObject({ name: 'Ada' })
  expect((await control('GET', 'stats')).body).toEqual(simulator.stats())
  expect((await control('POST', 'tokens/revoke')).body).toEqual({ revoked: 1 })
  expect((await fetch(`${url}/api/v2/users/me`, { headers })).status).toBe(401)
  expect((await control('GET', 'elsewhere')).status).toBe(404)
})

test('a body over one mebibyte is refused', async () => {
  const { url } = await start()
  const answer = await fetch(`${url}/oauth/token`, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })
  expect(answer.status).toBe(413)
  expect(await answer.json()).toMatchObject({ code: 'request.entity.too.large' })
})

test('an observer is told of each request when it is over, given up ones included', async () => {
  const reports: RequestReport[] = []
  let told = () => {}
  const both = new Promise<void>((resolve) => {
    told = () => reports.length === 2 && resolve()
  })
  const { simulator, url } = await start((report) => {
    reports.push(report)
    told()
  })
  await fetch(`${url}/nowhere`)
  simulator.setFaults({ rules: [{ fault: { kind: 'hang' } }] })
  await fetch(`${url}/oauth/token`, { method: 'POST', signal: AbortSignal.timeout(20) }).catch(
    () => undefined,
  )
  await both
  expect(reports).toEqual([
    { operation: 'unknown', status: 404, ms: expect.any(Number) },
    { operation: 'token', status: 0, ms: expect.any(Number), fault: 'hang' },
  ])
})

test('a client that breaks off while sending does no harm', async () => {
  const { url } = await start()
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf')
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.destroy()
  expect((await fetch(`${url}/simulator/`)).status).toBe(200)
})
