import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, isCanonical, parseCanonical } from '../../src/audit/canonical-json.ts'
import { escapesInCanonical } from '../../src/audit/canonical-scan.ts'

/** RFC 8785, appendix B. */
const numbers = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
] as const

test.each(numbers)('RFC 8785, appendix B: the double %s is written %s', (bits, text) => {
  expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text)
})

test('RFC 8785, 3.2: literals, numbers and strings of the example', () => {
  const value = JSON.parse(
    String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
  )
  expect(canonicalJson(value)).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  )
})

test('RFC 8785, 3.2.3: names are sorted by UTF-16 code units', () => {
  const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6']
  const text = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])))
  expect(Object.keys(JSON.parse(text)).toSorted()).toEqual(names.toSorted())
  expect(text).toBe('{"\\r":0,"1":0,"\u0080":0,"ö":0,"€":0,"😀":0,"\ufb33":0}')
})

test('names that are numbers are sorted as text, and __proto__ is a name like any other', () => {
  expect(canonicalJson(JSON.parse('{"9":1,"10":2,"__proto__":{"b":1,"a":2}}'))).toBe(
    '{"10":2,"9":1,"__proto__":{"a":2,"b":1}}',
  )
  expect(isCanonical('{"10":2,"9":1}')).toBe(true)
  expect(isCanonical('{"9":1,"10":2}')).toBe(false)
})

test('a lone surrogate becomes U+FFFD, and is canonical in no spelling', () => {
  expect(canonicalJson(['\ud800', { 'a\udc00': 1 }])).toBe('["\ufffd",{"a\ufffd":1}]')
  expect(isCanonical('"\\ud800"')).toBe(false)
  expect(isCanonical('"\ud800"')).toBe(false)
})

test('members that are undefined are left out', () => {
  expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}')
})

test.each([
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1n,
  () => 0,
  new Date(0),
  [undefined],
  Symbol('s'),
  new Map(),
])('what JSON has no form for is refused: %s', (value) => {
  expect(() => canonicalJson({ value })).toThrow(/JSON has no form for/)
})

test('64 levels are written, more are refused, and 100,000 do not overflow anything', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  expect(isCanonical(nested(64))).toBe(true)
  expect(() => parseCanonical(nested(65))).toThrow('JSON has more than 64 levels')
  expect(isCanonical(nested(100_000))).toBe(false)
})

test.each([
  '{"a":1, "b":2}',
  '{"b":1,"a":2}',
  '{"a":1,"a":1}',
  '1.0',
  '-0',
  '1e1',
  '"\\u0041"',
  '"\\/"',
  ' 1',
  '1\n',
  '{',
  '\ufeff1',
])('another spelling is not canonical: %s', (text) => {
  expect(isCanonical(text)).toBe(false)
  expect(() => parseCanonical(text)).toThrow()
})

test('property: the canonical form means the same, is canonical, and does not depend on the order of members', () => {
  const json = fc.jsonValue({ stringUnit: 'binary' })
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value)
      expect(isCanonical(text)).toBe(true)
      expect(canonicalJson(reversed(JSON.parse(text)))).toBe(text)
      const parsed = parseCanonical(text)
      expect(parsed).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('property: the scan calls canonical only what is, and counts what a string of it escapes', () => {
  const json = fc.jsonValue({ stringUnit: 'binary' })
  fc.assert(
    fc.property(json, fc.nat(), fc.string({ maxLength: 2 }), fc.nat(2), (value, seed, added, dropped) => {
      const text = canonicalJson(value)
      const escapes = escapesInCanonical(text)
      if (escapes !== undefined) expect(JSON.stringify(text).length).toBe(text.length + 2 + escapes)
      const at = seed % (text.length + 1)
      const changed = text.slice(0, at) + added + text.slice(at + dropped)
      if (escapesInCanonical(changed) !== undefined) expect(isCanonical(changed)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('property: the scan calls a number canonical only if it is', () => {
  const numberish = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'0012345.e-+9'), minLength: 1, maxLength: 18 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.integer({ min: 0, max: 1e9 }).map((whole) => `0.${'0'.repeat(whole % 9)}${whole}`),
  )
  fc.assert(
    fc.property(numberish, (text) => (escapesInCanonical(text) === undefined) === !isCanonical(text)),
    { numRuns: 20_000 },
  )
})

test('the scan knows the usual: names in order, escapes, numbers, words', () => {
  const usual = { a: [1, -0.5, 1e30, true, false, null], b: 'say "\\n"\n', é: {}, 失: [] }
  expect(escapesInCanonical(canonicalJson(usual))).toBeGreaterThan(0)
  for (const text of [
    '01',
    '+1',
    '.5',
    '1e5',
    'Infinity',
    'NaN',
    '"',
    '{"a":1,}',
    '[1,]',
    '{"b":1,"a":1}',
    'tru',
  ])
    expect(escapesInCanonical(text)).toBe(undefined)
})

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  )
}
