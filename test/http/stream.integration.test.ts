// The stream on its socket: what a reader gets, what a reader that does not read gets, and what is left of either.
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { CuecardError } from '../../src/errors.ts'
import type { ServedCuecard } from '../../src/http/ports.ts'
import { type RunningService, startService } from '../../src/http/start-service.ts'
import type { Follower } from '../../src/push/stream.ts'
import type { Retrieval } from '../../src/retrieval/retrieval.ts'
import { bearer, fakeCuecard, httpConfig, items, optionsOf, retrieval } from './fake-parts.ts'
import { openStream } from './read-events.ts'

const running: RunningService[] = []
afterEach(async () => {
  for (const service of running.splice(0)) await service.close()
})

/** A service whose streams the test holds in its hand. */
async function serve(parts: Partial<ServedCuecard> = {}, config: Partial<typeof httpConfig> = {}) {
  const followed: { asked: unknown; options: unknown; follower: Follower; left: Promise<void> }[] = []
  const { cuecard } = fakeCuecard({
    async follow(asked, follower, options) {
      let leave = () => {}
      const left = new Promise<void>((resolve) => {
        leave = resolve
      })
      followed.push({ asked, options, follower, left })
      return leave
    },
    ...parts,
  })
  const service = await startService(
    optionsOf({
      clock: undefined,
      cuecard,
      config: { ...httpConfig, maxEventLoopDelayMs: 60_000, shutdownSeconds: 1, ...config },
    }),
  )
  running.push(service)
  const url = `${service.url}/v1/interactions/c-1/stream`
  const open = async (query = '?agentId=ann', headers: Record<string, string> = bearer('service')) => {
    const stream = await openStream(url + query, headers)
    const last = followed.at(-1)
    if (last === undefined) throw new Error('nobody follows')
    return { ...stream, ...last }
  }
  return { service, followed, open, url }
}

test('answers come as events with ids, each the reply of a retrieval', async () => {
  const { open } = await serve()
  const { response, next, follower, asked, options } = await open(
    '?agentId=ann&maxResults=3&language=en-gb',
    { ...bearer('service'), 'last-event-id': 'e-7' },
  )
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': expect.any(String),
    traceparent: expect.any(String),
  })
  expect(asked).toEqual({ interactionId: 'c-1', agentId: 'ann', maxResults: 3, language: 'en-GB' })
  expect(options).toMatchObject({ actor: { id: 'service' }, lastEventId: 'e-7' })
  follower.answer(retrieval, 'e-8')
  const first = await next()
  follower.beat()
  follower.answer({ ...retrieval, retrievalId: 'r-2' }, 'e-9')
  follower.end('renew')
  expect(first).toMatchObject({ id: 'e-8', event: 'retrieval' })
  expect(JSON.parse(first?.data ?? '')).toEqual(retrieval)
  expect(await next()).toMatchObject({ event: ':' })
  expect(await next()).toMatchObject({ id: 'e-9', event: 'retrieval' })
  expect(await next()).toEqual({ id: 'e-9', event: 'end', data: '{"reason":"renew"}' })
  expect(await next()).toBe(undefined)
})

test('an agent is told how many were kept back, and not which', async () => {
  const { open } = await serve()
  const { next, follower } = await open('?agentId=ann', bearer('agent:ann'))
  follower.answer(retrieval, 'e-1')
  const { data = '' } = (await next()) ?? {}
  expect(JSON.parse(data).refused).toEqual([{ reason: 'audience', count: 2 }])
  expect(data).not.toContain('kb-secret')
})

test('who may not follow, or asks wrongly, gets a problem and no stream', async () => {
  const denied = new CuecardError('access.denied', 'no')
  const full = new CuecardError('stream.full', 'full')
  const status = async (query: string, token: string, error?: CuecardError) => {
    const { url } = await serve(error && { follow: () => Promise.reject(error) })
    const response = await fetch(url + query, { headers: bearer(token) })
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    const { code } = (await response.json()) as { code: string }
    return [response.status, code, response.headers.get('retry-after')]
  }
  expect(await status('?agentId=ann', 'supervisor')).toEqual([403, 'access.denied', null])
  expect(await status('?agentId=ann', 'agent:bob', denied)).toEqual([403, 'access.denied', null])
  expect(await status('?agentId=ann', 'service', full)).toEqual([503, 'stream.full', '30'])
  expect(await status('', 'service')).toEqual([400, 'request.invalid', null])
  expect(await status('?agentId=ann&query=x', 'service')).toEqual([400, 'request.invalid', null])
  expect(await status('?agentId=ann&agentId=bob', 'service')).toEqual([400, 'request.invalid', null])
  expect(await status('?agentId=ann&maxResults=0', 'service')).toEqual([400, 'request.invalid', null])
})

