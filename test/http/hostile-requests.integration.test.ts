// Real sockets: what is no HTTP, what is half of it, what comes byte by byte, and who hangs up.
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type RunningService, startService } from '../../src/http/start-service.ts'
import type { AuditTrail } from '../../src/ledger/record.ts'
import { fakeCuecard, httpConfig, optionsOf, question, retrieval } from './fake-parts.ts'

let service: RunningService
let cuecard: ReturnType<typeof fakeCuecard>

beforeEach(async () => {
  cuecard = fakeCuecard()
  service = await startService(optionsOf({ cuecard: cuecard.cuecard, clock: undefined }))
})
afterEach(() => service.close())

/** Everything that is answered to some bytes, until the server ends the connection or `until` is in it. */
function send(bytes: string | Buffer | readonly string[], until?: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(service.port, '127.0.0.1')
    const end = () => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('data', (chunk) => {
      answer += chunk
      if (until?.test(answer)) end()
    })
    socket.on('close', end).on('error', end)
    socket.on('connect', () => void write(socket, bytes))
  })
}

async function write(socket: Socket, bytes: string | Buffer | readonly string[]): Promise<void> {
  if (typeof bytes === 'string' || Buffer.isBuffer(bytes)) {
    socket.write(bytes)
    return
  }
  socket.setNoDelay(true)
  for (const piece of bytes) await new Promise((resolve) => socket.write(piece, resolve))
}

const body = JSON.stringify(question)
const head = (more = '', length = body.length) =>
  `POST /v1/retrievals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer service\r\ncontent-type: application/json\r\n${more}content-length: ${length}\r\n\r\n`
const good = head() + body
const whole = /"refused":\[.*\]\}$/

async function stillServes(): Promise<void> {
  expect(await send(good, whole)).toMatch(/^HTTP\/1\.1 200 OK/)
}

