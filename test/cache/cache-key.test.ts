// Different lists of parts must never make the same key: an answer would reach someone else.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lengthPrefixed } from '../../src/cache/cache-key.ts'

type Parts = (string | string[])[]

/** Texts that look like pieces of a key, with broken pairs of surrogates among them. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.stringMatching(/^[0-9:[]{0,6}$/),
  fc.constantFrom('', '0:', '1[', '\uD800', '\uDC00', '1:a1:b', '2[1:a1:b'),
)
const parts: fc.Arbitrary<Parts> = fc.array(fc.oneof(text, fc.array(text, { maxLength: 4 })), {
  maxLength: 6,
})

/** Reads a key back, as its form says. */
function read(key: string): Parts {
  const parts: Parts = []
  let at = 0
  const number = () => {
    const from = at
    while (/[0-9]/.test(key[at] ?? '')) at++
    return Number(key.slice(from, at))
  }
  const take = (length: number) => {
    at += length
    return key.slice(at - length, at)
  }
  while (at < key.length) {
    const length = number()
    if (take(1) === ':') parts.push(take(length))
    else
      parts.push(
        Array.from({ length }, () => {
          const own = number()
          at++
          return take(own)
        }),
      )
  }
  return parts
}

test('a key can be read back to the very parts it was made of, so no two lists share one', () => {
  fc.assert(
    fc.property(parts, (parts) => {
      expect(read(lengthPrefixed(parts))).toEqual(parts)
    }),
    { numRuns: 2000 },
  )
})

test.each<[Parts, Parts]>([
  [
    ['ab', 'c'],
    ['a', 'bc'],
  ],
  [['a', ''], ['a']],
  [[['a', 'b']], ['a', 'b']],
  [[['a'], 'b'], [['a', 'b']]],
  [['2[1:a1:b'], [['a', 'b']]],
  [[[]], ['']],
])('%j and %j differ', (a, b) => {
  expect(lengthPrefixed(a)).not.toBe(lengthPrefixed(b))
})
