// Real receivers on this machine, and every way in which they can fail; the relay on real time.
import { lookup } from 'node:dns'
import type { Socket } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { addressRules, type Resolve } from '../../src/delivery/endpoint-address.ts'
import { startRelay } from '../../src/delivery/relay.ts'
import { undiciSender } from '../../src/delivery/undici-sender.ts'
import { webhookEndpoint } from '../../src/delivery/webhook-endpoint.ts'
import { Secret } from '../../src/secret.ts'
import { answerWith, rawServer } from '../genesys/raw-server.ts'
import { follow } from '../testing/outcome.ts'
import { MemoryOutbox } from './memory-outbox.ts'
import { adoptionEntry, retrievalEntry } from './sample-entries.ts'

const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'planted-secret-text']
const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

type Answer = (socket: Socket, request: string) => void

interface Settings {
  readonly allowedHosts?: readonly string[]
  readonly resolve?: Resolve
  readonly host?: string
}

/** A receiver that answers as told, and an endpoint that sends to it. */
async function start(answer: Answer, settings: Settings = {}) {
  const { allowedHosts = ['127.0.0.1'], resolve = lookup, host = '127.0.0.1' } = settings
  const server = await rawServer(answer)
  const rules = addressRules(allowedHosts, resolve)
  const sender = undiciSender({ rules, connections: 8 })
  opened.push(server, sender)
  const url = `http://${host}:${new URL(server.url).port}/hook?token=planted-token`
  const endpoint = webhookEndpoint({
    name: 'crm',
    url,
    secrets: secrets.map((secret) => new Secret(secret)),
    // A name is put to the sender's own check here, not to that of the configuration.
    rules: { ...rules, checkUrl: (text) => new URL(text) },
    sender,
    clock: systemClock,
  })
  const message = { id: 'msg_log_1', endpoint: 'crm', attempts: 0, entryIndex: 1, at: 0 }
  const send = (entry: object = retrievalEntry, timeoutMs = 5000) =>
    endpoint.send({ ...message, entry: { ...entry } }, timeoutSignal(timeoutMs))
  return { server, endpoint, send }
}

function timeoutSignal(ms: number): AbortSignal {
  const abort = new AbortController()
  const cancel = systemClock.after(ms, () => abort.abort('The receiver did not answer in time'), true)
  abort.signal.addEventListener('abort', cancel)
  return abort.signal
}

const answering =
  (status: string, headers = '', body = ''): Answer =>
  (socket) =>
    socket.write(`HTTP/1.1 ${status}\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`)

test('a receiver verifies what it got with either secret, and reads the tutorial’s fields', async () => {
  const { server, send } = await start((socket) => socket.write(answerWith('{}')))
  expect(await send(adoptionEntry())).toEqual({ result: 'delivered' })
  const [head = '', body = ''] = server.received().split('\r\n\r\n')
  expect(head).toMatch(/^POST \/hook\?token=planted-token HTTP\/1\.1\r\n/)
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(': ') as [string, string]),
  )
  expect(headers['content-type']).toBe('application/json')
  for (const secret of [secrets[0] ?? '', Buffer.from(secrets[1] ?? '')]) {
    const webhook = typeof secret === 'string' ? new Webhook(secret) : new Webhook(secret, { format: 'raw' })
    expect(webhook.verify(body, headers)).toMatchObject({
      id: 'msg_log_1',
      eventType: 'agent_assist_adoption',
      adoptedContentId: 'late-fee',
      complianceFlags: { accessValidated: true, availabilityChecked: true },
    })
  }
})

test('entries of other kinds are nobody’s business', async () => {
  const { server, send } = await start(answering('200 OK'))
  expect(await send({ kind: 'export' })).toEqual({ result: 'dropped' })
  expect(server.accepted()).toBe(0)
})

