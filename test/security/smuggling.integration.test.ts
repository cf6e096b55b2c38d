// Bytes that two readers may read differently: a request within another one must never be answered as one of its own.
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type RunningService, startService } from '../../src/http/start-service.ts'
import { fakeCuecard, httpConfig, optionsOf, question } from '../http/fake-parts.ts'

let service: RunningService
const cuecard = fakeCuecard()
beforeAll(async () => {
  const config = { ...httpConfig, maxConcurrentRequests: 50 }
  service = await startService(optionsOf({ cuecard: cuecard.cuecard, clock: undefined, config }))
})
afterAll(() => service.close())
beforeEach(() => void cuecard.asked.splice(0))

/** Sends bytes, then a `GET /healthz` that ends the connection; the statuses of all answers, in order. */
function statusesOf(bytes: string, ending = true): Promise<number[]> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(service.port, '127.0.0.1', () => {
      socket.write(bytes, 'latin1')
      if (ending) socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    })
    const end = () =>
      resolve([...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)))
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('close', end).on('error', end)
  })
}

const body = JSON.stringify(question)
const head = (...lines: string[]) =>
  [
    'POST /v1/retrievals HTTP/1.1',
    'host: x',
    'authorization: Bearer service',
    'content-type: application/json',
    ...lines,
    '',
    '',
  ].join('\r\n')
const length = `content-length: ${body.length}`
const chunked = 'transfer-encoding: chunked'
const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
/** What an attacker hopes to have answered as a request of its own. */
const hidden = head(length) + body

test.each([
  ['length and chunks', head(length, chunked) + chunks + hidden],
  ['chunks and length', head(chunked, 'content-length: 0') + chunks + hidden],
  ['two lengths', head(length, 'content-length: 0') + body + hidden],
  ['a list of lengths', head(`content-length: ${body.length}, 0`) + body + hidden],
  ['a signed length', head(`content-length: +${body.length}`) + body + hidden],
  ['a length in hex', head(`content-length: 0x${body.length.toString(16)}`) + body + hidden],
  ['chunks twice over', head(chunked, chunked) + chunks + hidden],
  ['chunks behind another coding', head('transfer-encoding: chunked, identity') + chunks + hidden],
  ['a space before the colon', head('transfer-encoding : chunked') + chunks + hidden],
  ['a folded line', head('transfer-encoding:', ' chunked') + chunks + hidden],
  ['a bare line feed in the head', head(`x: y\n${length}`) + body + hidden],
  ['a bare carriage return', head(`x: y\r${length}`) + body + hidden],
  ['NUL in a header', head('x: a\0b', length) + body + hidden],
  ['a chunk size that overflows', `${head(chunked)}fffffffffffffffff\r\n${body}${hidden}`],
  ['a chunk that is longer than it says', `${head(chunked)}1\r\n${body}\r\n0\r\n\r\n${hidden}`],
  ['a chunk ended by a line feed', `${head(chunked)}${body.length.toString(16)}\n${body}\n0\n\n${hidden}`],
  ['headers of 20 KB', head(`x: ${'y'.repeat(20_000)}`, length) + body + hidden],
])('%s is refused, and nothing after it is read', async (_, bytes) => {
  const statuses = await statusesOf(bytes)
  expect(statuses.filter((status) => status < 400)).toEqual([])
  expect(cuecard.asked.filter(({ call }) => call === 'retrieve')).toEqual([])
})

test.each([
  ['chunk extensions', `${head(chunked)}${body.length.toString(16)};a=b\r\n${body}\r\n0\r\n\r\n`, [200, 200]],
  ['trailers', `${head(chunked) + chunks.slice(0, -2)}authorization: Bearer compliance\r\n\r\n`, [200, 200]],
  ['an absolute address', hidden.replace('/v1', 'http://other.example/v1'), [200, 200]],
  ['Expect: 100-continue', head('expect: 100-continue', length) + body, [100, 200, 200]],
  ['another expectation', head('expect: gold', length) + body, [417, 200]],
  [
    'a GET with a body',
    `GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: ${hidden.length}\r\n\r\n${hidden}`,
    [200, 200],
  ],
  ['HTTP/1.0', `GET /healthz HTTP/1.0\r\nhost: x\r\n\r\n`, [200, 400]],
  [
    'a request ahead of half of one, which then has two hosts',
    `${hidden}POST /v1/retrievals HTTP/1.1\r\nhost: x\r\nx: `,
    [200, 400],
  ],
])('%s is one request', async (_, bytes, statuses) => {
  expect(await statusesOf(bytes)).toEqual(statuses)
  expect(cuecard.asked.filter(({ call }) => call === 'retrieve').length).toBeLessThanOrEqual(1)
})

test('hundreds of connections with half a request keep nobody out', async () => {
  const sockets = Array.from({ length: 400 }, () => connect(service.port, '127.0.0.1'))
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) =>
          socket.on('connect', () => socket.write(head(length).slice(0, -2), () => resolve())),
        ),
    ),
  )
  expect(await statusesOf(hidden)).toEqual([200, 200])
  for (const socket of sockets) socket.destroy()
})

test('slow bodies beyond the bound are shed at once, and room is made when they are gone', async () => {
  const sockets = Array.from({ length: 50 }, () => connect(service.port, '127.0.0.1'))
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) =>
          socket.on('connect', () => socket.write(head(length) + body.slice(0, 5), () => resolve())),
        ),
    ),
  )
  let statuses = [200]
  for (let turn = 0; statuses[0] !== 503 && turn < 200; turn++) statuses = await statusesOf(hidden)
  expect(statuses[0]).toBe(503)
  for (const socket of sockets) socket.destroy()
  for (let turn = 0; statuses[0] !== 200 && turn < 1000; turn++) statuses = await statusesOf(hidden)
  expect(statuses[0]).toBe(200)
})
