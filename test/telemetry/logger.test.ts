// The log: one JSON object a line, and no secret in it wherever it was put.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CuecardError } from '../../src/errors.ts'
import { Secret } from '../../src/oauth/token-provider.ts'
import { createLogger, type Logger, type LogLevel } from '../../src/telemetry/logger.ts'
import { FakeClock } from '../../src/testing/index.ts'

function start(level: LogLevel = 'debug') {
  const written: string[] = []
  const logger = createLogger({
    level,
    to: { write: (line: string) => void written.push(line) },
    maskPatterns: ['ACC-\\d{6}'],
    clock: new FakeClock(),
  })
  const last = (): Record<string, unknown> => JSON.parse(written.at(-1) ?? '')
  return { logger, written, last }
}

/** Recognised by their form alone. The middle part must not come through. */
const secrets = {
  'an API key': 'ck_7Hq2PLANTEDx9',
  'a bearer token': 'Bearer PLANTED.token~+/=',
  'basic credentials': 'basic UExBTlRFRDpQTEFOVEVE/PLANTED',
  'a JSON Web Token': 'eyJhbGciOiJIUzI1NiJ9.eyJPLANTEDzdWIiOiIxIn0.PLANTED-sig_0',
  'a webhook secret': 'whsec_MfKQ9r8GPLANTEDD8+/0=',
  'a private key': '-----BEGIN PRIVATE KEY-----\nPLANTED\n-----END PRIVATE KEY-----',
  'a password in an address': 'postgres://cuecard:PLANTED@db:5432/cuecard',
  'a form field': 'grant_type=x&client_secret=PLANTED&y=1',
  'a token with a card number in it': 'Bearer PLANTED4111111111111111PLANTED',
  'a field of JSON in a text': '{"access_token":"PLANTED"}',
}
const cards = ['4111111111111111', '4111 1111 1111 1111', '3782-822463-10005', '6011000990139424']

/** Every place in a line where a text can stand. */
const places: readonly [string, (logger: Logger, text: string) => void][] = [
  ['the message', (logger, text) => logger.info({}, `It said ${text} to us`)],
  ['a field', (logger, text) => logger.info({ said: text }, 'x')],
  ['the name of a field', (logger, text) => logger.info({ [text]: 1 }, 'x')],
  ['deep inside', (logger, text) => logger.info({ a: [{ b: { c: [`<${text}>`] } }] }, 'x')],
  ['a bound field', (logger, text) => logger.with({ said: text }).warn({}, 'x')],
  ['an error', (logger, text) => logger.error({ error: new Error(text) }, 'x')],
  [
    'an error of ours and its cause',
    (logger, text) =>
      logger.error(
        {
          error: new CuecardError('genesys.rejected', text, { field: text }, new Error(text)),
        },
        'x',
      ),
  ],
  ['what gives itself to JSON', (logger, text) => logger.info({ it: { toJSON: () => ({ text }) } }, 'x')],
  [
    'a field with a name of the line itself',
    (logger, text) => logger.info({ message: text, time: text, level: text }, 'x'),
  ],
]

describe.each(places)('in %s', (_, log) => {
  test.each(Object.entries(secrets))('%s is not written', (_, secret) => {
    const { logger, written } = start()
    log(logger, secret)
    expect(written).toHaveLength(1)
    expect(written[0]).not.toContain('PLANTED')
    expect(written[0]).toContain('[redacted]')
  })

  test.each(cards)('the card number %s is not written', (card) => {
    const { logger, written } = start()
    log(logger, card)
    expect(written[0]).not.toContain(card)
  })

  test('what the configuration masks is not written', () => {
    const { logger, written } = start()
    log(logger, 'ACC-123456')
    expect(written[0]).not.toContain('ACC-123456')
  })
})