test('a stream is none of the requests under way, and is left when its reader hangs up', async () => {
  const { open, service, followed } = await serve({}, { maxConcurrentRequests: 1 })
  const streams = await Promise.all([open(), open(), open()])
  const asked = await fetch(`${service.url}/v1/retrievals`, {
    method: 'POST',
    headers: { ...bearer('service'), 'content-type': 'application/json' },
    body: JSON.stringify({ interactionId: 'c-1', agentId: 'ann', query: 'lost card' }),
  })
  expect(asked.status).toBe(200)
  await asked.json()
  for (const { hangUp } of streams) hangUp()
  await Promise.all(followed.map(({ left }) => left))
  expect(followed).toHaveLength(3)
})

test('a reader that hangs up while it is being let in leaves nothing behind', async () => {
  let admit = () => {}
  let asked = () => {}
  const begun = new Promise<void>((resolve) => {
    asked = resolve
  })
  let left = () => {}
  const ended = new Promise<void>((resolve) => {
    left = resolve
  })
  const { url } = await serve({
    async follow() {
      asked()
      await new Promise<void>((resolve) => {
        admit = resolve
      })
      return left
    },
  })
  const { port, hostname, pathname } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(`GET ${pathname}?agentId=ann HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer service\r\n\r\n`)
  await begun
  socket.destroy()
  await once(socket, 'close')
  admit()
  await ended
})

/** A stream whose reader takes nothing. */
async function openUnread() {
  const { url, followed } = await serve()
  const { port, hostname, pathname } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.pause()
  socket.write(`GET ${pathname}?agentId=ann HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer service\r\n\r\n`)
  while (followed.length === 0) await new Promise((resolve) => setImmediate(resolve))
  const [{ follower, left } = { follower: undefined, left: undefined }] = followed
  return { socket, follower, left }
}

test('a reader that stops reading is cut off, and what waits for it stays bounded', async () => {
  const { socket, follower, left } = await openUnread()
  const snippet = 'x'.repeat(100_000)
  const large: Retrieval = { ...retrieval, items: items.map((item) => ({ ...item, snippet })) }
  let isLeft = false
  left?.then(() => {
    isLeft = true
  })
  const before = process.memoryUsage().arrayBuffers
  let sent = 0
  // The kernel takes some megabytes before it takes no more.
  for (; !isLeft && sent < 1000; sent++) {
    follower?.answer(large, `e-${sent}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(isLeft).toBe(true)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000)
  follower?.answer(large, 'after')
  follower?.beat()
  follower?.end('closing')
  socket.destroy()
})

test('a reader that has read nothing from one beat to the next is cut off', async () => {
  const { socket, follower, left } = await openUnread()
  // One answer that is larger than all that the kernel takes.
  const snippet = 'x'.repeat(20_000_000)
  follower?.answer({ ...retrieval, items: items.map((item) => ({ ...item, snippet })) }, 'e-1')
  await new Promise((resolve) => setImmediate(resolve))
  follower?.beat()
  follower?.beat()
  await left
  socket.destroy()
})

test('a service that ends tells its streams, and opens no new ones', async () => {
  const { open, service } = await serve()
  const { next, response } = await open()
  expect(response.status).toBe(200)
  const closed = service.close()
  expect(await next()).toMatchObject({ event: 'end', data: '{"reason":"closing"}' })
  expect(await next()).toBe(undefined)
  await closed
})

test('an answer that is at hand when the stream opens comes first', async () => {
  const { url } = await serve({
    async follow(_, follower) {
      follower.answer(retrieval, 'e-1')
      return () => {}
    },
  })
  const { next, hangUp } = await openStream(`${url}?agentId=ann`, bearer('service'))
  expect(await next()).toMatchObject({ id: 'e-1', event: 'retrieval' })
  hangUp()
})
