import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseBody } from '../../src/http/parse-body.ts'
import { bearer, fakeService } from './fake-parts.ts'

test('any JSON value comes through', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      fc.pre(!text.includes('__proto__'))
      expect(parseBody(Buffer.from(text))).toEqual(JSON.parse(text))
    }),
  )
})

test.each([
  ['nothing', ''],
  ['a byte order mark', '\ufeff{}'],
  ['half a body', '{"a":'],
  ['two values', '{}{}'],
  ['no JSON', 'interactionId=1'],
])('%s is refused without being quoted', (_, text) => {
  expect(() => parseBody(Buffer.from(text))).toThrow(/^The body is (empty|no JSON)\.$/)
})

test('broken UTF-8 is refused', () => {
  expect(() => parseBody(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toThrow('The body is not valid UTF-8.')
})

test.each([
  '{"__proto__":{"admin":true}}',
  '{"a":[{"b":{"__proto__":1}}]}',
  '{"\\u005f_proto__":1}',
  '{"\\u005f\\u005fproto\\u005f\\u005f":1}',
])('a prototype key is refused by name, escaped or deep: %s', (text) => {
  expect(() => parseBody(Buffer.from(text))).toThrow('The key "__proto__" is refused.')
})

test('the words themselves are no key', () => {
  expect(parseBody(Buffer.from('{"query":"what is __proto__ \\u00e4"}'))).toEqual({
    query: 'what is __proto__ ä',
  })
})

test('a body nested 30,000 deep is read, or refused for what it holds', () => {
  const deep = (inner: string) => `${'['.repeat(30_000)}${inner}${']'.repeat(30_000)}`
  expect(Array.isArray(parseBody(Buffer.from(deep('"\\u0041"'))))).toBe(true)
  expect(() => parseBody(Buffer.from(deep('{"__proto__":1}')))).toThrow('"__proto__" is refused')
})

test('an encoded body is refused', () => {
  expect(() => parseBody(Buffer.from('{}'), { 'content-encoding': 'gzip' })).toThrow(
    'without a Content-Encoding',
  )
  expect(parseBody(Buffer.from('{}'), { 'content-encoding': 'identity' })).toEqual({})
})

test.each([
  ['text/plain', '{}', 415, 'body.unsupported'],
  ['application/json', '', 400, 'body.malformed'],
  ['application/json', '{', 400, 'body.malformed'],
  ['application/json; charset=utf-8', '[]', 400, 'request.invalid'],
  ['application/json;charset="UTF-8"; a=b', '[]', 400, 'request.invalid'],
  ['application/json; charset=utf8', '[]', 400, 'request.invalid'],
  ['application/json; charset=iso-8859-1', '[]', 415, 'body.unsupported'],
  ['application/json; charset=utf-16', '[]', 415, 'body.unsupported'],
  ['application/json; a=b; Charset="utf-8x"', '[]', 415, 'body.unsupported'],
  ['application/json; charset=utf-8; charset=us-ascii', '[]', 415, 'body.unsupported'],
  ['application/json', 'null', 400, 'request.invalid'],
  ['application/json', `"${'x'.repeat(65 * 1024)}"`, 413, 'body.too_large'],
  ['application/json', '{"__proto__":{}}', 400, 'body.malformed'],
  ['application/json', '{"constructor":{}}', 400, 'request.invalid'],
  ['nonsense', '{}', 415, 'body.unsupported'],
])('a body of type %s is refused where it is wrong: %.20s', async (type, body, status, code) => {
  const { post } = fakeService()
  const reply = await post('/v1/retrievals', body, { ...bearer('service'), 'content-type': type })
  expect([reply.statusCode, reply.json().code]).toEqual([status, code])
})
