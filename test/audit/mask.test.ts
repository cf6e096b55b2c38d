import fc from 'fast-check'
import { expect, test } from 'vitest'
import { masker } from '../../src/audit/mask.ts'

const mask = masker([])

test.each([
  ['my card 4111111111111111 was stolen', 'my card [card 1111] was stolen'],
  ['4111 1111 1111 1111', '[card 1111]'],
  ['4111-1111-1111-1111.', '[card 1111].'],
  ['3782 822463 10005', '[card 0005]'],
  ['4222222222222', '[card 2222]'],
  ['6304 0000 0000 0000 000', '[card 0000] 000'],
  ['4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', '[card 1111]'],
  ['4111 – 1111 – 1111 – 1111', '[card 1111]'],
  ['4111\u00a01111\u202f1111\u20111111', '[card 1111]'],
  ['4111\u200b1111\u200b1111\u200b1111', '[card 1111]'],
  ['４１１１１１１１１１１１１１１１', '[card 1111]'],
  ['٤١١١ ١١١١ ١١١١ ١١١١', '[card 1111]'],
  ['4111111111111111 and 5500005555555559', '[card 1111] and [card 5559]'],
  ['4111 1111 1111 1111 5500 0055 5555 5559', '[card 1111] [card 5559]'],
  ['4111 1111 1111 1111 123 12/27', '[card 1111] 123 12/27'],
  ['order 12 4111 1111 1111 1111', 'order 12 [card 1111]'],
  ['4111.1111.1111.1111', '[card 1111]'],
  ['3782/822463/10005.', '[card 0005].'],
  ['41111111111111111227', '[card 1111]1227'],
  ['ref4111111111111111x', 'ref[card 1111]x'],
])('%s is masked', (text, masked) => {
  expect(mask(text)).toBe(masked)
  expect(mask(masked)).toBe(masked)
})

test.each([
  '4111111111111112',
  '4111 1111 1111',
  '0000 0000 0000 0000',
  'call +44 20 7946 0958 or 0800 123',
  '192.168.100.200 192.168.100.201 4111.1111.1111.1112',
  '8799a6ac-e777-4d61-8253-26784366e07a',
  'in 2026 between 10 and 12 for 99.95',
  '',
])('%s stays as it is', (text) => {
  expect(mask(text)).toBe(text)
})

test('configured patterns are masked, in texts of any length', () => {
  const both = masker([String.raw`\bDE\d{20}\b`, 'secret-[a-z]+'])
  expect(both('iban DE89370400440532013000 and secret-word')).toBe('iban [masked] and [masked]')
  const long = `${'word '.repeat(3000)}secret-word ${'word '.repeat(3000)}`
  expect(both(long)).toBe(long.replace('secret-word', '[masked]'))
})

test('a pattern that is no regular expression, or matches the empty text, is refused by its place', () => {
  expect(() => masker(['a', '('])).toThrow('maskPatterns[1]: must be a regular expression')
  expect(() => masker(['a*'])).toThrow('maskPatterns[0]: must not match the empty text')
})

const card = fc
  .array(fc.nat(9), { minLength: 12, maxLength: 18 })
  .filter((digits) => digits.some((digit) => digit > 0))
  .map((digits) => {
    const sum = digits.toReversed().reduce((total, digit, index) => {
      const weighted = index % 2 === 0 ? 2 * digit : digit
      return total + (weighted > 9 ? weighted - 9 : weighted)
    }, 0)
    return digits.join('') + ((10 - (sum % 10)) % 10)
  })
const words = fc.string({ unit: fc.constantFrom('a', ' ', '.', 'é', '😀', '-') })

test('property: of any card number in any text at most the last four digits of a group stay together', () => {
  fc.assert(
    fc.property(words, card, fc.constantFrom('', ' ', '-'), words, (before, number, separator, after) => {
      const written = number.match(/.{1,4}/g)?.join(separator) ?? ''
      const masked = mask(`${before}${written}${after}`)
      expect(masked).toContain('[card ')
      expect(masked.replaceAll(/[^\d]/g, '').length).toBeLessThanOrEqual(number.length - 9)
      expect(mask(masked)).toBe(masked)
    }),
  )
})

test('property: masking twice changes nothing more', () => {
  const digitish = fc.string({ unit: fc.constantFrom(...'0123456789 -x'), maxLength: 200 })
  fc.assert(fc.property(digitish, (text) => mask(mask(text)) === mask(text)))
})

test('a text of a million digits takes no time to speak of', () => {
  for (const text of [
    '1'.repeat(1_000_000),
    '1 '.repeat(500_000),
    '1   '.repeat(250_000),
    '1    '.repeat(250_000),
  ])
    expect(mask(text).length).toBeGreaterThan(0)
})
