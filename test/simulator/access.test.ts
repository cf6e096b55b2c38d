// Who gets in: tokens, permissions, quota, and the refusals that everyone meets.
import { describe, expect, test } from 'vitest'
import { startSimulator } from './sample-organisation.ts'

const bases = '/api/v2/knowledge/knowledgebases'

describe('the token endpoint', () => {
  const post = async (headers: Record<string, string>, body: string) => {
    const { transport } = await startSimulator()
    const { signal } = new AbortController()
    const answer = await transport.send({
      method: 'POST',
      url: 'http://x/oauth/token',
      headers,
      body,
      signal,
    })
    return { status: answer.status, body: JSON.parse(answer.body) }
  }
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

  test('grants client_credentials to the known client', async () => {
    const answer = await post(basic('simulator:simulator-secret'), 'grant_type=client_credentials')
    expect(answer).toEqual({
      status: 200,
      body: { access_token: expect.stringMatching(/^[\w-]{40,}$/), token_type: 'bearer', expires_in: 86_400 },
    })
  })

  test('refuses a wrong secret, a missing header and another grant', async () => {
    for (const headers of [basic('simulator:wrong'), {}]) {
      const { status, body } = await post(headers, 'grant_type=client_credentials')
      expect(status).toBe(400)
      expect(body).toMatchObject({ error: 'invalid_client', description: expect.any(String) })
      expect(body.error_description).toBe(body.description)
    }
    const { status, body } = await post(basic('simulator:simulator-secret'), 'grant_type=password')
    expect([status, body.error]).toEqual([400, 'unsupported_grant_type'])
  })

  test('names the configured scopes and lifetime', async () => {
    const { logIn } = await startSimulator({ scopes: ['knowledge', 'users'], tokenLifetimeSeconds: 60 })
    expect(JSON.parse((await logIn()).body)).toMatchObject({ scope: 'knowledge users', expires_in: 60 })
  })
})

describe('a bearer token', () => {
  test('is asked for', async () => {
    const { transport } = await startSimulator()
    const { signal } = new AbortController()
    const answer = await transport.send({ method: 'GET', url: `http://x${bases}`, headers: {}, signal })
    expect(answer.status).toBe(401)
    expect(JSON.parse(answer.body).code).toBe('authentication.required')
  })

  test('must be known', async () => {
    const { get } = await startSimulator()
    expect(await get(bases, { token: 'made-up' })).toMatchObject({
      status: 401,
      body: { code: 'bad.credentials' },
    })
  })

  test('runs out after its lifetime', async () => {
    const { get, clock } = await startSimulator({ tokenLifetimeSeconds: 100 })
    await clock.advance(99_999)
    expect((await get(bases)).status).toBe(200)
    await clock.advance(1)
    expect(await get(bases)).toMatchObject({ status: 401, body: { code: 'bad.credentials' } })
  })

  test('is gone once revoked, and a new one works', async () => {
    const { get, simulator, logInAgain } = await startSimulator()
    expect(simulator.revokeTokens()).toBe(1)
    expect((await get(bases)).status).toBe(401)
    await logInAgain()
    expect((await get(bases)).status).toBe(200)
  })

  test('of an agent shows the agent; a client token has no user', async () => {
    const { get, simulator } = await startSimulator()
    const token = simulator.issueAgentToken({ id: 'u-1', name: 'Ada Lovelace' })
    expect(await get('/api/v2/users/me', { token })).toMatchObject({
      status: 200,
      body: {
        id: 'u-1',
        name: 'Ada Lovelace',
        email: 'ada.lovelace@example.com',
        state: 'active',
        division: { name: 'Home' },
      },
    })
    const other = simulator.issueAgentToken({ id: 'u-2', name: 'Bob', divisionId: 'd-2', state: 'inactive' })
    expect(await get('/api/v2/users/me', { token: other })).toMatchObject({
      body: { id: 'u-2', state: 'inactive', division: { id: 'd-2' } },
    })
    expect(await get('/api/v2/users/me')).toMatchObject({ status: 400, body: { code: 'not.a.user' } })
  })
})