test.each<[string, Answer, object]>([
  ['200', answering('200 OK'), { result: 'delivered' }],
  ['204', (socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'), { result: 'delivered' }],
  ['299', answering('299 Fine'), { result: 'delivered' }],
  ['500', answering('500 Broken', '', 'planted'), { result: 'failed', error: 'The receiver answered 500' }],
  ['400', answering('400 Bad'), { result: 'failed', error: 'The receiver answered 400' }],
  [
    '429 with Retry-After',
    answering('429 Slow down', 'retry-after: 7\r\n'),
    { result: 'failed', error: 'The receiver answered 429', retryAfterMs: 7000 },
  ],
  [
    '503 with Retry-After',
    answering('503 Down', 'retry-after: 90\r\n'),
    { result: 'failed', error: 'The receiver answered 503', retryAfterMs: 90_000 },
  ],
  [
    '410',
    answering('410 Gone'),
    { result: 'gone', error: 'The receiver answered 410: it wants no more messages' },
  ],
  [
    'a redirect',
    answering('302 Found', 'location: /planted\r\n'),
    {
      result: 'failed',
      error: 'The receiver answered 302: redirects are not followed; set the address it redirects to',
    },
  ],
  [
    'a reset',
    (socket) => socket.resetAndDestroy(),
    {
      result: 'failed',
      error: expect.stringMatching(/^The connection failed \((ECONNRESET|UND_ERR_SOCKET)\)$/),
    },
  ],
  [
    'no HTTP',
    (socket) => socket.write('planted nonsense\r\n\r\n'),
    { result: 'failed', error: 'The answer is no HTTP' },
  ],
  [
    'an answer cut short',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'),
    { result: 'failed', error: expect.stringMatching(/^The connection failed/) },
  ],
])('%s', async (_, answer, outcome) => {
  const { server, send } = await start(answer)
  expect(await send()).toEqual(outcome)
  expect(server.received().match(/POST/g)).toHaveLength(1)
})

test.each<[string, Answer]>([
  ['hangs', () => {}],
  ['sends its head and then hangs', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n')],
  [
    'sends a byte now and then',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
      const timer = setInterval(() => socket.write('1\r\nx\r\n'), 20)
      socket.on('close', () => clearInterval(timer))
    },
  ],
])('a receiver that %s is given up at the deadline, and its connection ended', async (_, answer) => {
  const { server, send } = await start(answer)
  expect(await send(retrievalEntry, 150)).toEqual({
    result: 'failed',
    error: 'The receiver did not answer in time',
  })
  await server.allClosed()
})

test('a slow receiver within its time is a good one', async () => {
  let asked = (_: Socket) => {}
  const receiving = new Promise<Socket>((resolve) => {
    asked = resolve
  })
  const { send } = await start((socket) => asked(socket))
  const sending = send()
  const outcome = follow(sending)
  const socket = await receiving
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(outcome.state).toBe('pending')
  socket.write(answerWith('{}'))
  expect(await sending).toEqual({ result: 'delivered' })
})

test.each<[string, Answer]>([
  [
    'that names its length',
    (socket) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\nx`),
  ],
  [
    'without end',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const more = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
      }
      socket.on('drain', more)
      more()
    },
  ],
])('a huge answer %s is not read to its end', async (_, answer) => {
  const { server, send } = await start(answer)
  expect(await send()).toEqual({ result: 'delivered' })
  await server.allClosed()
})

test('nobody listens there', async () => {
  const { server, send } = await start(() => {})
  await server.close()
  opened.shift()
  expect(await send()).toEqual({ result: 'failed', error: 'The connection failed (ECONNREFUSED)' })
})

const resolvingTo = (...addresses: string[]): Resolve => {
  let call = 0
  return ((_host: string, _options: object, callback: (error: null, found: object[]) => void) => {
    const address = addresses[Math.min(call++, addresses.length - 1)] ?? ''
    callback(null, [{ address, family: 4 }])
  }) as unknown as Resolve
}

test('a name that now resolves to a private address is not connected to', async () => {
  const { server, send } = await start(answering('200 OK'), {
    allowedHosts: [],
    host: 'hooks.example.com',
    resolve: resolvingTo('127.0.0.1'),
  })
  expect(await send()).toEqual({
    result: 'failed',
    error:
      'hooks.example.com resolves to 127.0.0.1, which is this machine itself; name the host in delivery.allowedHosts if messages may go there',
  })
  expect(server.accepted()).toBe(0)
})

test('a name is resolved once for each connection, so what was checked is what is connected to', async () => {
  const { server, send } = await start(answering('200 OK', 'connection: close\r\n'), {
    allowedHosts: ['127.0.0.1'],
    host: 'hooks.example.com',
    resolve: resolvingTo('127.0.0.1', '127.0.0.2'),
  })
  expect(await send()).toEqual({ result: 'delivered' })
  expect(await send()).toMatchObject({ result: 'failed', error: expect.stringContaining('127.0.0.2') })
  expect(server.accepted()).toBe(1)
})

test('an address that is not allowed is not connected to, even when it was set without a check', async () => {
  const { server, send } = await start(answering('200 OK'), { allowedHosts: [] })
  expect(await send()).toMatchObject({
    result: 'failed',
    error: expect.stringMatching(/^127\.0\.0\.1 is this machine itself/),
  })
  expect(server.accepted()).toBe(0)
})

test('no secret and no part of the address is in what is kept of a failure', async () => {
  const kept: string[] = []
  for (const answer of [answering('500 planted'), (socket: Socket) => void socket.write('planted\r\n\r\n')]) {
    const { send } = await start(answer)
    kept.push(JSON.stringify(await send()))
  }
  for (const text of kept)
    for (const secret of [...secrets, 'planted', 'MfKQ9r8G']) expect(text).not.toContain(secret)
})

test('a thousand messages reach a receiver that fails now and then, each at least once', async () => {
  const got = new Set<string>()
  let asked = 0
  const { endpoint } = await start((socket, request) => {
    for (const [, id = ''] of request.matchAll(/webhook-id: (\S+)/g)) {
      if (asked++ % 50 === 7 && asked <= 1000) {
        socket.resetAndDestroy()
        return
      }
      got.add(id)
      socket.write(answerWith('{}'))
    }
  })
  const outbox = new MemoryOutbox(systemClock)
  const relay = startRelay({ outbox, endpoints: [endpoint], clock: systemClock, random: Math.random })
  opened.push(relay)
  const ids = Array.from({ length: 1000 }, () => outbox.append(['crm'], retrievalEntry))
  relay.wake()
  await expect.poll(() => got.size, { timeout: 20_000 }).toBe(1000)
  expect([...got].sort()).toEqual(ids.sort())
})
