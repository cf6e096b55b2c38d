import { expect, test } from 'vitest'
import { CuecardError } from '../../src/errors.ts'
import { bearer, fakeService, httpConfig, question, retrieval, unauthenticated } from './fake-parts.ts'

test('a retrieval is answered with the bytes of its JSON and the headers that tell of it', async () => {
  const { post, asked } = fakeService()
  const reply = await post('/v1/retrievals', question)
  expect(reply.statusCode).toBe(200)
  expect(reply.body).toBe(JSON.stringify(retrieval))
  expect(reply.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(JSON.stringify(retrieval))),
    age: '12',
    'cache-status': 'cuecard; hit; ttl=287',
    'server-timing': 'total;dur=0, upstream;dur=0, queue;dur=0',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': '0198f2a0-7d3e-8a4b-9c5d-000000000001',
    traceparent: '00-0198f2a07d3e8a4b9c5d000000000001-9c5d000000000001-00',
  })
  expect(asked[0]?.args[1]).toMatchObject({
    actor: { id: 'service' },
    traceparent: '00-0198f2a07d3e8a4b9c5d000000000001-9c5d000000000001-00',
  })
})

test("a caller's own request id and trace go on, and what is no id does not", async () => {
  const { post } = fakeService()
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  const own = {
    ...bearer('service'),
    'x-request-id': 'desk-7/42',
    traceparent: `00-${trace}-00f067aa0ba902b7-01`,
  }
  const kept = await post('/v1/retrievals', question, own)
  expect(kept.headers['x-request-id']).toBe('desk-7/42')
  expect(kept.headers.traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`))
  expect(kept.headers.traceparent).not.toContain('00f067aa0ba902b7')
  const odd = await post('/v1/retrievals', question, { ...bearer('service'), 'x-request-id': '"<script>"' })
  expect(odd.headers['x-request-id']).toMatch(/^0198f2a0-/)
})

test.each([
  ['/healthz', 200],
  ['/v1/nothing', 404],
  ['/v1/%zz', 400],
])('%s goes on with the trace and the id that came, too', async (url, status) => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  const headers = { 'x-request-id': 'desk-7', traceparent: `00-${trace}-00f067aa0ba902b7-01` }
  const reply = await fakeService().get(url, headers)
  expect([reply.statusCode, reply.headers['x-request-id']]).toEqual([status, 'desk-7'])
  expect(reply.headers.traceparent).toMatch(new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`))
  expect(reply.headers['x-content-type-options']).toBe('nosniff')
})

test('agents get counts of what was kept back, services get the list', async () => {
  const { post } = fakeService()
  const own = await post('/v1/retrievals', question, bearer('agent:ann'))
  expect(own.json().refused).toEqual([{ reason: 'audience', count: 2 }])
  const all = await post('/v1/retrievals', question)
  expect(all.json().refused).toEqual(retrieval.refused)
})

test.each([
  ['fresh', 0, null, 'cuecard; hit; ttl=287'],
  ['stale', 0, null, 'cuecard; hit; ttl=287'],
  ['stale', 180, null, 'cuecard; fwd=stale; ttl=287'],
  ['fresh', 80, null, 'cuecard; fwd=miss'],
  [
    'fresh',
    80.26,
    { code: 'genesys.unavailable', message: 'one source is down' },
    'cuecard; fwd=miss; detail=genesys.unavailable',
  ],
] as const)('Cache-Status of a %s answer after %f ms', async (status, totalMs, degraded, expected) => {
  const answer = {
    ...retrieval,
    freshness: { ...retrieval.freshness, status },
    degraded,
    timings: { totalMs, upstreamMs: 0, queuedMs: 0 },
  }
  const { post } = fakeService({}, { retrieve: async () => answer })
  const { headers } = await post('/v1/retrievals', question)
  expect(headers['cache-status']).toBe(expected)
  expect(headers['server-timing']).toBe(
    `total;dur=${Math.round(totalMs * 10) / 10}, upstream;dur=0, queue;dur=0`,
  )
})