test.each([
  ['nonsense', 'hello there\r\n\r\n', 400],
  ['a broken version', 'GET / HTTP/9.9\r\n\r\n', 400],
  ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
  ['two lengths', head('content-length: 3\r\n') + body, 400],
  ['length and chunks', head('transfer-encoding: chunked\r\n') + body, 400],
  ['chunks under a disguise', head('transfer-encoding: xchunked\r\n') + body, 400],
  ['a negative length', head('', -1), 400],
  ['a space before the colon', 'GET /healthz HTTP/1.1\r\nhost : x\r\n\r\n', 400],
  ['a folded header', 'GET /healthz HTTP/1.1\r\nhost: x\r\nx: 1\r\n\tfolded\r\n\r\n', 400],
  ['a null byte in a header', 'GET /healthz HTTP/1.1\r\nhost: x\r\nx: a\0b\r\n\r\n', 400],
  ['headers of 17 KB', `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(17_000)}\r\n\r\n`, 431],
  ['a path of 17 KB', `GET /${'y'.repeat(17_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
])('%s: refused in a sentence, and the connection ends', async (_, bytes, status) => {
  const answer = await send(bytes)
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(answer).toMatch(/connection: close/i)
  expect(cuecard.asked).toEqual([])
  await stillServes()
})

test('a path that is no URL is a problem', async () => {
  const answer = await send('GET /v1/interactions/%ZZ/x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"request.malformed"/)
})

test('a request that comes byte by byte is answered', async () => {
  expect(await send([...good], whole)).toMatch(/^HTTP\/1\.1 200 OK/)
})

test('requests sent ahead are answered in their order', async () => {
  const other = JSON.stringify({ ...question, query: 'x' })
  const missing = 'GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'
  const answer = await send(good + head('', other.length) + other + good + missing)
  expect(answer.match(/HTTP\/1\.1 \d+/g)?.map((line) => line.slice(9))).toEqual(['200', '400', '200', '404'])
})

test('a chunked body is read as any other', async () => {
  const chunked = `POST /v1/retrievals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer service\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
  expect(await send(chunked, whole)).toMatch(/^HTTP\/1\.1 200 OK/)
})

test('a body larger than the limit is refused as soon as that is known', async () => {
  const told = await send(head('', 10_000_000), /too_large/)
  expect(told).toMatch(/^HTTP\/1\.1 413 /)
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  const untold = `POST /v1/retrievals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer service\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunk}${chunk}`
  expect(await send(untold, /too_large/)).toMatch(/^HTTP\/1\.1 413 /)
  await stillServes()
})

test('who hangs up in the middle leaves nothing behind', async () => {
  for (let count = 0; count < 50; count++) {
    const socket = connect(service.port, '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.write(count % 2 === 0 ? good.slice(0, good.length - 5) : good)
    socket.destroy()
  }
  await stillServes()
})

test('100,000 arrays within one another are refused and crash nothing', async () => {
  const big = await startService(
    optionsOf({ clock: undefined, config: { ...httpConfig, maxBodyKilobytes: 1024 } }),
  )
  const deep = `{"interactionId":${'['.repeat(100_000)}${']'.repeat(100_000)},"agentId":"a"}`
  const reply = await fetch(`${big.url}/v1/retrievals`, {
    method: 'POST',
    headers: { authorization: 'Bearer service', 'content-type': 'application/json' },
    body: deep,
  })
  expect([reply.status, ((await reply.json()) as { field: string }).field]).toEqual([400, 'interactionId'])
  await big.close()
})

test('closing answers every request that came, and nothing is left open', async () => {
  let answered = 0
  let sent = 0
  const failures: unknown[] = []
  const slow = await startService(
    optionsOf({
      clock: undefined,
      cuecard: fakeCuecard({
        retrieve: () => new Promise((resolve) => setTimeout(() => resolve(retrieval), 20)),
      }).cuecard,
    }),
  )
  const client = () =>
    new Promise<void>((resolve) => {
      const socket = connect(slow.port, '127.0.0.1')
      let answer = ''
      let waits = false
      const ask = () => {
        socket.write(good)
        sent++
        waits = true
        answer = ''
      }
      socket.on('connect', ask)
      socket.on('data', (chunk) => {
        answer += chunk
        if (!whole.test(answer)) return
        answered++
        waits = false
        if (!/connection: close/i.test(answer)) ask()
      })
      socket.on('error', (error) => failures.push(error))
      socket.on('close', () => {
        if (waits) failures.push('cut off')
        resolve()
      })
    })
  const clients = Array.from({ length: 32 }, client)
  await vi.waitUntil(() => answered >= 64, { timeout: 20_000, interval: 5 })
  await slow.close()
  await Promise.all(clients)
  expect(failures).toEqual([])
  expect(answered).toBe(sent)
  expect(answered).toBeGreaterThan(64)
  await expect(fetch(`${slow.url}/healthz`)).rejects.toThrow()
})

test('an export waits for a slow reader, and ends when the reader hangs up', async () => {
  let made = 0
  let ended = () => {}
  const over = new Promise<void>((resolve) => {
    ended = resolve
  })
  const audit = {
    async *export(_: object, __: string, { signal }: { signal: AbortSignal }) {
      try {
        for (; !signal.aborted; made++) yield 'x'.repeat(1000)
      } finally {
        ended()
      }
    },
  } as unknown as AuditTrail
  const exporting = await startService(
    optionsOf({ clock: undefined, cuecard: fakeCuecard({ audit }).cuecard }),
  )
  const socket = connect(exporting.port, '127.0.0.1')
  socket.pause()
  socket.write('GET /v1/audit/export HTTP/1.1\r\nhost: x\r\nauthorization: Bearer compliance\r\n\r\n')
  let before = -1
  while (made === 0 || made !== before) {
    before = made
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  // What the kernel's buffers take, and no more.
  expect(made).toBeLessThan(50_000)
  socket.destroy()
  await over
  await exporting.close()
})

test('what takes longer than it may when the service ends is cut off', async () => {
  const stuck = await startService(
    optionsOf({
      clock: undefined,
      config: { ...httpConfig, shutdownSeconds: 1 },
      cuecard: fakeCuecard({ retrieve: () => new Promise(() => {}) }).cuecard,
    }),
  )
  const asked = fetch(`${stuck.url}/v1/retrievals`, {
    method: 'POST',
    headers: { authorization: 'Bearer service', 'content-type': 'application/json' },
    body,
  })
  const refused = expect(asked).rejects.toThrow()
  await fetch(`${stuck.url}/healthz`)
  await stuck.close()
  await refused
})

test('a port that is taken is told in a sentence', async () => {
  const taken = optionsOf({ config: { ...httpConfig, port: service.port } })
  await expect(startService(taken)).rejects.toThrow(
    /^Port \d+ on 127\.0\.0\.1 is already in use; choose another/,
  )
})

test('two Authorization headers are no credential, whichever comes first', async () => {
  const answer = await send(head('authorization: Bearer service\r\n') + body, /\r\n\r\n/)
  expect(answer).toMatch(/^HTTP\/1\.1 401/)
  await stillServes()
})
