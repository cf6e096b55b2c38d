// From what the sources found to what is shown.
import { describe, expect, test } from 'vitest'
import { audiencesOf } from '../../src/access/audience.ts'
import { tutorialProfile } from '../../src/ranking/profile.ts'
import { judgeAndRank } from '../../src/retrieval/judge-and-rank.ts'
import { makeAnswer, makeInquiry, makeItem } from './make-inquiry.ts'

const now = Date.UTC(2026, 2, 1)
const show = (answers: ReturnType<typeof makeAnswer>[], inquiry = makeInquiry(), at = now) =>
  judgeAndRank(answers, inquiry, tutorialProfile, at)
const assist = (more: object) => makeItem({ source: 'assist-content', ...more })
const search = (more: object) => makeItem({ source: 'knowledge-search', ...more })
const ids = (shown: ReturnType<typeof show>) =>
  shown.items.map(({ contentId, source }) => `${source}/${contentId}`)

describe('copies of one item in several sources', () => {
  test("the first source's copy counts, whatever their scores", () => {
    const shown = show([
      makeAnswer([assist({ relevanceScore: 0.1 })]),
      makeAnswer([search({ relevanceScore: 0.9 })]),
    ])
    expect(ids(shown)).toEqual(['assist-content/item'])
    expect(shown.items[0]?.relevanceScore).toBe(0.1)
  })

  test.each([
    ['draft', { state: 'Draft' }],
    ['archived', { state: 'Archived' }],
    ['invisible', { visible: false }],
    ['expired', { availableUntil: now }],
    ['not_yet_available', { availableFrom: now + 1 }],
    ['availability_unreadable', { availableFrom: Number.NaN }],
  ] as const)('what one source knows to be %s is not shown through another', (reason, more) => {
    for (const answers of [
      [makeAnswer([assist(more)]), makeAnswer([search({})])],
      [makeAnswer([assist({})]), makeAnswer([search(more)])],
    ]) {
      const shown = show(answers)
      expect(shown.items).toEqual([])
      expect(shown.refused.map((refusal) => refusal.reason)).toEqual([reason])
    }
  })

  test('what one source labels as forbidden is not shown through another that labels it otherwise', () => {
    const audience = audiencesOf([{ name: 'retail', labels: ['retail'] }])('a', undefined)
    const answers = [
      makeAnswer([assist({ labels: ['staff'] })]),
      makeAnswer([search({ labels: ['retail'] })]),
    ]
    expect(show(answers, makeInquiry({ audience })).items).toEqual([])
  })

  test('a copy that is merely less relevant does not hide the other', () => {
    const answers = [
      makeAnswer([assist({ relevanceScore: 0.1 })]),
      makeAnswer([search({ relevanceScore: 0.9 })]),
    ]
    const shown = show(answers, makeInquiry({ minRelevanceScore: 0.5 }))
    expect(ids(shown)).toEqual(['knowledge-search/item'])
    expect(shown.refused).toEqual([{ contentId: 'item', source: 'assist-content', reason: 'relevance' }])
  })
})

test('no more than asked for, the best of them, refusals not counted', () => {
  const items = Array.from({ length: 20 }, (_, n) =>
    assist({ contentId: `c${n}`, relevanceScore: n / 20, visible: n % 2 === 0 }),
  )
  const shown = show([makeAnswer(items)], makeInquiry({ maxResults: 3 }))
  expect(shown.items.map(({ contentId }) => contentId)).toEqual(['c18', 'c16', 'c14'])
  expect(shown.refused).toHaveLength(10)
})

test('it tells how long it holds: to the nearest beginning or end of any window found', () => {
  const items = [
    assist({ contentId: 'a', availableFrom: now - 50, availableUntil: now + 70 }),
    assist({ contentId: 'b', availableFrom: now + 60 }),
    assist({ contentId: 'c', availableUntil: now - 20 }),
    assist({ contentId: 'd', availableFrom: Number.NaN }),
  ]
  const { from, until } = show([makeAnswer(items)])
  expect([from, until]).toEqual([now - 20, now + 60])
  expect(show([makeAnswer([assist({})])])).toMatchObject({
    from: Number.NEGATIVE_INFINITY,
    until: Number.POSITIVE_INFINITY,
  })
})

test('everything that replies share is frozen', () => {
  const { items, refused } = show([
    makeAnswer([assist({ tags: ['t'] }), assist({ contentId: 'x', visible: false })]),
  ])
  const parts = [
    items,
    items[0],
    items[0]?.tags,
    items[0]?.explanation,
    items[0]?.explanation[0],
    refused,
    refused[0],
  ]
  expect(parts.map((part) => Object.isFrozen(part))).toEqual(parts.map(() => true))
})
