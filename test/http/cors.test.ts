// A desktop at another origin, as its browser asks for it (WHATWG Fetch).
import { afterAll, expect, test } from 'vitest'
import { createService } from '../../src/http/create-service.ts'
import { bearer, fakeCuecard, httpConfig, optionsOf, question } from './fake-parts.ts'

const desk = 'https://desk.example'
const { app } = createService(
  optionsOf({ cuecard: fakeCuecard().cuecard, config: { ...httpConfig, corsOrigins: [desk] } }),
)
afterAll(() => app.close())

const preflight = (origin: string, url = '/v1/retrievals') =>
  app.inject({ method: 'OPTIONS', url, headers: { origin, 'access-control-request-method': 'POST' } })
const retrieve = (origin: string) =>
  app.inject({
    method: 'POST',
    url: '/v1/retrievals',
    headers: { origin, ...bearer('service') },
    payload: question,
  })
const allowed = 'access-control-allow-origin'

test('a desktop that is named may ask, with its own credential and no cookie', async () => {
  const asked = await preflight(desk)
  expect([asked.statusCode, asked.body]).toEqual([204, ''])
  expect(asked.headers).toMatchObject({ [allowed]: desk, vary: 'Origin', 'access-control-max-age': '7200' })
  expect(asked.headers['access-control-allow-headers']).toMatch(/Authorization, .*Idempotency-Key/)
  expect(asked.headers['access-control-allow-methods']).toContain('POST')
  expect(asked.headers).not.toHaveProperty('access-control-allow-credentials')
  const { statusCode, headers } = await retrieve(desk)
  expect([statusCode, headers[allowed], headers.vary]).toEqual([200, desk, 'Origin'])
  expect(headers['access-control-expose-headers']).toContain('Retry-After')
})

test('it can read why it was refused', async () => {
  const { statusCode, headers } = await app.inject({
    method: 'POST',
    url: '/v1/retrievals',
    headers: { origin: desk },
  })
  expect([statusCode, headers[allowed]]).toEqual([401, desk])
})

test.each(['https://desk.example.evil', 'http://desk.example', 'null', 'https://DESK.example'])(
  'a page of %s may not',
  async (origin) => {
    expect((await preflight(origin)).headers).not.toHaveProperty(allowed)
    expect((await retrieve(origin)).headers).not.toHaveProperty(allowed)
  },
)

test('what is no part of the API is not opened', async () => {
  expect((await preflight(desk, '/metrics')).headers).not.toHaveProperty(allowed)
})

test('without such a desktop nothing is said of it', async () => {
  const { app: other } = createService(optionsOf({ cuecard: fakeCuecard().cuecard }))
  const reply = await other.inject({ url: '/v1/session', headers: { origin: desk, ...bearer('service') } })
  expect([reply.statusCode, reply.headers.vary, reply.headers[allowed]]).toEqual([200, undefined, undefined])
  await other.close()
})
