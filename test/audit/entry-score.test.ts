import { expect, test } from 'vitest'
import { canonicalJson } from '../../src/audit/canonical-json.ts'
import { ScoreCheck, scoreMismatches } from '../../src/audit/entry-score.ts'
import { tutorialProfile } from '../../src/ranking/profile.ts'
import { rank } from '../../src/ranking/rank.ts'

const term = (value: number, weight: number) => ({ value, weight, contribution: value * weight })
const right = {
  contentId: 'a',
  explanation: [term(0.7, 1), term(3, 0.15), term(1, 0.2)],
  score: 0.7 + 3 * 0.15 + 0.2,
}

test('scores that follow from their explanation, and entries without items, have no mismatch', () => {
  expect(scoreMismatches({ items: [right, right] })).toEqual([])
  expect(scoreMismatches({ items: [] })).toEqual([])
  expect(scoreMismatches({ kind: 'adoption' })).toEqual([])
  expect(scoreMismatches(null)).toEqual([])
})

test('what the shipped profile explains recomputes to the last bit', () => {
  const item = { tags: ['card', 'fee'], isCompliant: true, relevanceScore: 0.1 + 0.2 }
  const ranked = rank(
    [item as never],
    { contextTags: ['card', 'fee'], boostCompliance: true },
    tutorialProfile,
  )
  const items = ranked.map(({ score, explanation }) => ({ score, explanation }))
  expect(scoreMismatches(JSON.parse(canonicalJson({ items })))).toEqual([])
})

test.each([
  [{ ...right, score: right.score + Number.EPSILON }, /^items\[0\]\.score is/],
  [
    { ...right, explanation: [{ ...term(0.5, 1), contribution: 0.6 }], score: 0.6 },
    /contribution is 0\.6, not 0\.5/,
  ],
  [{ ...right, explanation: [{ value: 1 }] }, /explanation\[0\] has no value, weight and contribution/],
  [{ contentId: 'a' }, /items\[0\] has no score with an explanation/],
  ['text', /items\[0\] has no score/],
])('a mismatch is named: %#', (item, message) => {
  expect(scoreMismatches({ items: [item] as never })[0]).toMatch(message)
})

test('items that were read before are not read again, and different ones are', () => {
  const check = new ScoreCheck()
  const body = (score: number, more: object = {}) =>
    canonicalJson({ agentId: 'a', items: [{ ...right, score }], kind: 'retrieval', ...more })
  for (const n of [1, 2]) expect(check.mismatchIn(body(right.score, { n }))).toBe(undefined)
  expect(check.mismatchIn(body(1))).toMatch(/score is 1/)
  // A member of the same name further in does not stand for the one that counts.
  expect(check.mismatchIn(body(1, { a: { items: [right], kind: 1 } }))).toMatch(/score is 1/)
  expect(check.mismatchIn(canonicalJson({ at: 0, kind: 'adoption' }))).toBe(undefined)
})
