// Evaluation: what is and is not shown to the ranker, and what is made of the outcome.
import { describe, expect, test } from 'vitest'
import type { Article, Conversation } from '../../src/articles/article.ts'
import { contextProfile } from '../../src/ranking/context-profile.ts'
import { type JudgedEvent, judgeEvents } from '../../src/ranking/evaluate.ts'
import { evaluationOf } from '../../src/ranking/evaluation.ts'
import { type RankingProfile, tutorialProfile } from '../../src/ranking/profile.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { article } from '../simulator/sample-organisation.ts'

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
const judge = (
  conversations: readonly Conversation[],
  profile: RankingProfile = contextProfile(),
  of = articles,
) => [...judgeEvents(of, conversations, { profile, clock: new FakeClock(), ablation: true })]

describe('judging events', () => {
  test.each([contextProfile(), tutorialProfile])(
    'turns after the event are not seen, and newer turns weigh more: $name',
    (profile) => {
      const events = [
        { turnIndex: 0, goldArticleIds: ['card'] },
        { turnIndex: 2, goldArticleIds: ['fee', 'elsewhere'] },
      ]
      const [first, second] = judge([conversation({ events })], profile)
      expect(first?.ranked).toEqual(['card'])
      expect(second?.ranked[0]).toBe('fee')
      expect(new Set(second?.ranked)).toEqual(new Set(['fee', 'loan', 'card']))
      expect(second?.gold).toEqual(new Set(['fee', 'elsewhere']))
    },
  )

  test('a conversation without events ends in a turn that needs no article; one without customer has none', () => {
    const agent = conversation({ turns: [{ speaker: 'agent', text: 'Hello' }] })
    const judged = judge([conversation({}), agent])
    expect(judged.map(({ gold }) => gold.size)).toEqual([0])
    expect(judged[0]?.ranked[0]).toBe('fee')
  })

  test("the profile's reasons count: tags of the conversation, each once", () => {
    const tagged = articles.map((one) => (one.id === 'card' ? { ...one, tags: ['theft'] } : one))
    const events = [{ turnIndex: 2, goldArticleIds: ['card'] }]
    const profile: RankingProfile = {
      name: 'tags only',
      explain: (item, { contextTags }) => {
        const value = contextTags.filter((tag) => item.tags.includes(tag)).length
        return [{ feature: 'tags', value, weight: 1, contribution: value === 1 ? 1 : 0 }]
      },
    }
    const ask = (tags: string[]) => judge([conversation({ events, tags })], profile, tagged)
    expect(ask(['theft', 'theft'])[0]?.ranked[0]).toBe('card')
    expect(ask([])[0]?.ranked[0]).toBe('fee')
  })
})

describe('the evaluation', () => {
  const event = (ranked: string, gold: string, confidence: number): JudgedEvent => ({
    ranked: ranked.split(''),
    gold: new Set(gold),
    confidence,
    ms: 1,
    without: new Map([['text', [...ranked].reverse()]]),
  })
  const lettered = [...'abc'].map((id) => article(id, id, ''))

  test('measures the events that need an article, and silence by the others', () => {
    const judged = [event('ab', 'a', 0.9), event('ba', 'a', 0.6), event('ab', '', 0.7), event('ab', '', 0.1)]
    const { metrics, silence, ablation, unneeded, events } = evaluationOf(judged, lettered)
    expect({ events, unneeded }).toEqual({ events: 2, unneeded: 2 })
    expect(metrics.r1).toBe(0.5)
    expect(silence).toEqual({ auc: 0.75, threshold: 0.6, keptQuiet: 0.5 })
    expect(ablation).toEqual([{ feature: 'text', r1: 0.5, r5: 1 }])
  })

  test('the threshold can be typed as it is printed, and is never rounded up', () => {
    const judged = [event('ab', 'a', 0.123_49), event('ab', '', 0.123_4), event('ab', '', 0.123_3)]
    expect(evaluationOf(judged, lettered).silence).toEqual({ auc: 1, threshold: 0.1234, keptQuiet: 0.5 })
  })

  test('nothing is said of silence where every turn needs an article', () => {
    expect(evaluationOf([event('ab', 'a', 0.9)], lettered).silence).toBeNull()
  })

  test('a gold article that is not there is counted', () => {
    expect(evaluationOf([event('ab', 'x', 0.9)], lettered).eventsWithUnknownGold).toBe(1)
  })
})
