// JSON Web Tokens: forged, foreign and stale ones stay out; claims become an actor; the key server may fail.
import { createHmac } from 'node:crypto'
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { type JwtSettings, Jwts } from '../../src/access/jwt.ts'
import { isCuecardError } from '../../src/errors.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { codeOf, errorOf, follow } from '../testing/outcome.ts'
import { expectNoSecret } from './expect-no-secret.ts'

const pair = await generateKeyPair('ES256', { extractable: true })
const other = await generateKeyPair('ES256', { extractable: true })
const rsa = await generateKeyPair('RS256', { extractable: true })
type PublicKey = Awaited<ReturnType<typeof generateKeyPair>>['publicKey']
const publish = async (key: PublicKey, kid: string, alg: string) => ({ ...(await exportJWK(key)), kid, alg })
const published = [await publish(pair.publicKey, 'k1', 'ES256'), await publish(rsa.publicKey, 'r1', 'RS256')]
const next = await publish(other.publicKey, 'k2', 'ES256')

const settings: JwtSettings = {
  jwksUrl: 'https://id.example.com/keys',
  issuer: 'https://id.example.com',
  audience: 'cuecard',
  rolesClaim: 'roles',
  agentIdClaim: 'sub',
  divisionsClaim: 'divisions',
  roleNames: {},
}

function start(more: Partial<JwtSettings> = {}) {
  // jose itself looks at the machine's clock to see how old its keys are.
  const clock = new FakeClock()
  const server = {
    keys: [...published] as object[],
    asked: 0,
    answer: undefined as (() => Response) | undefined,
  }
  const fetch = async () => {
    server.asked++
    return server.answer?.() ?? Response.json({ keys: server.keys })
  }
  const jwts = new Jwts({ settings: { ...settings, ...more }, clock, fetch })
  const authenticate = async (token: string): Promise<Actor> => jwts.authenticate(token)
  return { clock, server, jwts, authenticate, refusal: (token: string) => errorOf(authenticate(token)) }
}

const pem = await exportSPKI(rsa.publicKey)

const epochSeconds = new FakeClock().wallTime() / 1000
const claims: JWTPayload = {
  iss: 'https://id.example.com',
  aud: 'cuecard',
  sub: 'u-1',
  roles: ['agent'],
  exp: epochSeconds + 600,
}
const sign = (more: Record<string, unknown> = {}, header: object = {}, key = pair.privateKey) =>
  new SignJWT({ ...claims, ...more }).setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header }).sign(key)
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a good token', () => {
  test('is its claims', async () => {
    const { authenticate } = start()
    expect(await authenticate(await sign({ divisions: ['d-1', 'd-2'] }))).toEqual({
      id: 'u-1',
      roles: ['agent'],
      agentId: 'u-1',
      divisions: ['d-1', 'd-2'],
      via: 'jwt',
    })
  })

  test('is checked once a minute at the most, and answered at once meanwhile', async () => {
    const { clock, jwts, authenticate, server } = start()
    const token = await sign()
    const actor = await authenticate(token)
    expect(jwts.authenticate(token)).toBe(actor)
    await clock.advance(59_999)
    expect(jwts.authenticate(token)).toBe(actor)
    await clock.advance(1)
    expect(jwts.authenticate(token)).toBeInstanceOf(Promise)
    expect(server.asked).toBe(1)
  })

  test('is not believed beyond its end', async () => {
    const { clock, jwts, authenticate, refusal } = start()
    const token = await sign({ exp: epochSeconds + 20 })
    await authenticate(token)
    await clock.advance(20_000)
    expect(jwts.authenticate(token)).toBeInstanceOf(Promise)
    await clock.advance(29_999)
    expect((await authenticate(token)).id).toBe('u-1')
    await clock.advance(1000)
    expect((await refusal(token)).message).toBe('The token was refused: it has expired')
  })
})

