// Whether an article is needed: by the form of the last turn and by what was found.
import { describe, expect, test } from 'vitest'
import { needConfidence, needSignals } from '../../src/ranking/need.ts'
import { KnowledgeIndex } from '../../src/search/knowledge-index.ts'
import type { Turn } from '../../src/search/knowledge-query.ts'
import { article } from '../simulator/sample-organisation.ts'

const index = new KnowledgeIndex(
  ['Larch Tower', 'Birch Tower'].flatMap((hall) =>
    ['gym', 'garden', 'parking'].map((what) =>
      article(`${hall} ${what}`, `${hall}: the ${what}`, `There is a ${what} and it is open at night.`, {
        category: hall,
      }),
    ),
  ),
)

function confidence(...texts: string[]): number {
  const turns = texts.map((text, place): Turn => ({ speaker: place % 2 === 0 ? 'customer' : 'agent', text }))
  return needConfidence(turns, index.search({ turns, tags: [], entityIds: [] }, { limit: 5 }))
}

describe('the confidence that an article is needed', () => {
  const question = confidence('Larch Tower', 'Anything else?', 'Is there a good gym?')

  test.each([
    ['thanks', 'Thank you, bye'],
    ['details', 'Two people on Friday at 19:30'],
    ['a request to act', 'Could you book it for me?'],
    ['a detail of the record', 'Can I have the phone number?'],
  ])('is higher for a question on what is known than for %s', (_, text) => {
    expect(confidence('Larch Tower', 'Anything else?', text)).toBeLessThan(question / 2)
  })

  test('is higher where an article answers', () => {
    expect(confidence('Hello', 'Hello', 'Is there a good gym?')).toBeLessThan(question)
  })

  test('is within 0 and 1, also of nothing', () => {
    for (const value of [question, needConfidence([], [])]) {
      expect(value).toBeGreaterThan(0)
      expect(value).toBeLessThan(1)
    }
    expect(Object.values(needSignals([], [])).every((signal) => signal === 0)).toBe(true)
  })
})
