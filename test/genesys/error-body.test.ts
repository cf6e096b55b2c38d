// What is made of an answer that is no success, whatever stands in it.
import { describe, expect, test } from 'vitest'
import { errorOf } from '../../src/genesys/error-body.ts'
import { Secret } from '../../src/oauth/token-provider.ts'

const secret = 'tok"en\\1'
const token = new Secret(secret)

const errorFor = (status: number, body: unknown, headers: Record<string, string | string[]> = {}) =>
  errorOf(
    'searching knowledge',
    { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) },
    token,
  )

describe('Retry-After', () => {
  const date = 'Mon, 05 Jan 2026 09:00:00 GMT'
  test.each<[Record<string, string | string[]>, number | undefined]>([
    [{}, undefined],
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': ' 7 ' }, 7000],
    [{ 'retry-after': ['7', '9'] }, 7000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '86400' }, 3_600_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': 'Infinity' }, undefined],
    [{ 'retry-after': '-5', date }, 0],
    [{ 'retry-after': 'Mon, 05 Jan 2026 09:00:30 GMT', date }, 30_000],
    [{ 'retry-after': 'Mon, 05 Jan 2026 08:00:00 GMT', date }, 0],
    [{ 'retry-after': 'Mon, 05 Jan 2027 09:00:00 GMT', date }, 3_600_000],
    [{ 'retry-after': 'Mon, 05 Jan 2026 09:00:30 GMT' }, undefined],
  ])('%j is %j ms', (headers, ms) => {
    expect(errorFor(429, '', headers).details.retryAfterMs).toBe(ms)
  })
})

describe('403 names what is missing', () => {
  const missing = (body: unknown) => errorFor(403, body).message.replace(/^.*searching knowledge/, '')
  const role = "is missing; add it to the OAuth client's role"
  test.each<[string, unknown, string]>([
    [
      'in its parameters',
      { messageParams: { permissions: 'knowledge:document:view' } },
      `: the permission knowledge:document:view ${role}`,
    ],
    [
      'in a list of parameters',
      { messageParams: { permissions: ['knowledge:document:view', 'x'] } },
      `: the permission knowledge:document:view ${role}`,
    ],
    [
      'in its sentence, several of them',
      { message: 'You must have: [knowledge:document:view, routing:queue:*]', messageParams: {} },
      `: the permission knowledge:document:view, routing:queue:* ${role}`,
    ],
    [
      'as a scope',
      { code: 'app.not.authorized.for.scope', messageParams: { scope: 'agentassist:content:read' } },
      ': the scope agentassist:content:read is missing; add it to the OAuth client',
    ],
    ['not where there is none', { message: 'At 12:30:45 we said no', messageParams: 7 }, ''],
    ['not without a body', '', ''],
  ])('%s', (_, body, sentence) => {
    expect(missing(body)).toBe(sentence)
  })
})

test('what the server says is one line, short, and well-formed', () => {
  const { message, details } = errorFor(418, {
    message: `a\r\nb\u0000\u2028c\u202Ed ${'💥'.repeat(300)}`,
    code: 'x\n'.repeat(5000),
    contextId: 'id\u001B[31m',
  })
  expect(message).toMatch(/^Genesys answered 418 to searching knowledge: a b c d 💥+$/u)
  expect(message.length).toBeLessThan(300)
  expect(message.isWellFormed()).toBe(true)
  expect(details.genesysCode?.length).toBeLessThanOrEqual(200)
  expect(details.correlationId).toBe('id [31m')
})

test('the correlation id of the header goes before that of the body', () => {
  const error = errorFor(500, { contextId: 'body' }, { 'inin-correlation-id': 'header' })
  expect(error.details.correlationId).toBe('header')
  expect(errorFor(500, { contextId: 'body' }).details.correlationId).toBe('body')
})

test.each([
  'null',
  '[]',
  '7',
  '"text"',
  '{"message":{"a":1},"code":[1],"contextId":null,"messageParams":"text"}',
  '<html>502 Bad Gateway</html>',
  '{"message":',
])('a body of another form is passed over: %s', (body) => {
  const { message, code } = errorFor(502, body)
  expect(message).toBe('Genesys answered 502 to searching knowledge')
  expect(code).toBe('genesys.unavailable')
})

test('eight megabytes of anything are looked at in a moment', () => {
  const started = performance.now()
  for (const text of ['a'.repeat(8 * 2 ** 20), 'a:'.repeat(4 * 2 ** 20), 'a:b:'.repeat(2 * 2 ** 20)])
    errorFor(403, { message: text, messageParams: { permissions: text } })
  expect(performance.now() - started).toBeLessThan(3000)
})

test.each(['t', 'status', '"', '\\', secret, '[secret]'])(
  'a token %j is taken out of every text',
  (value) => {
    const answer = {
      status: 403,
      headers: { 'inin-correlation-id': `x${value}` },
      body: JSON.stringify({ message: `no ${value}`, code: value, messageParams: { p: `a:b:c${value}` } }),
    }
    const error = errorOf('calling', answer, new Secret(value))
    expect(error.details).toMatchObject({
      status: 403,
      correlationId: 'x[secret]',
      genesysCode: '[secret]',
    })
  },
)
