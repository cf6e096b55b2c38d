// Words of any script, as index and query compare them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tokenize } from '../../src/articles/tokenize.ts'

test.each([
  ['Refund the late-payment FEE!', ['refund', 'the', 'late', 'payment', 'fee']],
  ['Gebühren für Überweisungen', ['gebuhren', 'fur', 'uberweisungen']],
  ['cafe\u0301 caf\u00e9', ['cafe', 'cafe']],
  ['İstanbul ISTANBUL', ['istanbul', 'istanbul']],
  ['x² ﬁne Ｆｕｌｌ', ['x2', 'fine', 'full']],
  ['الرسوم على البِطاقة', ['الرسوم', 'على', 'البطاقة']],
  ['カードをなくした', ['カード', 'を', 'なく', 'した']],
  ['한국어 카드', ['한국어', '카드']],
  ['product:credit-card_v2', ['product', 'credit', 'card', 'v2']],
  ['12,50 €', ['12', '50']],
  ["don't", ['don', 't']],
  ["カード credit_card don't", ['カード', 'credit', 'card', 'don', 't']],
  ['バスとハス', ['バス', 'と', 'ハス']],
  ['कि कु', ['कि', 'कु']],
  ['שָׁלוֹם', ['שלום']],
  ['__proto__ constructor', ['proto', 'constructor']],
  ['', []],
  [' \n…—!', []],
])('%j', (text, words) => {
  expect(tokenize(text)).toEqual(words)
})

test('Chinese is cut into words, and a word of the query is one of the text', () => {
  const text = tokenize('如果您的信用卡丢失，请立即冻结。')
  for (const word of tokenize('信用卡')) expect(text).toContain(word)
})

test('one spelling or the other, the words are the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
      const words = tokenize(text)
      expect(tokenize(text.normalize('NFD'))).toEqual(words)
      expect(tokenize(text.normalize('NFC'))).toEqual(words)
      for (const word of words) expect(word).not.toMatch(/[\s\p{P}\p{Lu}]/u)
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('no text breaks it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const word of tokenize(text)) expect(word).not.toBe('')
    }),
    { seed: 2, numRuns: 100 },
  )
})
