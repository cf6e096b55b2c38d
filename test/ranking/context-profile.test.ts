// The profile `context`: a readable sum, whatever is known of an item.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contextFeatures, contextProfile, defaultWeights } from '../../src/ranking/context-profile.ts'
import { duplicatesAmong } from '../../src/ranking/duplicates.ts'
import { featuresOfItems } from '../../src/ranking/item-features.ts'
import type { RankingContext } from '../../src/ranking/profile.ts'
import { rank } from '../../src/ranking/rank.ts'
import { contentFeatures } from '../../src/search/content-features.ts'
import { KnowledgeIndex } from '../../src/search/knowledge-index.ts'
import { makeItem } from '../retrieval/make-inquiry.ts'
import { article } from '../simulator/sample-organisation.ts'

const plain: RankingContext = { contextTags: [], boostCompliance: true }
const measured = Object.fromEntries(contentFeatures.map((name) => [name, 0.5])) as Record<
  (typeof contentFeatures)[number],
  number
>

function termFor(
  feature: string,
  fields: Parameters<typeof makeItem>[0],
  more: Partial<RankingContext> = {},
) {
  const explanation = contextProfile().explain(makeItem(fields), { ...plain, ...more })
  return explanation.find((term) => term.feature === feature)
}

describe('the profile', () => {
  test('names every feature once and in order, and each contribution is value x weight', () => {
    const weights = fc.record(
      Object.fromEntries(
        contextFeatures.map((name) => [name, fc.double({ min: -5, max: 5, noNaN: true })]),
      ) as Record<(typeof contextFeatures)[number], fc.Arbitrary<number>>,
    )
    fc.assert(
      fc.property(weights, fc.boolean(), (own, isMeasured) => {
        const context = { ...plain, featuresOf: () => (isMeasured ? measured : undefined) }
        const explanation = contextProfile(own, 'mine').explain(makeItem(), context)
        expect(explanation.map(({ feature }) => feature)).toEqual([...contextFeatures])
        for (const { value, weight, contribution } of explanation) expect(contribution).toBe(value * weight)
      }),
      { seed: 1 },
    )
  })

  test("the source's own judgement counts only where the words are not measured", () => {
    expect(termFor('relevance', { relevanceScore: 0.5 })?.weight).toBe(defaultWeights.relevance)
    expect(termFor('relevance', { relevanceScore: 0.5 }, { featuresOf: () => measured })?.contribution).toBe(
      0,
    )
    expect(termFor('focus', {}, { featuresOf: () => measured })?.value).toBe(0.5)
    expect(termFor('focus', {})?.value).toBe(0)
  })

  test('use, age, and what the interaction has seen', () => {
    const item = { contentId: 'a', updatedAt: '2024-01-01T00:00:00Z' }
    expect(termFor('resolution', item, { resolutionOf: () => 0.9 })?.value).toBeCloseTo(0.4)
    expect(termFor('resolution', item)?.value).toBe(0)
    expect(termFor('age', item)?.value).toBe(0)
    const wallTime = Date.parse('2024-01-01T00:00:00Z') + 365.25 * 86_400_000
    expect(termFor('age', item, { wallTime })?.value).toBeCloseTo(0.2, 3)
    expect(termFor('age', item, { wallTime: wallTime * 2 })?.value).toBe(1)
    expect(termFor('age', { updatedAt: null }, { wallTime })?.value).toBe(0)
    for (const [feature, ids] of [
      ['shown', 'shownIds'],
      ['dismissed', 'dismissedIds'],
      ['duplicate', 'duplicateIds'],
    ] as const) {
      expect(termFor(feature, item, { [ids]: new Set(['a']) })?.value).toBe(1)
      expect(termFor(feature, item)?.value).toBe(0)
      expect(defaultWeights[feature]).toBeLessThan(0)
    }
  })

  test('compliance weighs nothing where the request says so', () => {
    expect(termFor('compliance', { isCompliant: true })?.contribution).toBe(defaultWeights.compliance)
    expect(termFor('compliance', { isCompliant: true }, { boostCompliance: false })?.weight).toBe(0)
  })
})

describe('near-duplicates', () => {
  test('the later of two items that say nearly the same', () => {
    const text = 'Block the card at once, order a new one, and tell the customer when it comes to the address'
    const items = [
      makeItem({ contentId: 'a', title: 'Lost card', snippet: text }),
      makeItem({ contentId: 'b', title: 'Lost card', snippet: `${text} on file` }),
      makeItem({ contentId: 'c', title: 'Late fee', snippet: 'Refund it once a year' }),
    ]
    expect(duplicatesAmong(items)).toEqual(new Set(['b']))
    expect(duplicatesAmong(items.toReversed())).toEqual(new Set(['a']))
  })
})

describe('features of items from any source', () => {
  const query = {
    turns: [{ speaker: 'customer' as const, text: 'Who blocks a lost card?' }],
    tags: [],
    entityIds: [],
  }
  const items = [
    makeItem({ contentId: 'fee', title: 'Late fee', snippet: 'Refund it.', relevanceScore: 0.9 }),
    makeItem({ contentId: 'card', title: 'Lost card', snippet: 'Block it.', relevanceScore: 0.1 }),
  ]

  test('are measured among the items where no index holds them', () => {
    const context = { ...plain, featuresOf: featuresOfItems(items, query) }
    expect(rank(items, context, contextProfile()).map(({ item }) => item.contentId)).toEqual(['card', 'fee'])
  })

  test('come from the index that holds them', () => {
    const index = new KnowledgeIndex([
      article('card', 'Lost card', 'We block a lost card.'),
      article('pin', 'PIN', 'Forgotten.'),
    ])
    const featuresOf = featuresOfItems(items, query, index)
    const [card] = index.featuresOf(query, ['card'])
    expect(featuresOf(makeItem({ contentId: 'card' }))).toEqual(card)
    expect(featuresOf(makeItem({ contentId: 'fee' }))?.text).toBeDefined()
  })
})
