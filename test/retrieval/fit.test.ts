// How items of any source fit the conversation: by the index where they are in it, else by what the items say.
import { expect, test } from 'vitest'
import { tutorialProfile } from '../../src/ranking/profile.ts'
import { profiles } from '../../src/ranking/profiles.ts'
import { fitFor } from '../../src/retrieval/fit.ts'
import { judgeAndRank } from '../../src/retrieval/judge-and-rank.ts'
import { KnowledgeIndex } from '../../src/search/knowledge-index.ts'
import { article } from '../simulator/sample-organisation.ts'
import { makeAnswer, makeInquiry, makeItem } from './make-inquiry.ts'

const turns = [{ speaker: 'customer' as const, text: 'Can the late payment fee be refunded?' }]
const inquiry = makeInquiry({ turns, query: '', entityIds: [] })
const context = profiles.context ?? tutorialProfile
const fee = makeItem({ contentId: 'fee', title: 'Refund of a late payment fee', snippet: 'Refund it once.' })
const badge = makeItem({ contentId: 'badge', title: 'Lost badge', snippet: 'Call the desk.' })

const ranked = (index?: KnowledgeIndex, more = {}) =>
  judgeAndRank(
    [makeAnswer([badge, fee])],
    { ...inquiry, ...more },
    context,
    0,
    undefined,
    undefined,
    fitFor(context, index),
  )

test('an item that is in no index is measured by its title and snippet', () => {
  const { items, confidence } = ranked()
  expect(items.map(({ contentId }) => contentId)).toEqual(['fee', 'badge'])
  expect(confidence).toBeGreaterThan(0)
  expect(confidence).toBeLessThan(1)
})

test('one that is in the index is measured by all of its text', () => {
  const index = new KnowledgeIndex([
    article(
      'badge',
      'Lost badge',
      'Whether the late payment fee can be refunded: the late payment fee is refunded once.',
    ),
    article('fee', 'Refund', 'Of something else.'),
    article('other', 'Opening hours', 'From nine to five.'),
  ])
  expect(ranked(index).items[0]?.contentId).toBe('badge')
})

test('what the interaction has put aside counts against an item', () => {
  const valueIn = (items: ReturnType<typeof ranked>['items']) =>
    items
      .find(({ contentId }) => contentId === 'fee')
      ?.explanation.find(({ feature }) => feature === 'dismissed')?.value
  expect(valueIn(ranked().items)).toBe(0)
  expect(valueIn(ranked(undefined, { dismissedIds: new Set(['fee']) }).items)).toBe(1)
})

test('the profile that looks at no words is spared the time', () => {
  expect(fitFor(tutorialProfile, new KnowledgeIndex())).toBeUndefined()
})
