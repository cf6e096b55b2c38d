// Real sockets: what is no HTTP, what is half of it, what comes byte by byte, and who hangs up.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RunningService, startService } from '../../src/http/start-service.ts'
import type { AuditTrail } from '../../src/ledger/record.ts'
import { fakeCuecard, httpConfig, optionsOf, question } from './fake-parts.ts'
import { body, good, head, whole } from './raw-request.ts'

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

/** A problem document that names the request, as its header does. */
function expectProblem(answer: string, status: number, code: string): void {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`))
  expect(head).toMatch(/^content-type: application\/problem\+json/im)
  const instance = /^x-request-id: (\S+)\r?$/im.exec(head)?.[1] ?? 'none'
  expect(JSON.parse(body)).toMatchObject({ status, code, instance })
}

async function stillServes(): Promise<void> {
  expect(await send(good, whole)).toMatch(/^HTTP\/1\.1 200 OK/)
}

test.each([
  ['nonsense', 'hello there\r\n\r\n', 400],
  ['an unknown method', 'BREW /healthz HTTP/1.1\r\nhost: x\r\n\r\n', 400],
  ['a tunnel', 'CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n', 405],
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
  const codes: Record<number, string> = {
    400: 'request.malformed',
    405: 'method_not_allowed',
    431: 'headers.too_large',
  }
  expectProblem(answer, status, codes[status] ?? '')
  expect(answer).toMatch(/connection: close/i)
  expect(cuecard.asked).toEqual([])
  await stillServes()
})

test.each([
  ['a path that is no URL', 'GET /v1/interactions/%ZZ/x', '', 400, 'request.malformed'],
  ['an expectation', 'GET /healthz', 'expect: the unexpected\r\n', 417, 'expectation.failed'],
  ['a method that no route has', 'QUERY /v1/retrievals', '', 405, 'method_not_allowed'],
])('%s is a problem', async (_, line, more, status, code) => {
  const answer = await send(`${line} HTTP/1.1\r\nhost: x\r\n${more}connection: close\r\n\r\n`)
  expectProblem(answer, status, code)
  expect(answer).toMatch(/^traceparent: 00-/m)
})

test('who expects 100-continue is told to go on', async () => {
  const answer = await send([head('expect: 100-continue\r\n'), body], whole)
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 200'])
})

test('who asks for a tunnel and hangs up leaves nothing behind', async () => {
  for (let count = 0; count < 20; count++) {
    const socket = connect(service.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write('CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n', () => socket.resetAndDestroy())
    await once(socket, 'close')
  }
  await stillServes()
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
    // It makes a piece in a turn of the event loop, as long as anything takes one.
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  // What the kernel's buffers take, and no more.
  expect(made).toBeLessThan(50_000)
  socket.destroy()
  await over
  await exporting.close()
})

test('two Authorization headers are no credential, whichever comes first', async () => {
  const answer = await send(head('authorization: Bearer service\r\n') + body, /\r\n\r\n/)
  expect(answer).toMatch(/^HTTP\/1\.1 401/)
  await stillServes()
})
