// Texts and addresses from outside: plain, safe and short, whatever they were.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { snippetLength, snippetOf, tagsOf, titleOf, webAddress } from '../../src/sources/safe-text.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff]|\s{2}|^\s|\s$/

const anyText = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      '\u202e',
      '\u2066',
      '\ufeff',
      '\u200b',
      '\ud800',
      '\udc00',
      '  ',
      '\r\n',
      '\u0000',
      '😀',
      'x'.repeat(400),
    ),
  ),
  { maxLength: 12 },
)

describe('snippets and titles', () => {
  test.each([
    ['Refund  the\n\tfee ', 'Refund the fee'],
    ['a\u0000b\u0007c', 'a b c'],
    ['pay \u202eevil\u202c now', 'pay evil now'],
    ['zero\u200bwidth', 'zerowidth'],
    ['\ufeffstart', 'start'],
    ['a\u2028b', 'a b'],
    ['\ud800x', '\ufffdx'],
    ['👩‍👩‍👧 می‌خواهم', '👩‍👩‍👧 می‌خواهم'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['', ''],
    [' \n\u202e ', ''],
  ])('%j reads %j', (text, shown) => {
    expect(snippetOf(text)).toBe(shown)
    expect(titleOf(text)).toBe(shown)
  })

  test('no title is an empty one', () => {
    expect([titleOf(null), titleOf(undefined)]).toEqual(['', ''])
  })

  test('every text becomes one safe line of the right length', () => {
    fc.assert(
      fc.property(anyText, (parts) => {
        for (const [make, max] of [
          [snippetOf, snippetLength],
          [titleOf, 300],
        ] as const) {
          const line = make(parts.join(''))
          expect(line).not.toMatch(unsafe)
          expect(line.isWellFormed()).toBe(true)
          expect(line.length).toBeLessThanOrEqual(max)
        }
      }),
      { seed: 1, numRuns: 400 },
    )
  })

  test('a long text is cut after a whole word, a word without end where it stands, never within a character', () => {
    const words = snippetOf('customer '.repeat(100))
    expect(words).toMatch(/^(customer )+customer…$/)
    expect(words.length).toBeGreaterThan(snippetLength - 10)
    expect(snippetOf('x'.repeat(700))).toBe(`${'x'.repeat(599)}…`)
    for (const shift of ['', 'a']) {
      const faces = snippetOf(shift + '😀'.repeat(400))
      expect(faces).toMatch(/^a?(😀)+…$/u)
      expect(faces.length).toBeGreaterThan(597)
    }
    expect(snippetOf('x'.repeat(600))).toHaveLength(600)
  })

  test('a megabyte takes no longer than its beginning', () => {
    const huge = 'word \n'.repeat(170_000)
    const started = performance.now()
    for (let n = 0; n < 100; n++) snippetOf(huge)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

test('tags are in the form of a request: NFC, one line, without repeats and blanks', () => {
  expect(tagsOf(['cafe\u0301', 'caf\u00e9', ' card ', 'card', '', '\n', 'a\u202eb'])).toEqual([
    'café',
    'card',
    'ab',
  ])
})

describe('addresses', () => {
  test.each([
    ['https://kb.example.com/a?b=c#d', 'https://kb.example.com/a?b=c#d'],
    ['http://kb.example.com', 'http://kb.example.com/'],
    ['HTTPS://KB.example.com/A', 'https://kb.example.com/A'],
    ['https://kb.example.com/a b\u202e', 'https://kb.example.com/a%20b%E2%80%AE'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ])('%s opens as %s', (address, href) => {
    expect(webAddress(address)).toBe(href)
  })

  test.each([
    [null],
    [undefined],
    [''],
    ['/relative'],
    ['//host/path'],
    ['kb.example.com'],
    ['javascript:alert(1)'],
    ['JaVaScRiPt:alert(1)'],
    ['java\nscript:alert(1)'],
    [' javascript:alert(1)'],
    ['\u0001javascript:alert(1)'],
    ['data:text/html,<script>alert(1)</script>'],
    ['vbscript:x'],
    ['file:///etc/passwd'],
    ['blob:https://kb.example.com/1'],
    ['https://bank.example@evil.example/'],
    ['https://user:password@kb.example.com/'],
    ['https://'],
    ['http://[::1'],
    [`https://kb.example.com/${'a'.repeat(2048)}`],
  ])('%s does not open', (address) => {
    expect(webAddress(address)).toBeNull()
  })

  test('what opens is http or https in its normal form, whatever was given', () => {
    const addresses = fc.oneof(
      fc.webUrl(),
      fc.string(),
      fc
        .tuple(
          fc.constantFrom('https://', 'http:', 'javascript:', 'https:\\\\'),
          fc.string({ unit: 'binary' }),
        )
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(addresses, (address) => {
        const href = webAddress(address)
        if (href === null) return
        expect(href).toMatch(/^https?:\/\/[^/@\s]+\/[!-~]*$/)
        expect(new URL(href).href).toBe(href)
      }),
      { seed: 1, numRuns: 500 },
    )
  })
})
