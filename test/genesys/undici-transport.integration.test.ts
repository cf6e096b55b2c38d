// Real connections, and every way in which they and what comes over them can be broken.
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { HttpTransport } from '../../src/genesys/http-transport.ts'
import { undiciTransport } from '../../src/genesys/undici-transport.ts'
import { codeOf, errorOf, follow } from '../testing/outcome.ts'
import { answerWith, type RawServer, rawServer } from './raw-server.ts'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

async function start(answer: (socket: Socket, head: string) => void, options?: { connections?: number }) {
  const server = await rawServer(answer)
  const transport = undiciTransport(options)
  opened.push(transport, server)
  return { server, transport, send: (signal?: AbortSignal) => sendTo(server, transport, signal) }
}

function sendTo({ url }: Pick<RawServer, 'url'>, transport: HttpTransport, signal?: AbortSignal) {
  return transport.send({
    method: 'POST',
    url: `${url}/path?query=1`,
    headers: { authorization: 'Bearer the-token', accept: 'application/json' },
    body: '{"a":1}',
    signal: signal ?? new AbortController().signal,
  })
}

const mebibyte = 'x'.repeat(1024 * 1024)

test('an answer comes whole, in UTF-8 cut anywhere, with its status and headers', async () => {
  const body = Buffer.from('{"key":"Schlüssel 🔑"}')
  const { server, send } = await start((socket) => {
    socket.write(
      `HTTP/1.1 418 Teapot\r\nX-One: 1\r\nset-cookie: a\r\nset-cookie: b\r\ncontent-length: ${body.length}\r\n\r\n`,
    )
    for (const byte of body) socket.write(Buffer.from([byte]))
  })
  expect(await send()).toMatchObject({
    status: 418,
    headers: { 'x-one': '1', 'set-cookie': ['a', 'b'] },
    body: body.toString(),
  })
  expect(server.received()).toMatch(/^POST \/path\?query=1 HTTP\/1\.1\r\n/)
  expect(server.received()).toContain('{"a":1}')
})

test('connections are kept and used again, no more at once than allowed', async () => {
  const { server, send } = await start((socket) => socket.write(answerWith('{}')), { connections: 3 })
  for (let i = 0; i < 20; i++) await send()
  // A connection may still be busy with its last answer's end when the next request comes.
  expect(server.accepted()).toBeLessThanOrEqual(2)
  await Promise.all(Array.from({ length: 30 }, () => send()))
  expect(server.accepted()).toBeLessThanOrEqual(3)
})

test('a redirect is not followed: the token goes to one host', async () => {
  const { server, send } = await start((socket) =>
    socket.write('HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n'),
  )
  expect(await send()).toMatchObject({ status: 302, body: '' })
  expect(server.received()).not.toContain('/elsewhere')
})

describe('unreachable', () => {
  test('is a port where nobody listens', async () => {
    const { server, send } = await start(() => {})
    await server.close()
    opened.pop()
    const error = await errorOf(send())
    expect(error).toMatchObject({ code: 'genesys.unreachable', cause: { code: 'ECONNREFUSED' } })
    expect(error.message).toBe(`${server.url} cannot be reached (ECONNREFUSED)`)
  })

  test.each<[string, (socket: Socket) => void]>([
    ['resets', (socket) => socket.resetAndDestroy()],
    ['closes', (socket) => socket.destroy()],
    [
      'breaks within the head',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-le', () => socket.destroy()),
    ],
  ])('is a host that %s before it has answered', async (_, answer) => {
    const { send } = await start(answer)
    expect(await errorOf(send())).toMatchObject({ code: 'genesys.unreachable' })
  })
})

describe('malformed', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['is no HTTP', (socket) => socket.end('220 smtp.example.com ESMTP\r\n')],
    ['has a head without end', (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${mebibyte}`)],
    [
      'claims more than comes',
      (socket) => socket.write(answerWith('{"a":', 'content-length: 900'), () => socket.destroy()),
    ],
    [
      'is reset in the middle',
      (socket) => socket.write(answerWith('{"a":', 'content-length: 900'), () => socket.resetAndDestroy()),
    ],
    [
      'ends between its chunks',
      (socket) =>
        socket.write(answerWith('5\r\n{"a":\r\n', 'transfer-encoding: chunked'), () => socket.end()),
    ],
    ['has broken chunks', (socket) => socket.write(answerWith('zz\r\n{}', 'transfer-encoding: chunked'))],
    ['claims to be huge', (socket) => socket.write(answerWith('{', `content-length: ${9 * 1024 * 1024}`))],
    [
      'is huge without saying so',
      (socket) => {
        socket.write(answerWith('', 'transfer-encoding: chunked'))
        for (let i = 0; i < 9; i++) socket.write(`100000\r\n${mebibyte}\r\n`)
      },
    ],
  ])('is an answer that %s, and its connection is not used again', async (_, answer) => {
    let broken = true
    const { server, send } = await start((socket) =>
      broken ? answer(socket) : socket.write(answerWith('{}')),
    )
    const { code, message } = await errorOf(send())
    expect(code).toBe('genesys.malformed')
    expect(message).not.toContain('\n')
    await server.allClosed()
    broken = false
    expect(await send()).toMatchObject({ status: 200 })
    expect(server.accepted()).toBe(2)
  })

  test('is not one that says less than comes: the rest is not taken for the next answer', async () => {
    const { send } = await start((socket) => socket.write(answerWith('{}{"stray":1}', 'content-length: 2')))
    for (let i = 0; i < 3; i++) {
      const outcome = follow(send())
      await expect.poll(() => outcome.state).not.toBe('pending')
      expect(outcome.value?.body ?? '{}').toBe('{}')
    }
  })
})

describe('a signal', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['before the head', () => {}],
    ['within the body', (socket) => socket.write(answerWith('{', 'content-length: 900'))],
  ])('ends a request that hangs %s, with its reason, and the connection with it', async (_, answer) => {
    const abort = new AbortController()
    const { server, send } = await start((socket) => {
      answer(socket)
      setImmediate(() => abort.abort(new Error('enough')))
    })
    await expect(send(abort.signal)).rejects.toThrow('enough')
    await server.allClosed()
  })

  test('that has fired before lets nothing be sent', async () => {
    const { server, send } = await start(() => {})
    await expect(send(AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
    expect(server.received()).toBe('')
  })
})

describe('closing', () => {
  test('ends what is under way, and every connection', async () => {
    const { server, transport, send } = await start((socket, head) => {
      if (head.includes('first')) socket.write(answerWith('{}'))
      else void transport.close()
    })
    expect(await errorOf(send())).toMatchObject({ code: 'closed' })
    await server.allClosed()
  })

  test('is final: nothing is sent afterwards, to a known host or another, and doing it twice is harmless', async () => {
    const { server, transport, send } = await start((socket) => socket.write(answerWith('{}')))
    await send()
    await transport.close()
    await transport.close()
    expect(codeOf({ state: 'rejected', error: await errorOf(send()) })).toBe('closed')
    const other = await rawServer(() => {})
    opened.push(other)
    expect((await errorOf(sendTo(other, transport))).code).toBe('closed')
    expect(server.accepted() + other.accepted()).toBe(1)
  })
})