describe('a token that is refused', () => {
  const hs256 = (secret: string) => {
    const input = `${part({ alg: 'HS256', kid: 'r1' })}.${part(claims)}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  const tampered = async () => {
    const [header = '', , signature = ''] = (await sign()).split('.')
    return `${header}.${part({ ...claims, roles: ['compliance'] })}.${signature}`
  }
  test.each<[string, () => string | Promise<string>, RegExp]>([
    ['without a signature', () => `${part({ alg: 'none' })}.${part(claims)}.`, /algorithm is not allowed/],
    ['alg None', () => `${part({ alg: 'None', kid: 'k1' })}.${part(claims)}.`, /algorithm is not allowed/],
    ['HS256 with the public key as PEM', () => hs256(pem), /algorithm is not allowed/],
    [
      'HS256 with the public key as JWK',
      () => hs256(JSON.stringify(published[1])),
      /algorithm is not allowed/,
    ],
    ['an unknown key', () => sign({}, { kid: 'k9' }, other.privateKey), /a key that is not published/],
    ['another key of that name', () => sign({}, {}, other.privateKey), /signature is wrong/],
    ['a key it brings along', () => sign({}, { jwk: next }, other.privateKey), /signature is wrong/],
    ['another algorithm than its key has', () => sign({}, { kid: 'r1' }), /a key that is not published/],
    ['changed claims', tampered, /signature is wrong/],
    ['expired', () => sign({ exp: epochSeconds - 31 }), /it has expired/],
    ['without an end', () => sign({ exp: undefined }), /its claim exp is missing/],
    ['not yet in force', () => sign({ nbf: epochSeconds + 31 }), /its claim nbf/],
    ['of another issuer', () => sign({ iss: 'https://evil.example.com' }), /its claim iss/],
    ['for someone else', () => sign({ aud: ['billing'] }), /its claim aud/],
    ['without a subject', () => sign({ sub: undefined }), /its claim sub/],
    ['a subject of control characters', () => sign({ sub: 'a\u0000b' }), /its claim sub is no id/],
    [
      'critical extensions',
      () => `${part({ alg: 'ES256', kid: 'k1', crit: ['x'], x: 1 })}.${part(claims)}.AAAA`,
      /malformed/,
    ],
    ['no JSON in it', () => 'YQ.YQ.YQ', /malformed/],
    ['empty parts', () => 'a..', /malformed/],
    ['encrypted', () => `${part({ alg: 'dir', enc: 'A256GCM' })}....`, /malformed/],
  ])('%s', async (_, make, sentence) => {
    const token = await make()
    const { refusal, jwts } = start()
    const error = await refusal(token)
    expect(error.code).toBe('access.unauthenticated')
    expect(error.message).toMatch(sentence)
    expectNoSecret(error, token, ...token.split('.').filter((part) => part.length > 8), 'evil')
    // Nor was it kept as a good one.
    expect(codeOf(follow(() => jwts.authenticate(token)))).toBe('pending')
  })
})

describe('its roles', () => {
  test.each<[Partial<JwtSettings>, JWTPayload, Partial<Actor> | 'access.denied']>([
    [{}, { roles: 'agent supervisor' }, { roles: ['agent', 'supervisor'], agentId: 'u-1' }],
    [{}, { roles: ['service', 'other'] }, { roles: ['service'] }],
    [{}, { roles: [] }, 'access.denied'],
    [{}, { roles: ['Agent'] }, 'access.denied'],
    [{}, { roles: { agent: true } }, 'access.denied'],
    [{}, { roles: undefined }, 'access.denied'],
    [{ rolesClaim: 'realm.roles' }, { realm: { roles: ['compliance'] } }, { roles: ['compliance'] }],
    [
      { rolesClaim: 'https://x.example/roles' },
      { 'https://x.example/roles': ['agent'] },
      { roles: ['agent'] },
    ],
    [{ rolesClaim: 'constructor.name' }, {}, 'access.denied'],
    [{ rolesClaim: '__proto__.roles' }, {}, 'access.denied'],
    [{ roleNames: { agent: 'cc-desk' } }, { roles: ['cc-desk'] }, { roles: ['agent'] }],
    [{ roleNames: { agent: 'cc-desk' } }, { roles: ['agent'] }, 'access.denied'],
    [{ agentIdClaim: 'genesys.user' }, { genesys: { user: ' g-1 ' } }, { id: 'u-1', agentId: 'g-1' }],
    [{ agentIdClaim: 'genesys.user' }, { genesys: 'x' }, 'access.denied'],
    [{ agentIdClaim: 'user' }, { user: 7 }, 'access.denied'],
    [{ divisionsClaim: 'org.div' }, { org: { div: ['a', 7, 'b'] } }, { divisions: ['a', 'b'] }],
  ])('%j of %j: %j', async (names, more, expected) => {
    const { authenticate } = start(names)
    const answer = await authenticate(await sign(more)).catch((error: unknown) => error)
    if (expected === 'access.denied') expect(isCuecardError(answer, 'access.denied')).toBe(true)
    else expect(answer).toMatchObject(expected)
  })

  test('a service is no agent, whatever its subject', async () => {
    const { authenticate } = start()
    expect(await authenticate(await sign({ roles: ['service'] }))).not.toHaveProperty('agentId')
  })
})

describe('the key server', () => {
  test.each<[string, () => Response]>([
    ['answers 500', () => new Response('', { status: 500 })],
    ['answers no JSON', () => new Response('<html>')],
    ['answers something else', () => Response.json({ hello: 1 })],
    ['redirects', () => new Response('', { status: 302, headers: { location: 'https://evil.example.com' } })],
    [
      'cannot be reached',
      () => {
        throw new TypeError('fetch failed')
      },
    ],
  ])('that %s is told of as such, and is not asked again at once', async (_, answer) => {
    const { clock, server, authenticate, refusal } = start()
    server.answer = answer
    const token = await sign()
    for (let time = 0; time < 3; time++) {
      const error = await refusal(token)
      expect(error.code).toBe('access.unavailable')
      expectNoSecret(error, token)
    }
    expect(server.asked).toBe(1)
    server.answer = undefined
    await clock.advance(1000)
    expect((await authenticate(token)).id).toBe('u-1')
  })

  test('may be away once its keys are known', async () => {
    const { clock, server, authenticate } = start()
    await authenticate(await sign())
    server.answer = () => new Response('', { status: 503 })
    await clock.advance(3_600_000)
    expect(server.asked).toBe(7)
    expect((await authenticate(await sign({ exp: epochSeconds + 4000 }))).id).toBe('u-1')
  })

  test('brings in new keys and takes old ones away within ten minutes', async () => {
    const { clock, server, authenticate, refusal } = start()
    await authenticate(await sign())
    server.keys = [next]
    await clock.advance(600_000)
    expect(
      (await authenticate(await sign({ exp: epochSeconds + 4000 }, { kid: 'k2' }, other.privateKey))).id,
    ).toBe('u-1')
    expect((await refusal(await sign({ exp: epochSeconds + 4000 }))).code).toBe('access.unauthenticated')
  })

  test('is not asked for each unknown key', async () => {
    const { server, authenticate, refusal } = start()
    await authenticate(await sign())
    for (let kid = 0; kid < 20; kid++) await refusal(await sign({}, { kid: `x${kid}` }))
    expect(server.asked).toBe(1)
  })

  test('is left alone after the end', async () => {
    const { clock, jwts, server } = start()
    jwts.close()
    expect(clock.timers).toBe(0)
    await clock.advance(3_600_000)
    expect(server.asked).toBe(0)
  })

  test.each([
    ['https://id.example.com', true],
    ['http://localhost:9/keys', true],
    ['http://127.0.0.1/keys', true],
    ['http://id.example.com', false],
    ['http://127.0.0.1.example.com', false],
  ])('at %s is taken: %s', async (jwksUrl, taken) => {
    const outcome = follow(async () => start({ jwksUrl }).jwts.close())
    await new FakeClock().advance(0)
    expect(codeOf(outcome)).toBe(taken ? 'ok' : 'config.invalid')
  })
})
