// One credential a request: which kind it is, who refuses it, and that no refusal repeats it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CredentialHeaders, createAuthenticator } from '../../src/access/authenticate.ts'
import { CuecardError } from '../../src/errors.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { errorOf } from '../testing/outcome.ts'
import { expectNoSecret } from './expect-no-secret.ts'
import { entryOf, keyText, tempFolder } from './temp-folder.ts'

const { file } = tempFolder()
const key = keyText('a')
const apiKeysFile = file({ keys: [entryOf(key)] })
const jwt = { rolesClaim: 'roles', agentIdClaim: 'sub', divisionsClaim: 'divisions', roleNames: {} }

function start(more: { keys?: false; jwt?: false; genesysTokens?: false } = {}) {
  const asked = { genesys: [] as string[], keyServer: 0 }
  const authenticator = createAuthenticator({
    settings: {
      ...(more.keys ?? { apiKeysFile }),
      ...(more.jwt ?? { jwt: { ...jwt, jwksUrl: 'https://id.example.com' } }),
      genesysTokens: more.genesysTokens ?? true,
      genesysTokenSeconds: 60,
    },
    clock: new FakeClock(),
    ownerOf: async (token) => {
      asked.genesys.push(token)
      if (token === 'good') return { id: 'u-1', divisionId: undefined, isActive: true }
      throw new CuecardError('access.unauthenticated', 'Genesys does not know the token, or it has expired')
    },
    fetch: async () => {
      asked.keyServer++
      return Response.json({ keys: [] })
    },
  })
  const authenticate = async (headers: CredentialHeaders) => authenticator.authenticate(headers)
  return {
    authenticator,
    authenticate,
    asked,
    refusal: (headers: CredentialHeaders) => errorOf(authenticate(headers)),
  }
}

test('an API key is known at once, in either header', () => {
  const { authenticator } = start()
  for (const headers of [
    { 'x-api-key': key },
    { authorization: `Bearer ${key}` },
    { authorization: `bearer  ${key}` },
  ])
    expect(authenticator.authenticate(headers)).toMatchObject({ id: 'a', via: 'api_key' })
})

test('each kind goes where it belongs, and nowhere else', async () => {
  const { authenticate, refusal, asked } = start()
  const foreign = `${Buffer.from('{"alg":"ES256","kid":"x"}').toString('base64url')}.e30.AAAA`
  expect((await refusal({ authorization: `Bearer ${foreign}` })).code).toBe('access.unauthenticated')
  expect((await refusal({ authorization: `Bearer ${key}x` })).code).toBe('access.unauthenticated')
  expect((await refusal({ 'x-api-key': 'good' })).code).toBe('access.unauthenticated')
  expect(asked).toEqual({ genesys: [], keyServer: 1 })
  expect(await authenticate({ authorization: 'Bearer good' })).toMatchObject({ via: 'genesys_token' })
  expect(asked).toEqual({ genesys: ['good'], keyServer: 1 })
})

describe('what is not configured is not accepted', () => {
  test.each<[Parameters<typeof start>[0], CredentialHeaders]>([
    [{ keys: false }, { 'x-api-key': key }],
    [{ keys: false }, { authorization: `Bearer ${key}` }],
    [{ genesysTokens: false }, { authorization: 'Bearer good' }],
    [{ genesysTokens: false, jwt: false }, { authorization: 'Bearer e30.e30.AAAA' }],
  ])('%j: %j', async (settings, headers) => {
    const { refusal, asked } = start(settings)
    const error = await refusal(headers)
    expect([error.code, /accepted here/.test(error.message)]).toEqual(['access.unauthenticated', true])
    expect(asked).toEqual({ genesys: [], keyServer: 0 })
  })

  test('and the kinds say so', () => {
    expect(start().authenticator.kinds).toEqual(['api_key', 'jwt', 'genesys_token'])
    expect(start({ keys: false, jwt: false }).authenticator.kinds).toEqual(['genesys_token'])
  })
})

describe('malformed headers', () => {
  test.each<[string, CredentialHeaders]>([
    ['none', {}],
    ['empty', { authorization: '' }],
    ['both', { authorization: `Bearer ${key}`, 'x-api-key': key }],
    ['several keys', { 'x-api-key': [key, key] }],
    ['several tokens', { authorization: [`Bearer ${key}`] }],
    ['joined by Node', { 'x-api-key': `${key}, ${key}` }],
    ['joined bearers', { authorization: `Bearer ${key}, Bearer ${key}` }],
    ['another scheme', { authorization: `Basic ${Buffer.from(`a:${key}`).toString('base64')}` }],
    ['no scheme', { authorization: key }],
    ['no token', { authorization: 'Bearer ' }],
    ['a line break', { authorization: `Bearer ${key}\r\nX-Role: compliance` }],
    ['a NUL', { 'x-api-key': `${key}\u0000` }],
    ['spaces around', { 'x-api-key': ` ${key}` }],
    ['other letters that look alike', { 'x-api-key': key.replace('k', '\u043a') }],
    ['__proto__', { authorization: 'Bearer __proto__' }],
    ['constructor', { 'x-api-key': `ck_constructor_${'A'.repeat(43)}` }],
    ['huge', { authorization: `Bearer ${'a'.repeat(1_000_000)}` }],
    ['hugely dotted', { authorization: `Bearer ${'.'.repeat(16_000)}` }],
    ['hugely padded', { authorization: `Bearer ${' '.repeat(16_000)}` }],
    ['hugely filled', { authorization: `Bearer a${'='.repeat(16_000)}!` }],
    ['huge key', { 'x-api-key': `ck_${'a'.repeat(1_000_000)}` }],
  ])('%s', async (_, headers) => {
    const { refusal } = start()
    const before = performance.now()
    const error = await refusal(headers)
    expect(error.code).toBe('access.unauthenticated')
    expect(performance.now() - before).toBeLessThan(200)
    expect(error.message.length).toBeLessThan(200)
    expectNoSecret(error, key, key.slice(5))
  })

  test('whatever is sent, it is refused in one of our errors that does not repeat it', async () => {
    const { refusal } = start()
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', minLength: 9 }),
      fc.string({ minLength: 9 }).map((text) => `Bearer ${text}`),
      fc.stringMatching(/^Bearer [\w.~+/-]{9,50}=*$/),
      fc.stringMatching(/^ck_[a-z0-9]{1,5}_[\w-]{43}$/),
      fc.stringMatching(/^Bearer [\w-]{9,20}\.[\w-]{0,20}\.[\w-]{0,20}$/),
    )
    await fc.assert(
      fc.asyncProperty(hostile, fc.constantFrom('authorization', 'x-api-key'), async (text, name) => {
        const error = await refusal({ [name]: text })
        expect(error.code).toMatch(/^access\./)
        const planted = text.replace(/^Bearer /, '')
        // What is only punctuation may well stand in a sentence.
        if (/\w{6}/.test(planted)) expectNoSecret(error, planted)
      }),
      { numRuns: 500 },
    )
  })
})

test('a key file that is wrong stops the start, in one sentence', async () => {
  const wrong = file('keys: 7')
  const error = await errorOf(
    (async () =>
      createAuthenticator({
        settings: { apiKeysFile: wrong, genesysTokens: false, genesysTokenSeconds: 60 },
        clock: new FakeClock(),
        ownerOf: () => Promise.reject(new Error('not to be asked')),
      }))(),
  )
  expect(error.message).toBe(`The key file ${wrong} is invalid: keys must be a list (line 1)`)
})
