// Ranking: the tutorial's formula to the last bit, explained and stable.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type RankingProfile, tutorialProfile } from '../../src/ranking/profile.ts'
import { rank, sumOf } from '../../src/ranking/rank.ts'
import { makeItem } from '../retrieval/make-inquiry.ts'

const plain = { contextTags: [], boostCompliance: true }
const tag = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const relevance = fc.double({ min: 0, max: 1, noNaN: true })
const itemOf = fc.record({ relevanceScore: relevance, isCompliant: fc.boolean(), tags: fc.array(tag) })
const contextOf = fc.record({ contextTags: fc.uniqueArray(tag), boostCompliance: fc.boolean() })

describe('the tutorial profile', () => {
  test('is relevance + 0.15 x matching tags + 0.20 if compliant, to the last bit, in this order', () => {
    fc.assert(
      fc.property(itemOf, contextOf, (fields, context) => {
        const item = makeItem(fields)
        const [ranked] = rank([item], context, tutorialProfile)
        const matching = context.contextTags.filter((name) => fields.tags.includes(name)).length
        const boost = fields.isCompliant && context.boostCompliance ? 0.2 : 0
        const expected = fields.relevanceScore + 0.15 * matching + boost
        expect(Object.is(ranked?.score, expected) || (ranked?.score === 0 && expected === 0)).toBe(true)
        expect(ranked?.item).toBe(item)
        expect(item.relevanceScore).toBe(fields.relevanceScore)
      }),
      { seed: 1, numRuns: 1000 },
    )
  })

  test('the order of the sum can be seen in the last bit, and is base, tags, compliance', () => {
    const item = makeItem({ relevanceScore: 0.1, tags: ['a', 'b'], isCompliant: true })
    const [ranked] = rank([item], { contextTags: ['a', 'b'], boostCompliance: true }, tutorialProfile)
    expect(0.1 + 0.15 * 2 + 0.2).not.toBe(0.15 * 2 + 0.2 + 0.1)
    expect(ranked?.score).toBe(0.1 + 0.15 * 2 + 0.2)
  })

  test('contributions are value x weight, add up from left to right to the score, and none is NaN', () => {
    fc.assert(
      fc.property(itemOf, contextOf, (fields, context) => {
        const [ranked] = rank([makeItem(fields)], context, tutorialProfile)
        const explanation = ranked?.explanation ?? []
        expect(explanation.map(({ feature }) => feature)).toEqual(['relevance', 'matchingTags', 'compliance'])
        expect(explanation.reduce((sum, { contribution }) => sum + contribution, 0)).toBe(ranked?.score)
        expect(sumOf(explanation)).toBe(ranked?.score)
        for (const { value, weight, contribution } of explanation) expect(contribution).toBe(value * weight)
        expect(Number.isFinite(ranked?.score)).toBe(true)
      }),
      { seed: 2, numRuns: 1000 },
    )
  })

  test('a tag counts once, however often the item bears it; case and blanks matter', () => {
    const item = makeItem({ relevanceScore: 0, tags: ['card', 'card', 'Card', 'card '] })
    const [ranked] = rank([item], { ...plain, contextTags: ['card'] }, tutorialProfile)
    expect(ranked?.score).toBe(0.15)
  })

  test('without the boost compliance weighs nothing, and says so', () => {
    const context = { contextTags: [], boostCompliance: false }
    const [ranked] = rank([makeItem({ isCompliant: true })], context, tutorialProfile)
    expect(ranked?.score).toBe(0.5)
    expect(ranked?.explanation[2]).toEqual({ feature: 'compliance', value: 1, weight: 0, contribution: 0 })
  })
})

describe('the order', () => {
  test('highest score first; equal scores in the order of their coming; nothing is lost', () => {
    const items = fc.array(
      fc.record({
        relevanceScore: fc.constantFrom(0, 0.15, 0.3, 0.5),
        tags: fc.array(tag),
        isCompliant: fc.boolean(),
      }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(items, contextOf, (list, context) => {
        const all = list.map((fields, n) => makeItem({ ...fields, contentId: `${n}` }))
        const ranked = rank(all, context, tutorialProfile)
        expect(new Set(ranked.map(({ item }) => item))).toEqual(new Set(all))
        for (const [n, { score, item }] of ranked.entries()) {
          const next = ranked[n + 1]
          if (next === undefined) continue
          expect(score).toBeGreaterThanOrEqual(next.score)
          if (score === next.score) expect(Number(item.contentId)).toBeLessThan(Number(next.item.contentId))
        }
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  test('the list given is left as it was', () => {
    const items = Object.freeze([makeItem({ relevanceScore: 0.1 }), makeItem({ relevanceScore: 0.9 })])
    expect(rank(items, plain, tutorialProfile).map(({ score }) => score)).toEqual([0.9, 0.1])
  })

  test('any profile can rank: its contributions are added in its own order', () => {
    const one = (feature: string, contribution: number) => ({
      feature,
      value: contribution,
      weight: 1,
      contribution,
    })
    const profile: RankingProfile = {
      name: 'p',
      explain: () => [one('x', 0.1), one('y', 0.2), one('z', 0.3)],
    }
    expect(rank([makeItem()], plain, profile)[0]?.score).toBe(0.1 + 0.2 + 0.3)
  })
})
