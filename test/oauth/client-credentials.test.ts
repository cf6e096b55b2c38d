// When a token is asked for, how often, and who gets what where that fails.
import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../testing/outcome.ts'
import { basic, startLogin } from './login-host.ts'

describe('the request', () => {
  test('is a client-credentials grant with HTTP Basic', async () => {
    const { clock, ask, requests } = startLogin()
    ask()
    await clock.advance(100)
    expect(requests).toMatchObject([
      {
        method: 'POST',
        url: 'https://login.example.com/oauth/token',
        headers: {
          authorization: `Basic ${basic}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials',
      },
    ])
  })

  test('is one for all who ask at the same time, and none for those who come after', async () => {
    const { clock, ask, tokens, requests } = startLogin()
    const asked = Array.from({ length: 1000 }, () => ask())
    await clock.advance(100)
    expect(new Set(asked.map(({ value }) => value?.reveal()))).toEqual(new Set(['token-1']))
    expect(tokens.token({ deadline: clock.now() })).toBe(asked[0]?.value)
    expect(requests).toHaveLength(1)
  })

  test('goes on when the caller who began it gives up or runs out of time', async () => {
    const { clock, ask, requests } = startLogin()
    const abort = new AbortController()
    const asked = [ask(60_000, abort.signal), ask(50), ask()]
    await clock.advance(50)
    abort.abort()
    await clock.advance(50)
    expect(asked.map(codeOf)).toEqual(['aborted', 'deadline.exceeded', 'ok'])
    expect(requests).toHaveLength(1)
    expect(getEventListeners(abort.signal, 'abort')).toEqual([])
  })

  test('is not waited for by a caller who has given up before', async () => {
    const { clock, ask } = startLogin()
    const asked = ask(60_000, AbortSignal.abort())
    await clock.advance(0)
    expect(codeOf(asked)).toBe('aborted')
  })

  test('ends after ten seconds, however long callers would wait', async () => {
    const { clock, ask, login, requests } = startLogin()
    login.ms = 1_000_000
    const asked = ask(100_000)
    await clock.advance(9999)
    expect(codeOf(asked)).toBe('pending')
    await clock.advance(1)
    expect(codeOf(asked)).toBe('deadline.exceeded')
    expect(requests[0]?.signal.aborted).toBe(true)
  })
})

describe('a token is renewed', () => {
  test.each([
    ['a minute ahead', 86_400, 86_340_000],
    ['a minute ahead', 3600, 3_540_000],
    ['by a tenth of a shorter life', 600, 540_000],
    ['by a tenth of a shorter life', 20, 18_000],
  ])('%s, in the background: a life of %d s', async (_, seconds, renewedAt) => {
    const { clock, ask, tokens, expiresIn, requests } = startLogin()
    expiresIn(seconds)
    ask()
    await clock.advance(renewedAt)
    expect(requests.map(({ at }) => at)).toEqual([0, renewedAt])
    expect(tokens.token({ deadline: 0 })).toMatchObject({ scopes: undefined })
    const before = ask()
    await clock.advance(100)
    const after = ask()
    await clock.advance(0)
    expect([before, after].map(({ value }) => value?.reveal())).toEqual(['token-1', 'token-2'])
    await clock.advance(renewedAt)
    expect(requests).toHaveLength(3)
  })

  test('at the same moments when the wall clock jumps by a day', async () => {
    const { clock, ask, tokens, requests } = startLogin()
    ask()
    await clock.advance(1000)
    clock.jump(86_400_000)
    await clock.advance(1000)
    clock.jump(-3 * 86_400_000)
    expect(tokens.token({ deadline: 0 })).not.toBeInstanceOf(Promise)
    await clock.advance(3_538_000)
    expect(requests.map(({ at }) => at)).toEqual([0, 3_540_000])
  })

  test('again and again while that fails, with rests, and the old one serves until it ends', async () => {
    const { clock, ask, tokens, goDown, requests } = startLogin()
    ask()
    await clock.advance(100)
    goDown()
    for (let second = 0; second < 59; second++) {
      await clock.advance(second === 0 ? 3_540_000 : 1000)
      expect(tokens.token({ deadline: 0 })).not.toBeInstanceOf(Promise)
    }
    expect(requests.length).toBeGreaterThan(4)
    await clock.advance(10_000)
    const count = requests.length
    await clock.advance(600_000)
    // From then on only callers ask.
    expect(requests).toHaveLength(count)
    expect(count).toBeLessThan(20)
    const gaps = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000)
  })

  test('not more than once in ten seconds while the client is refused', async () => {
    const { clock, ask, login, requests } = startLogin()
    ask()
    await clock.advance(100)
    Object.assign(login, { status: 400, body: () => ({ error: 'invalid_client' }) })
    await clock.advance(3_600_000)
    const gaps = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10_000)
    expect(requests.length).toBeGreaterThan(2)
  })

  test('not more than once in a second, however short the lives that are granted', async () => {
    const { clock, ask, expiresIn, requests } = startLogin()
    expiresIn(0.001)
    expect(codeOf(ask())).toBe('pending')
    await clock.advance(60_000)
    expect(requests.length).toBeLessThanOrEqual(61)
  })
})

describe('a token that was refused', () => {
  test('is replaced once, whoever else reports it later', async () => {
    const { clock, ask, tokens, requests } = startLogin()
    const first = ask()
    await clock.advance(100)
    for (let i = 0; i < 5; i++) if (first.value) tokens.reject(first.value)
    const asked = [ask(), ask()]
    await clock.advance(100)
    expect(asked.map(({ value }) => value?.reveal())).toEqual(['token-2', 'token-2'])
    // Late news of the first one says nothing about the second.
    if (first.value) tokens.reject(first.value)
    const later = ask()
    await clock.advance(0)
    expect(later.value?.reveal()).toBe('token-2')
    expect(requests).toHaveLength(2)
  })
})

describe('a failure', () => {
  const invalid = { error: 'invalid_client', description: 'authentication failed' }
  test.each([
    [400, 'oauth.rejected'],
    [401, 'oauth.rejected'],
    [403, 'oauth.rejected'],
    [302, 'oauth.rejected'],
    [204, 'oauth.rejected'],
    [429, 'genesys.rate_limited'],
    [500, 'genesys.unavailable'],
    [503, 'genesys.unavailable'],
  ])('HTTP %d is %s', async (status, code) => {
    const { clock, ask, login } = startLogin()
    Object.assign(login, { status, body: () => invalid })
    const asked = ask()
    await clock.advance(100)
    expect(codeOf(asked)).toBe(code)
    expect(asked.error).toMatchObject({ details: { status } })
  })

  test.each([
    ['a wrong secret', 'refused', 10_000],
    ['a host that is down', 'down', 1000],
  ])('is remembered, so that the host is not hammered: %s', async (_, how, restMs) => {
    const { clock, ask, login, goDown, requests } = startLogin()
    login.ms = 0
    if (how === 'down') goDown()
    else Object.assign(login, { status: 400, body: () => invalid })
    for (let ms = 0; ms < restMs; ms += 10) {
      ask()
      await clock.advance(10)
    }
    expect(requests).toHaveLength(1)
    ask()
    await clock.advance(0)
    expect(requests).toHaveLength(2)
  })

  test('is over with the first token', async () => {
    const { clock, ask, login, goDown } = startLogin()
    goDown()
    ask()
    await clock.advance(1100)
    login.error = undefined
    const asked = ask()
    await clock.advance(100)
    expect(codeOf(asked)).toBe('ok')
  })

  test('is over with a token that was got in the background meanwhile', async () => {
    const { clock, ask, login, tokens, expiresIn, goDown } = startLogin()
    expiresIn(20)
    const refused = ask()
    await clock.advance(17_500)
    goDown()
    if (refused.value) tokens.reject(refused.value)
    ask()
    await clock.advance(200)
    login.error = undefined
    await clock.advance(500)
    const renewed = ask()
    await clock.advance(0)
    if (renewed.value) tokens.reject(renewed.value)
    const asked = ask()
    await clock.advance(100)
    expect([renewed, asked].map(({ value }) => value?.reveal())).toEqual(['token-3', 'token-4'])
  })

  const token = { access_token: 'a', token_type: 'bearer', expires_in: 60 }
  test.each<[string, unknown]>([
    ['no JSON', '<html>Sign in to the Wi-Fi</html>'],
    ['nothing', ''],
    ['null', null],
    ['a list', [token]],
    ['no token', { ...token, access_token: undefined }],
    ['an empty token', { ...token, access_token: '' }],
    ['a token that would break the header', { ...token, access_token: 'a\r\nx-evil: 1' }],
    ['a token that is no text', { ...token, access_token: 7 }],
    ['a token without end', { ...token, access_token: 'a'.repeat(16_385) }],
    ['another type of token', { ...token, token_type: 'mac' }],
    ['no type', { ...token, token_type: undefined }],
    ['no life', { ...token, expires_in: undefined }],
    ['a life of nothing', { ...token, expires_in: 0 }],
    ['a life that is over', { ...token, expires_in: -1 }],
    ['a life that is no number', { ...token, expires_in: 'soon' }],
    ['a life without end', '{"access_token":"a","token_type":"bearer","expires_in":1e999}'],
    ['scopes that are no text', { ...token, scope: ['a'] }],
  ])('is an answer with %s', async (_, body) => {
    const { clock, ask, login } = startLogin()
    login.body = () => body
    const asked = ask()
    await clock.advance(100)
    expect(codeOf(asked)).toBe('genesys.malformed')
  })
})

test.each([
  [undefined, undefined],
  ['', []],
  ['a:b', ['a:b']],
  [' a:b  c ', ['a:b', 'c']],
])('the scopes granted are read: %j', async (scope, scopes) => {
  const { clock, ask, login } = startLogin()
  login.body = () => ({ access_token: 'a', token_type: 'bearer', expires_in: 60, scope })
  const asked = ask()
  await clock.advance(100)
  expect(asked.value?.scopes).toEqual(scopes)
})

describe('closing', () => {
  test('ends a request under way and tells who waits for it', async () => {
    const { clock, ask, tokens, requests } = startLogin()
    const asked = ask()
    await clock.advance(10)
    tokens.close()
    await clock.advance(0)
    expect(codeOf(asked)).toBe('closed')
    expect(requests[0]?.signal.aborted).toBe(true)
  })

  test('ends renewing, also when a renewal is just under way', async () => {
    const { clock, ask, tokens, requests } = startLogin()
    ask()
    await clock.advance(3_540_050)
    tokens.close()
    tokens.close()
    await clock.advance(0)
    expect(clock.timers).toBe(0)
    await clock.advance(10_000_000)
    expect(requests).toHaveLength(2)
  })

  test('means that nobody gets a token any more, and nothing is asked', async () => {
    const { clock, ask, tokens, requests } = startLogin()
    ask()
    await clock.advance(100)
    tokens.close()
    const asked = ask()
    await clock.advance(10_000)
    expect(codeOf(asked)).toBe('closed')
    expect(requests).toHaveLength(1)
  })

  test('holds also where the transport answers all the same', async () => {
    const { clock, ask, login, tokens, requests } = startLogin()
    login.deaf = true
    ask()
    await clock.advance(10)
    tokens.close()
    await clock.advance(10_000_000)
    expect(requests).toHaveLength(1)
  })
})
