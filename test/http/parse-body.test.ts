import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseBody } from '../../src/http/parse-body.ts'

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
  expect(() => parseBody(Buffer.from('{}'), 'gzip')).toThrow('without a Content-Encoding')
  expect(parseBody(Buffer.from('{}'), 'identity')).toEqual({})
})
