// Columns of a terminal.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitted, printable, widthOf, wrap } from '../../src/cli/text-width.ts'

test.each([
  ['card', 4],
  ['Gebühr', 6],
  ['e\u0301', 1],
  ['カード紛失', 10],
  ['ｶｰﾄ', 3],
  ['카드', 4],
  ['بطاقة', 5],
  ['مُدَرِّس', 4],
  ['👩‍💻', 2],
  ['✓ ok', 4],
  ['', 0],
])('%s takes %i columns', (text, width) => {
  expect(widthOf(text)).toBe(width)
})

test('a text is cut or padded to the exact width, never inside a character', () => {
  expect(fitted('card', 6)).toBe('card  ')
  expect(fitted('lost card', 6)).toBe('lost …')
  expect(fitted('カード紛失', 6)).toBe('カー… ')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
      expect(widthOf(fitted(printable(text), width))).toBe(width)
    }),
  )
})

test('lines break between words, and anywhere in scripts without spaces', () => {
  expect(wrap('block the lost card', 9)).toEqual(['block the', 'lost card'])
  expect(wrap('カードを止める', 6)).toEqual(['カード', 'を止め', 'る'])
  expect(wrap('Rechtsschutzversicherung', 10)).toEqual(['Rechtsschu', 'tzversiche', 'rung'])
  expect(wrap('', 10)).toEqual([''])
})

test('no line is wider than asked, and nothing but spaces is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 40 }), (text, width) => {
      const lines = wrap(printable(text), width)
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
      expect(lines.join('').replace(/\s/g, '')).toBe(printable(text).replace(/\s/g, ''))
    }),
  )
})

test('what a terminal would obey is taken out', () => {
  expect(printable('a\u001b[2Jb\u009b1mc\r\nd')).toBe('a [2Jb 1mc d')
  expect(printable('pay\u202egnp.exe')).toBe('paygnp.exe')
})
