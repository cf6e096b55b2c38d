// Neither the client secret nor a token shows in anything that is logged, whatever a server or a transport echoes.
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config-schema.ts'
import { CuecardError } from '../../src/errors.ts'
import type { HttpRequest, HttpResponse, HttpTransport } from '../../src/genesys/http-transport.ts'
import { AccessToken, Secret } from '../../src/oauth/token-provider.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { clientOver } from '../genesys/client-under-test.ts'
import { errorOf } from '../testing/outcome.ts'

const clientSecret = 'S3cret"quoted\\and/more'
const token = 'T0ken"quoted\\and/more.sig'
const basic = Buffer.from(`client-id:${clientSecret}`).toString('base64')
const secrets = [clientSecret, token, basic].flatMap((secret) => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
])

/** Everything that a log line, a reporter or a debugger would make of a value. */
function texts(value: unknown): string[] {
  const texts = [
    String(value),
    JSON.stringify(value) ?? '',
    JSON.stringify(value, Object.getOwnPropertyNames(value ?? {})) ?? '',
    inspect(value, { depth: 10, showHidden: true, getters: true }),
    inspect(value, { depth: 10, showHidden: true, customInspect: false }),
  ]
  if (!(value instanceof Error)) return texts
  return [
    ...texts,
    value.message,
    value.stack ?? '',
    ...(value.cause === undefined ? [] : textsOfCause(value)),
  ]
}

const textsOfCause = ({ cause }: Error): string[] => texts(cause)

function expectNoSecret(value: unknown): void {
  for (const text of texts(value)) for (const secret of secrets) expect(text).not.toContain(secret)
}

type Answer = (request: HttpRequest) => HttpResponse

const goodToken = JSON.stringify({ access_token: token, token_type: 'bearer', expires_in: 60 })

/** A client whose login host and Genesys answer as told; by default the login host is well. */
function clientOf({ login, api }: { login?: Answer; api?: Answer }) {
  const clock = new FakeClock()
  const well: Answer = () => ({ status: 200, headers: {}, body: goodToken })
  const transport: HttpTransport = {
    async send(request) {
      const answer = request.url.startsWith('http://login') ? (login ?? well) : (api ?? well)
      return answer(request)
    },
    close: async () => {},
  }
  return clientOver(transport, clock, {
    loginUrl: 'http://login',
    apiUrl: 'http://api',
    clientId: 'client-id',
    clientSecret,
  })
}

/** All that was sent, in every field that is read, in broken JSON, and in the headers. */
const echoes: Record<string, (request: HttpRequest) => Pick<HttpResponse, 'headers' | 'body'>> = {
  'in its fields': ({ headers: { authorization: all = '' } }) => ({
    headers: { 'inin-correlation-id': all, 'retry-after': all },
    body: JSON.stringify({
      message: `You sent ${all}`,
      code: all,
      contextId: all,
      messageParams: { permissions: `a:b:c ${all}`, all },
      error: all,
      error_description: `client-id:${clientSecret}`,
      entities: [{ id: all, [all]: all }, all],
      [all]: all,
    }),
  }),
  'in broken JSON': (request) => ({ headers: {}, body: `{"sent": ${JSON.stringify(request)}` }),
  'as text': ({ headers: { authorization: all = '' } }) => ({ headers: {}, body: `${all} ${clientSecret}` }),
  'percent-encoded': ({ headers: { authorization: all = '' } }) => ({
    headers: { 'inin-correlation-id': encodeURIComponent(all) },
    body: JSON.stringify({ message: encodeURIComponent(all), code: encodeURIComponent(all) }),
  }),
  'as a permission': ({ headers: { authorization: all = '' } }) => ({
    headers: {},
    body: JSON.stringify({ message: `knowledge:view:${all.replace('Bearer ', 'x')}` }),
  }),
}
const statuses = [200, 204, 302, 400, 401, 403, 404, 418, 429, 500, 502, 503, 504]

describe.each(Object.entries(echoes))('echoed %s', (_, echo) => {
  test.each(statuses)('by Genesys with HTTP %d', async (status) => {
    const { call } = clientOf({ api: (request) => ({ status, ...echo(request) }) })
    expectNoSecret(await errorOf(call()))
  })

  test.each(statuses)('by the login host with HTTP %d', async (status) => {
    const { call } = clientOf({ login: (request) => ({ status, ...echo(request) }) })
    expectNoSecret(await errorOf(call()))
  })
})

describe('thrown by a transport', () => {
  const throwers: Record<string, (request: HttpRequest) => unknown> = {
    'a foreign error with the request in it': (request) =>
      Object.assign(new Error('socket hang up'), { request, config: request, code: 'ECONNRESET' }),
    'an error whose cause has the request in it': (request) =>
      new Error('it failed', { cause: Object.assign(new Error('inner'), { request }) }),
    'one of ours around a foreign one': (request) =>
      new CuecardError(
        'genesys.unreachable',
        'it failed',
        {},
        Object.assign(new Error('inner'), { request }),
      ),
  }
  test.each(Object.entries(throwers))('in %s', async (_, thrown) => {
    const fails: Answer = (request) => {
      throw thrown(request)
    }
    for (const client of [clientOf({ login: fails }), clientOf({ api: fails })]) {
      const error = await errorOf(client.call())
      expect(error.code).toBe('genesys.unreachable')
      expectNoSecret(error)
    }
  })
})

test.each([
  ['a secret', new Secret(clientSecret)],
  ['a token', new AccessToken(token, ['a:b'])],
])('%s shows only when it is asked to', (_, secret) => {
  expectNoSecret(secret)
  expectNoSecret({ nested: [secret], map: new Map([[secret, secret]]) })
  expect(`${secret}`).toBe('[secret]')
  expect(inspect({ secret })).toBe('{ secret: [secret] }')
  expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}')
  expect(secrets).toContain(secret.reveal())
  expect(Object.keys(secret).join()).not.toContain('value')
})

test('nor do the objects that hold them', async () => {
  const { client, tokens, call } = clientOf({})
  await errorOf(call())
  const config = parseConfig({
    genesys: { clientId: 'client-id', clientSecret, region: 'mypurecloud.de' },
  })
  for (const value of [client, tokens, config]) expectNoSecret(value)
})

test.each<unknown>([
  { genesys: { clientId: 'client-id', clientSecret: [clientSecret], region: 'mypurecloud.de' } },
  { genesys: { clientId: clientSecret, clientSecret: { value: clientSecret }, region: 'mypurecloud.de' } },
  { genesys: { clientId: 'client-id', clientSecret, region: 'mypurecloud.de' }, other: clientSecret },
  { genesys: { clientId: 'client-id', clientSecret, apiUrl: `https://x:${clientSecret}@api` } },
  { genesys: { clientId: 'client-id', clientSecret: clientSecret.repeat(100), region: 'mypurecloud.de' } },
])('nor does an error of the configuration', (input) => {
  try {
    parseConfig(input)
  } catch (error) {
    expectNoSecret(error)
    return
  }
  throw new Error('It was taken')
})
