// Audiences: which rule decides, and what it lets through.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AudienceRule, audiencesOf } from '../../src/access/audience.ts'
import { makeItem } from '../retrieval/make-inquiry.ts'

const admits = (rule: Partial<AudienceRule>, item: Parameters<typeof makeItem>[0]) =>
  audiencesOf([{ name: 'r', ...rule }])('a', undefined).admits(makeItem(item))

describe('which rule decides', () => {
  const audienceOf = audiencesOf([
    { name: 'fraud', agents: ['ann'], queues: ['q-fraud'] },
    { name: 'ann', agents: ['ann'] },
    { name: 'cards', queues: ['q-cards'] },
  ])
  test.each([
    ['ann', 'q-fraud', 'rule:fraud'],
    ['ann', 'q-cards', 'rule:ann'],
    ['ann', undefined, 'rule:ann'],
    ['bob', 'q-cards', 'rule:cards'],
    ['bob', 'q-fraud', 'nobody'],
    ['bob', undefined, 'nobody'],
    ['Ann', undefined, 'nobody'],
  ])('agent %s in queue %s: %s', (agent, queue, key) => {
    expect(audienceOf(agent, queue).key).toBe(key)
  })

  test('whom no rule fits sees nothing, and that was checked', () => {
    const nobody = audienceOf('bob', undefined)
    expect([nobody.checked, nobody.admits(makeItem({ labels: [] }))]).toEqual([true, false])
  })

  test('without rules everyone sees everything, and nothing was checked', () => {
    const everyone = audiencesOf([])('bob', undefined)
    expect([everyone.checked, everyone.admits(makeItem({ labels: null, category: null }))]).toEqual([
      false,
      true,
    ])
  })

  test('no rule can be named into the place of everyone or nobody', () => {
    const keys = ['nobody', '', 'rule:x'].map((name) => audiencesOf([{ name }])('a', undefined).key)
    expect(new Set([...keys, '', 'nobody']).size).toBe(5)
  })
})

describe('what a rule lets through', () => {
  test.each<[Partial<AudienceRule>, Parameters<typeof makeItem>[0], boolean]>([
    [{ labels: ['retail'] }, { labels: ['retail'] }, true],
    [{ labels: ['retail'] }, { labels: [] }, true],
    [{ labels: ['retail'] }, { labels: ['retail', 'staff'] }, false],
    [{ labels: ['retail'] }, { labels: ['Retail'] }, false],
    [{ labels: ['retail'] }, { labels: null }, false],
    [{ labels: [] }, { labels: [] }, true],
    [{ labels: [] }, { labels: ['retail'] }, false],
    [{}, { labels: null, category: null }, true],
    [{ categories: ['cards'] }, { category: 'cards' }, true],
    [{ categories: ['cards'] }, { category: 'cards/fees' }, true],
    [{ categories: ['cards'] }, { category: 'cards-internal' }, false],
    [{ categories: ['cards/fees'] }, { category: 'cards' }, false],
    [{ categories: ['cards'] }, { category: 'loans/cards' }, false],
    [{ categories: ['cards'] }, { category: null }, false],
    [{ categories: ['cards'] }, { category: '' }, false],
    [{ categories: ['loans', 'cards'] }, { category: 'cards' }, true],
    [{ labels: ['retail'], categories: ['cards'] }, { labels: ['staff'], category: 'cards' }, false],
    [{ labels: ['retail'], categories: ['cards'] }, { labels: ['retail'], category: 'loans' }, false],
  ])('%o and %o: %s', (rule, item, allowed) => {
    expect(admits(rule, item)).toBe(allowed)
  })

  test('one label more never opens an item', () => {
    const labels = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'))
    fc.assert(
      fc.property(labels, labels, fc.string(), (allowed, borne, more) => {
        if (!admits({ labels: allowed }, { labels: borne }))
          expect(admits({ labels: allowed }, { labels: [...borne, more] })).toBe(false)
      }),
      { seed: 1 },
    )
  })
})