describe('the quota', () => {
  test('is a fixed minute for each token', async () => {
    const { get, clock, logInAgain } = await startSimulator({ quotaPerMinute: 3 })
    const first = await get(bases)
    expect(first.headers).toMatchObject({
      'inin-ratelimit-count': '1',
      'inin-ratelimit-allowed': '3',
      'inin-ratelimit-reset': '60',
    })
    await get(bases)
    await clock.advance(20_500)
    await get(bases)
    const refused = await get(bases)
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'retry-after': '40', 'inin-ratelimit-count': '3' },
      body: { code: 'too.many.requests.retry.after', status: 429 },
    })
    await clock.advance(39_499)
    expect((await get(bases)).headers['retry-after']).toBe('1')
    await clock.advance(1)
    expect((await get(bases)).status).toBe(200)
    await get(bases)
    await get(bases)
    expect((await get(bases)).status).toBe(429)
    await logInAgain()
    expect((await get(bases)).status).toBe(200)
  })

  test('is 300 calls by default', async () => {
    const { get } = await startSimulator()
    for (let call = 0; call < 300; call++) expect((await get('/api/v2/users/me')).status).toBe(400)
    expect((await get('/api/v2/users/me')).status).toBe(429)
  })
})

describe('permissions', () => {
  test('that the client lacks are named', async () => {
    const { get, post, retrieve } = await startSimulator({ permissions: ['knowledge:knowledgebase:view'] })
    const { body } = await get(bases)
    expect(await post(`${body.entities[0].selfUri}/documents/search`, { query: 'fee' })).toMatchObject({
      status: 403,
      body: {
        code: 'missing.permissions',
        message: expect.stringContaining('knowledge:knowledgebase:search'),
        messageParams: { permissions: 'knowledge:knowledgebase:search' },
      },
    })
    expect((await retrieve({})).status).toBe(403)
  })

  test('include the scope of assist-content when scopes are restricted', async () => {
    const restricted = await startSimulator({ scopes: ['knowledge'] })
    expect(await restricted.retrieve({})).toMatchObject({
      status: 403,
      body: {
        code: 'app.not.authorized.for.scope',
        message: expect.stringContaining('agentassist:content:read'),
      },
    })
    const granted = await startSimulator({ scopes: ['agentassist:content:read'] })
    expect((await granted.retrieve({})).status).toBe(200)
  })
})

describe('every refusal', () => {
  test('has the form of a Genesys error, with the correlation id in header and body', async () => {
    const { get } = await startSimulator()
    const { status, headers, body } = await get('/api/v2/nothing/here')
    expect(status).toBe(404)
    expect(body).toEqual({
      message: expect.any(String),
      code: 'not.found',
      status: 404,
      messageParams: {},
      contextId: headers['inin-correlation-id'],
      details: [],
      errors: [],
    })
  })

  test('of a wrong method says which are allowed', async () => {
    const { ask } = await startSimulator()
    expect(await ask('DELETE', bases)).toMatchObject({ status: 405, headers: { allow: 'GET' } })
  })

  test('of a body says what is wrong with it', async () => {
    const { retrieve, post } = await startSimulator()
    const path = '/api/v2/agentassist/content/retrieve'
    expect(await post(path, '{"interactionId": ')).toMatchObject({
      status: 400,
      body: { code: 'bad.request' },
    })
    expect(await post(path, ' '.repeat(1024 * 1024 + 1))).toMatchObject({ status: 413 })
    expect(await retrieve({ surprise: 1 })).toMatchObject({
      status: 400,
      body: { code: 'invalid.property', details: [{ fieldName: 'surprise' }] },
    })
    expect(await retrieve({ maxResults: 51 })).toMatchObject({
      status: 400,
      body: { code: 'constraint.validation', details: [{ fieldName: 'maxResults' }] },
    })
  })

  test('of a query parameter names it', async () => {
    const { get } = await startSimulator()
    for (const query of ['pageSize=101', 'pageSize=0', 'pageSize=ten', 'after=bm90aGluZw'])
      expect(await get(`${bases}?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid.query.param.value', details: [{ fieldName: query.split('=')[0] }] },
      })
  })
})