test('an answer without content has no age', async () => {
  const freshness = { status: 'none', ageSeconds: null, source: null } as const
  const degraded = { code: 'deadline.exceeded', message: 'late' } as const
  const { post } = fakeService({}, { retrieve: async () => ({ ...retrieval, freshness, degraded }) })
  const { headers } = await post('/v1/retrievals', question)
  expect(headers['cache-status']).toBe('cuecard; fwd=miss; detail=deadline.exceeded')
  expect(headers.age).toBeUndefined()
})

test('a mistake is a problem document that names the field', async () => {
  const { post } = fakeService()
  const reply = await post('/v1/retrievals', { ...question, query: 'hi' })
  expect(reply.statusCode).toBe(400)
  expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(reply.json()).toEqual({
    type: '/problems/request.invalid',
    title: 'The request breaks a rule',
    status: 400,
    detail: 'query: must have 3 to 2000 characters',
    instance: reply.headers['x-request-id'],
    code: 'request.invalid',
    field: 'query',
  })
})

test('no credential, no answer: 401 with a challenge, recorded, and the body is not read', async () => {
  const { post, refused, asked } = fakeService()
  const reply = await post('/v1/retrievals', '{"broken', {})
  expect(reply.statusCode).toBe(401)
  expect(reply.headers['www-authenticate']).toBe('Bearer realm="cuecard"')
  expect(refused).toEqual([{ action: 'retrieve', code: 'access.unauthenticated' }])
  expect(asked).toEqual([])
})

test('another role is denied before its body is read, and recorded with its name', async () => {
  const { get, post, refused } = fakeService()
  expect((await post('/v1/retrievals', '{"broken', bearer('compliance'))).statusCode).toBe(403)
  expect((await get('/v1/audit/entries', bearer('agent:ann'))).json().detail).toMatch(
    /is for the role compliance/,
  )
  expect(refused).toMatchObject([
    { action: 'retrieve', code: 'access.denied', actor: { id: 'compliance' } },
    { action: 'audit.read', code: 'access.denied', actor: { id: 'agent:ann' } },
  ])
})

test('what cuecard itself denies is recorded with whom it was about', async () => {
  const denied = () => Promise.reject(new CuecardError('access.denied', 'Not your interaction'))
  const { post, app, refused } = fakeService({}, { retrieve: denied, updateContext: denied })
  expect((await post('/v1/retrievals', question, bearer('agent:bob'))).statusCode).toBe(403)
  await app.inject({
    method: 'PUT',
    url: '/v1/interactions/c-9/context',
    headers: bearer('agent:bob'),
    payload: {},
  })
  expect(refused).toMatchObject([
    { action: 'retrieve', agentId: 'ann', interactionId: 'c-1' },
    { action: 'context.update', interactionId: 'c-9' },
  ])
})

test('a flood of refusals is counted, not recorded', async () => {
  const warned: object[] = []
  const { post, app, refused } = fakeService({
    logger: { info() {}, error() {}, warn: (fields) => warned.push(fields) },
  })
  for (let count = 0; count < 50; count++) await post('/v1/retrievals', question, {})
  expect(refused).toHaveLength(20)
  await app.close()
  expect(warned).toEqual([{ refusals: 30 }])
})

test('a credential may take time to be checked, and may fail then', async () => {
  const { post, refused } = fakeService({
    authenticator: { authenticate: async () => Promise.reject(unauthenticated()) },
  })
  expect((await post('/v1/retrievals', question)).statusCode).toBe(401)
  expect(refused).toHaveLength(1)
})

test('a defect is told in the log and nowhere else', async () => {
  const logged: unknown[] = []
  const logger = { info() {}, warn() {}, error: (fields: object) => logged.push(fields) }
  const { post } = fakeService({ logger }, { retrieve: () => Promise.reject(new TypeError('secret detail')) })
  const reply = await post('/v1/retrievals', question)
  expect(reply.statusCode).toBe(500)
  expect(reply.body).not.toContain('secret')
  expect(reply.json()).toMatchObject({ code: 'internal', instance: reply.headers['x-request-id'] })
  expect(logged).toMatchObject([
    { err: { message: 'secret detail' }, requestId: reply.headers['x-request-id'] },
  ])
})

