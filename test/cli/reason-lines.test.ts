// What a score is made of, as people read it.
import { expect, test } from 'vitest'
import { explainedItemLines } from '../../src/cli/reason-lines.ts'
import { widthOf } from '../../src/cli/text-width.ts'
import { contextFeatures } from '../../src/ranking/context-profile.ts'
import type { RetrievedItem } from '../../src/retrieval/retrieval.ts'
import { plainTerminal } from './plain-terminal.ts'

const term = (feature: string, value: number, weight: number) => ({
  feature,
  value,
  weight,
  contribution: value * weight,
})

const itemWith = (explanation: RetrievedItem['explanation']): RetrievedItem => ({
  contentId: 'a',
  title: 'Blocking a lost card',
  snippet: '',
  url: null,
  contentType: 'article',
  language: 'en',
  tags: [],
  isCompliant: true,
  relevanceScore: 0.42,
  score: 3.9,
  explanation,
  source: 'mirror',
  version: null,
  updatedAt: null,
})

test('the weightiest reason comes first, in words and aligned, and the small ones together', () => {
  const explanation = [
    term('matchingTags', 2, 0.15),
    term('openSentence', 1, 3.5),
    term('related', 0.2, 0.1),
    term('age', 0.05, -0.2),
    term('shown', 0, -0.3),
    term('dismissed', 1, -1.5),
    term('text', 1, 10),
  ]
  expect(explainedItemLines([itemWith(explanation)], plainTerminal())).toEqual([
    ' 1. 3.90  Blocking a lost card',
    '          +10.00  the words that were asked for',
    '           +3.50  one sentence holds what is asked',
    '           −1.50  was dismissed in this interaction',
    '           +0.30  2 tags of the interaction',
    '           +0.01  2 smaller reasons',
  ])
})

test('every feature of the profile has words', () => {
  const lines = explainedItemLines(
    [itemWith(contextFeatures.map((name) => term(name, 1, 1)))],
    plainTerminal(),
  )
  const bare = contextFeatures.filter((name) => lines.some((line) => line.endsWith(` ${name}`)))
  expect(bare).toEqual([])
  expect(lines).toHaveLength(1 + contextFeatures.length)
})

test.each([30, 80])('nothing is wider than a terminal of %i columns', (columns) => {
  const explanation = contextFeatures.map((name) => term(name, 1, 1))
  for (const line of explainedItemLines([itemWith(explanation)], plainTerminal(columns)))
    expect(widthOf(line)).toBeLessThanOrEqual(columns)
})
