// The passage of an article that a card shows.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { passageOf, wantedWords } from '../../src/mirror/passage.ts'
import { plainLines, plainMarkdown } from '../../src/mirror/plain-lines.ts'

const filler = (count: number) =>
  Array.from({ length: count }, (_, i) => `Nothing of interest stands here, number ${i}.`)

test('a short text is shown as it is, in one line', () => {
  expect(passageOf('First line.\nSecond line.', wantedWords(['anything']))).toBe('First line. Second line.')
  expect(passageOf('- One\n- Two', wantedWords(['anything']))).toBe('• One • Two')
})

test('of a long one the sentences with most of the words are shown, and what follows them', () => {
  const body = [
    ...filler(40),
    'A refund takes two days.',
    'The fees are refunded in full.',
    ...filler(40),
  ].join(' ')
  const passage = passageOf(body, wantedWords(['How long do refunds of a fee take?']))
  expect(passage).toMatch(/^A refund takes two days\. The fees are refunded in full\. Nothing/)
  expect(passage.length).toBeLessThanOrEqual(600)
})

test('words of the newest text count more than older ones', () => {
  const body = ['Cards are blue.', ...filler(40), 'Loans are green.', ...filler(40)].join(' ')
  expect(passageOf(body, wantedWords(['and the loan?', 'which card is blue?']))).toMatch(/^Loans|^Cards/)
  expect(passageOf(body, wantedWords(['loan', 'card']))).toMatch(/^Loans/)
  expect(passageOf(body, wantedWords(['elephants']))).toMatch(/^Cards/)
})

test('no text whatever breaks it, or yields more than a card holds', () => {
  const unit = fc.constantFrom(...'ab .。\n\t\u202E\u0007\u0000カ料é\u0301𝕏$|()[]\\', '\uD83D', 'fee', '🙂')
  const texts = [fc.string({ unit, maxLength: 3000 }), fc.string({ unit, maxLength: 50 })] as const
  fc.assert(
    fc.property(...texts, (body, query) => {
      const passage = passageOf(plainLines(body), wantedWords([query]))
      expect(passage.length).toBeLessThanOrEqual(600)
      expect(passage).not.toMatch(/[\p{Cc}\u202A-\u202E]/u)
    }),
  )
})

test('marks of Markdown are taken away, its words stay', () => {
  const markdown =
    '## Head\r\n\n> Quote with `code` and **bold _both_**\n\n1. One\n2) Two\n* Three\n\n| a | b |\n|---|---|\n| snake_case | 2 * 3 * 4 |\n\n```js\nlet x\n```\n<b>HTML</b> ![image](x.png) [link](y "t")'
  expect(plainMarkdown(markdown).split('\n')).toEqual([
    'Head',
    'Quote with code and bold both',
    '- One',
    '- Two',
    '- Three',
    '| a | b |',
    '| snake_case | 2 * 3 * 4 |',
    'let x',
    'HTML image link',
  ])
})

test('Markdown of any form is read in time that grows with its length', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('*', '_', '[', ']', '(', '<', '`', ' ', '\n', '-', 'a', '|'),
        maxLength: 5000,
      }),
      (text) => {
        expect(plainMarkdown(text).length).toBeLessThanOrEqual(text.length + text.split('\n').length)
      },
    ),
  )
})