test.each([
  'authorization',
  'Authorization',
  'x-api-key',
  'apiKey',
  'set-cookie',
  'client_secret',
  'clientSecret',
  'accessToken',
  'webhookSecrets',
  'password',
  'privateKey',
  'wrappingKey',
  'key',
  'query',
  'queries',
  'utterance',
  'maskPatterns',
])('a field named %s is not written, whatever it holds', (name) => {
  const { logger, written, last } = start()
  for (const value of ['PLANTED', 123_456, ['PLANTED'], { inside: 'PLANTED' }]) {
    logger.info({ request: { headers: { [name]: value } } }, 'x')
    expect(written.at(-1)).not.toMatch(/PLANTED|123456/)
    expect(last()).toMatchObject({ request: { headers: { [name]: '[redacted]' } } })
  }
})

test('what is harmless is written as it is', () => {
  const { logger, last } = start()
  const fields = {
    retrievalId: '3f0c4c1e-9d9e-8f5b-8a43-0c7a8a6c1d11',
    agentId: '77c2',
    at: 1_767_603_600_000,
    score: 1.150_000_000_000_01,
    phone: '+49 30 1234567',
    hash: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
    url: 'https://api.mypurecloud.de/api/v2/users/me',
    none: null,
    on: true,
    hasToken: false,
  }
  logger.info(fields, 'The webhook answered 503')
  expect(last()).toEqual({
    level: 'info',
    time: '2026-01-05T09:00:00.000Z',
    message: 'The webhook answered 503',
    ...fields,
  })
})

test('an error is written by its code and sentence, with its cause', () => {
  const { logger, last } = start()
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', request: 'PLANTED' })
  logger.error({ error: new CuecardError('genesys.unreachable', 'It is away', { status: 0 }, cause) }, 'x')
  expect(last()).toMatchObject({
    error: {
      name: 'CuecardError',
      code: 'genesys.unreachable',
      message: 'It is away',
      status: 0,
      cause: { name: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
    },
  })
  expect(JSON.stringify(last())).not.toContain('PLANTED')
})

test('of objects that may hold anything, only the kind is told', () => {
  const { logger, last } = start()
  class Socket {
    readonly buffer = 'PLANTED'
  }
  const fields = {
    it: new Socket(),
    bytes: Buffer.from('PLANTED'),
    secret: new Secret('PLANTED'),
    map: new Map(),
  }
  logger.info({ ...fields, also: new Secret('PLANTED') }, 'x')
  expect(last()).toMatchObject({ it: '[Socket]', bytes: '[Buffer]', also: '[secret]', map: '[Map]' })
  expect(JSON.stringify(last())).not.toContain('PLANTED')
})

test('only lines of the level and above are written', () => {
  const { logger, written } = start('warn')
  logger.info({}, 'quiet')
  logger.with({ a: 1 }).debug({}, 'quiet')
  logger.warn({}, 'heard')
  expect(written).toHaveLength(1)
  const silent = start('silent')
  silent.logger.fatal({}, 'quiet')
  expect(silent.written).toEqual([])
})

test('a line is written whatever the fields are: cycles, depth, length, things that throw', () => {
  const { logger, written, last } = start()
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  const throws = {
    get bad(): never {
      throw new Error('PLANTED')
    },
  }
  for (const fields of [cycle, throws, { long: 'x'.repeat(1_000_000) }, { many: Array(100_000).fill('y') }])
    logger.info(fields, 'still here')
  expect(written).toHaveLength(4)
  for (const line of written) expect(line.length).toBeLessThan(20_000)
  expect(last().message).toBe('still here')
  fc.assert(
    fc.property(fc.object(), fc.string(), (fields, message) => {
      logger.info(fields, message)
      expect(last().level).toBe('info')
    }),
  )
})

test('hostile texts are searched in time that grows with their length', () => {
  const { logger, written } = start()
  for (const part of [
    'a',
    '4',
    '4 ',
    'eyJ',
    '://',
    '-----BEGIN PRIVATE KEY-----',
    'Bearer ',
    'token=',
    '_token',
    '.',
  ])
    logger.info({ text: part.repeat(20_000) }, 'x')
  expect(written).toHaveLength(10)
})