test('too many requests of one caller: 429, and another caller is served', async () => {
  const { post } = fakeService({ config: { ...httpConfig, requestsPerMinute: 6 } })
  expect((await post('/v1/retrievals', question)).statusCode).toBe(200)
  const reply = await post('/v1/retrievals', question)
  expect(reply.statusCode).toBe(429)
  expect(reply.headers['retry-after']).toBe('10')
  expect((await post('/v1/retrievals', question, bearer('agent:ann'))).statusCode).toBe(200)
})

test('too many requests under way: 503 for the next, health stays, and room comes back', async () => {
  let answer = (_: typeof retrieval) => {}
  const waiting = new Promise<typeof retrieval>((resolve) => {
    answer = resolve
  })
  const { post, get } = fakeService(
    { config: { ...httpConfig, maxConcurrentRequests: 1 } },
    { retrieve: () => waiting },
  )
  const first = post('/v1/retrievals', question)
  // Injection answers in its own time: the first must have come in.
  await get('/healthz')
  const shed = await post('/v1/retrievals', question)
  expect(shed.statusCode).toBe(503)
  expect(shed.headers['retry-after']).toBe('1')
  expect(shed.json().code).toBe('overloaded')
  expect((await get('/healthz')).statusCode).toBe(200)
  answer(retrieval)
  expect((await first).statusCode).toBe(200)
  expect((await post('/v1/retrievals', question)).statusCode).toBe(200)
})

test.each([
  ['GET', '/v1/nothing', 404, undefined],
  ['GET', '/v1/retrievals/', 404, undefined],
  ['GET', '/v1/retrievals', 405, 'POST'],
  ['OPTIONS', '/v1/retrievals', 405, 'POST'],
  ['HEAD', '/v1/audit/export', 405, 'GET'],
  ['DELETE', '/v1/interactions/c-1/context?x=1', 405, 'PUT'],
  ['POST', '/healthz', 405, 'GET, HEAD'],
  ['QUERY', '/v1/retrievals', 405, 'POST'],
  ['QUERY', '/v1/nothing', 404, undefined],
  ['TRACE', '/healthz', 405, 'GET, HEAD'],
] as const)('%s %s is answered %i', async (method, url, status, allow) => {
  const { app } = fakeService()
  const reply = await app.inject({ method: method as 'GET', url })
  expect(reply.statusCode).toBe(status)
  expect(reply.headers.allow).toBe(allow)
  expect(reply.headers['x-request-id']).toBeDefined()
})

test('an id that is longer than any is not found', async () => {
  const reply = await fakeService().get(`/v1/audit/entries/${'9'.repeat(2000)}`)
  expect([reply.statusCode, reply.json().code]).toEqual([404, 'not_found'])
})

test('HEAD on health has no body', async () => {
  const { app } = fakeService()
  const reply = await app.inject({ method: 'HEAD', url: '/healthz' })
  expect([reply.statusCode, reply.body]).toEqual([200, ''])
})

test('https is kept where a trusted proxy speaks it', async () => {
  const { app } = fakeService({ config: { ...httpConfig, trustProxy: true } })
  const reply = await app.inject({ url: '/healthz', headers: { 'x-forwarded-proto': 'https' } })
  expect(reply.headers['strict-transport-security']).toBe('max-age=31536000')
  const plain = await fakeService().app.inject({ url: '/healthz', headers: { 'x-forwarded-proto': 'https' } })
  expect(plain.headers['strict-transport-security']).toBeUndefined()
})

test('each reply is observed by its pattern, never by its path', async () => {
  const seen: unknown[] = []
  const { app, post } = fakeService({ observe: (request) => seen.push(request) })
  await post('/v1/retrievals', question)
  await app.inject({
    method: 'PUT',
    url: '/v1/interactions/c-1/context',
    headers: bearer('service'),
    payload: {},
  })
  await app.inject({ url: '/secret/path' })
  await new Promise((resolve) => setImmediate(resolve))
  expect(seen).toMatchObject([
    { method: 'POST', route: '/v1/retrievals', status: 200, ms: 0 },
    { method: 'PUT', route: '/v1/interactions/{id}/context', status: 204 },
    { method: 'GET', route: undefined, status: 404 },
  ])
})
