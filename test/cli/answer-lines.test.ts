// How a reply looks in a terminal.
import { describe, expect, test } from 'vitest'
import { freshnessBadge, itemLines, reasonsOf, refusedInWords } from '../../src/cli/answer-lines.ts'
import { widthOf } from '../../src/cli/text-width.ts'
import type { RetrievedItem } from '../../src/retrieval/retrieval.ts'
import { plainTerminal } from './plain-terminal.ts'

const explanation = [
  { feature: 'relevance', value: 0.42, weight: 1, contribution: 0.42 },
  { feature: 'matchingTags', value: 2, weight: 0.15, contribution: 0.3 },
  { feature: 'compliance', value: 1, weight: 0.2, contribution: 0.2 },
]

const item: RetrievedItem = {
  contentId: 'a',
  title: 'Blocking a lost card',
  snippet: '',
  url: null,
  contentType: 'article',
  language: 'en',
  tags: [],
  isCompliant: true,
  relevanceScore: 0.42,
  score: 0.92,
  explanation,
  source: 'knowledge-search',
  version: null,
  updatedAt: null,
}

test('an item is its place, score and title, then its reasons and source', () => {
  expect(itemLines([item], plainTerminal())).toEqual([
    ' 1. 0.92  Blocking a lost card',
    '          relevance 0.42 + 2 tags match 0.30 + compliant 0.20  knowledge-search',
  ])
})

test.each([40, 80, 120])('nothing is wider than a terminal of %i columns', (columns) => {
  const long = { ...item, title: '紛失したカードの利用停止と再発行のお手続きについて'.repeat(4) }
  for (const line of itemLines([item, long], plainTerminal(columns)))
    expect(widthOf(line)).toBeLessThanOrEqual(columns)
})

test('a title cannot steer the terminal', () => {
  const [line] = itemLines([{ ...item, title: 'a\u001b]0;owned\u0007b' }], plainTerminal())
  expect(line).toBe(' 1. 0.92  a ]0;owned b')
})

describe('reasons in words', () => {
  test('what contributes nothing is left out, but never the relevance', () => {
    const nothing = explanation.map((term) => ({ ...term, value: 0, contribution: 0 }))
    expect(reasonsOf(nothing)).toBe('relevance 0.00')
    expect(reasonsOf([{ feature: 'matchingTags', value: 1, weight: 0.15, contribution: 0.15 }])).toBe(
      '1 tag matches 0.15',
    )
  })

  test('features that are not known here keep their name', () => {
    expect(reasonsOf([{ feature: 'recency', value: 1, weight: -0.1, contribution: -0.1 }])).toBe(
      'recency -0.10',
    )
  })
})

test('the badge tells the age of what is not fresh', () => {
  const badge = (status: 'fresh' | 'stale' | 'none', ageSeconds: number | null) =>
    freshnessBadge({ status, ageSeconds, source: null }, plainTerminal())
  expect(badge('fresh', 12)).toBe('● fresh')
  expect(badge('stale', 12.3)).toBe('◐ stale, 12.3 s old')
  expect(badge('none', null)).toBe('○ none')
})

test('refusals are counted by reason', () => {
  const refusal = (reason: 'draft' | 'not_yet_available') => ({ contentId: 'a', source: 's', reason })
  expect(refusedInWords([refusal('draft'), refusal('not_yet_available'), refusal('draft')])).toBe(
    'kept back: 2 draft, 1 not yet available',
  )
  expect(refusedInWords([])).toBe('')
})
