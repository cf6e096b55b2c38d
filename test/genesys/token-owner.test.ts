// What Genesys says of a token, and that a hostile answer takes the token nowhere.
import { describe, expect, test } from 'vitest'
import type { HttpRequest, HttpResponse } from '../../src/genesys/http-transport.ts'
import { tokenOwner } from '../../src/genesys/token-owner.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { expectNoSecret } from '../access/expect-no-secret.ts'
import { errorOf } from '../testing/outcome.ts'

const token = 'Planted-T0ken_value'

function ask(answer: (request: HttpRequest) => Partial<HttpResponse>) {
  const clock = new FakeClock()
  const transport = {
    send: async (request: HttpRequest) => ({ status: 200, headers: {}, body: '', ...answer(request) }),
    close: async () => {},
  }
  return tokenOwner({ apiUrl: 'http://genesys/gateway', transport, clock })(token)
}
const good = { id: 'u-1', state: 'active', division: { id: 'd-1' } }

test('the token goes to users/me, and nowhere else', async () => {
  const owner = await ask(({ method, url, headers }) => {
    expect([method, url, headers.authorization]).toEqual([
      'GET',
      'http://genesys/gateway/api/v2/users/me',
      `Bearer ${token}`,
    ])
    return { body: JSON.stringify({ ...good, more: [1] }) }
  })
  expect(owner).toEqual({ id: 'u-1', divisionId: 'd-1', isActive: true })
})

test.each<[number, string, string]>([
  [401, '', 'access.unauthenticated'],
  [400, '{"code":"not.a.user"}', 'access.unauthenticated'],
  [403, '', 'access.unauthenticated'],
  [404, '', 'access.unauthenticated'],
  [429, '', 'access.unavailable'],
  [500, '', 'access.unavailable'],
  [302, '', 'access.unavailable'],
  [204, '', 'access.unavailable'],
  [200, '{', 'access.unavailable'],
  [200, '[]', 'access.unavailable'],
  [200, '{"id":7,"state":"active"}', 'access.unavailable'],
  [200, '{"id":"","state":"active"}', 'access.unavailable'],
  [200, '{"id":"a\\nb","state":"active"}', 'access.unavailable'],
  [200, '{"id":"u-1"}', 'access.unavailable'],
  [200, '{"id":"u-1","state":"unheard of"}', 'access.unavailable'],
  [200, `{"id":"${token}","state":"active"}`, 'access.unavailable'],
  [200, `{"id":"u-1","state":"active","division":{"id":"x${token}"}}`, 'access.unavailable'],
])('HTTP %d %s: %s', async (status, body, code) => {
  expect((await errorOf(ask(() => ({ status, body })))).code).toBe(code)
})

describe('the token is in no error', () => {
  test.each([200, 400, 401, 403, 500])('when it is echoed with HTTP %d', async (status) => {
    const body = JSON.stringify({ message: token, id: token, state: token })
    expectNoSecret(await errorOf(ask(() => ({ status, body, headers: { 'x-echo': token } }))), token)
  })

  test('when a transport throws the request', async () => {
    const error = await errorOf(
      ask((request) => {
        throw Object.assign(new Error(`failed: ${token}`), { request })
      }),
    )
    expect(error.code).toBe('access.unavailable')
    expectNoSecret(error, token)
  })
})
