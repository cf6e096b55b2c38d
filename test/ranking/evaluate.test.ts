// Evaluation: the measures against values worked out by hand, and what is and is not shown to the ranker.
import { describe, expect, test } from 'vitest'
import type { Article, Conversation } from '../../src/articles/article.ts'
import { ArticleIndex } from '../../src/articles/article-index.ts'
import {
  hitAt,
  type JudgedEvent,
  judgeEvents,
  metricsOf,
  ndcgAt,
  percentileOf,
  reciprocalRankAt,
  wilsonInterval,
} from '../../src/ranking/evaluate.ts'
import { tutorialProfile } from '../../src/ranking/profile.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { article } from '../simulator/sample-organisation.ts'

const ranking = (ranked: string, gold: string): JudgedEvent => ({
  ranked: ranked.split(''),
  gold: new Set(gold),
  ms: 1,
})

describe('measures', () => {
  test('R@k counts an event once, however many gold articles are found', () => {
    expect(hitAt(1, ranking('abcde', 'a'))).toBe(1)
    expect(hitAt(1, ranking('abcde', 'b'))).toBe(0)
    expect(hitAt(5, ranking('abcdef', 'e'))).toBe(1)
    expect(hitAt(5, ranking('abcdef', 'f'))).toBe(0)
    expect(hitAt(5, ranking('abc', 'abc'))).toBe(1)
  })

  test('the reciprocal rank is that of the first gold article, and 0 beyond k', () => {
    expect(reciprocalRankAt(5, ranking('abcde', 'cd'))).toBe(1 / 3)
    expect(reciprocalRankAt(5, ranking('abcdef', 'f'))).toBe(0)
    expect(reciprocalRankAt(5, ranking('', 'a'))).toBe(0)
  })

  test('nDCG compares with the best order that the number of gold articles allows', () => {
    expect(ndcgAt(5, ranking('ab', 'ab'))).toBe(1)
    // One of two, in second place: (1/log2 3) / (1 + 1/log2 3).
    expect(ndcgAt(5, ranking('xa', 'ab'))).toBeCloseTo(0.6309297535714575 / 1.6309297535714575, 12)
    // Six gold articles, five places: what is there is all that could be.
    expect(ndcgAt(5, ranking('abcde', 'abcdef'))).toBe(1)
    expect(ndcgAt(5, ranking('xyz', 'a'))).toBe(0)
  })

  test('the metrics are means, and 0 of nothing', () => {
    const metrics = metricsOf([ranking('ab', 'a'), ranking('ab', 'b'), ranking('ab', 'c')])
    expect(metrics.r1).toBeCloseTo(1 / 3, 12)
    expect(metrics.r5).toBeCloseTo(2 / 3, 12)
    expect(metrics.mrr5).toBeCloseTo(0.5, 12)
    expect(metrics.ndcg5).toBeCloseTo((1 + 0.6309297535714575) / 3, 12)
    expect(metricsOf([])).toEqual({ r1: 0, r5: 0, mrr5: 0, ndcg5: 0 })
  })

  test('the Wilson interval agrees with a published example, and stays within 0 and 1', () => {
    // 8 of 10: 0.4902 .. 0.9433 (Brown, Cai, DasGupta 2001, by their formula).
    const [low, high] = wilsonInterval(8, 10)
    expect(low).toBeCloseTo(0.4902, 4)
    expect(high).toBeCloseTo(0.9433, 4)
    expect(wilsonInterval(0, 10)[0]).toBe(0)
    expect(wilsonInterval(10, 10)[1]).toBeCloseTo(1, 12)
    expect(wilsonInterval(0, 0)).toEqual([0, 1])
  })

  test('percentiles are values that occur', () => {
    expect(percentileOf([5, 1, 4, 2, 3], 0.5)).toBe(3)
    expect(percentileOf([5, 1, 4, 2, 3], 0.99)).toBe(5)
    expect(percentileOf([], 0.5)).toBe(0)
  })
})

describe('judging events', () => {
  const articles: readonly Article[] = [
    article('card', 'Card', ''),
    article('loan', 'Loan', ''),
    article('fee', 'Fee', ''),
  ]
  const conversation = (more: Partial<Conversation>): Conversation => ({
    id: 'c',
    turns: [
      { speaker: 'customer', text: 'I lost my card' },
      { speaker: 'agent', text: 'Anything about the loan?' },
      { speaker: 'customer', text: 'Refund the fee' },
    ],
    events: [],
    tags: [],
    entityIds: [],
    ...more,
  })
  const judge = (conversations: readonly Conversation[]) => [
    ...judgeEvents(new ArticleIndex(articles), conversations, {
      profile: tutorialProfile,
      clock: new FakeClock(),
    }),
  ]

  test('turns after the event are not seen, and newer turns weigh more', () => {
    const events = [
      { turnIndex: 0, goldArticleIds: ['card'] },
      { turnIndex: 2, goldArticleIds: ['fee', 'elsewhere'] },
    ]
    const [first, second] = judge([conversation({ events })])
    expect(first?.ranked).toEqual(['card'])
    expect(second?.ranked).toEqual(['fee', 'loan', 'card'])
    expect(second?.gold).toEqual(new Set(['fee', 'elsewhere']))
  })

  test('an event without gold articles is left out', () => {
    expect(judge([conversation({ events: [{ turnIndex: 0, goldArticleIds: [] }] })])).toEqual([])
  })

  test("the profile's reasons count: tags of the conversation, each once", () => {
    const tagged = articles.map((one) => (one.id === 'card' ? { ...one, tags: ['theft'] } : one))
    const events = [{ turnIndex: 2, goldArticleIds: ['card'] }]
    const ask = (tags: string[]) => [
      ...judgeEvents(new ArticleIndex(tagged), [conversation({ events, tags })], {
        profile: {
          name: 'tags only',
          explain: (item, { contextTags }) => {
            const value = contextTags.filter((tag) => item.tags.includes(tag)).length
            return [{ feature: 'tags', value, weight: 1, contribution: value === 1 ? 1 : 0 }]
          },
        },
        clock: new FakeClock(),
      }),
    ]
    expect(ask(['theft', 'theft'])[0]?.ranked[0]).toBe('card')
    expect(ask([])[0]?.ranked[0]).toBe('fee')
  })
})
