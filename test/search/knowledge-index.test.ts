// The index: what is found, in which order, and that a changed index answers as a new one.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Article } from '../../src/articles/article.ts'
import { contentFeatures, contentScore } from '../../src/search/content-features.ts'
import { KnowledgeIndex } from '../../src/search/knowledge-index.ts'
import type { KnowledgeQuery, Turn } from '../../src/search/knowledge-query.ts'
import { article } from '../simulator/sample-organisation.ts'

const asked = (...turns: Turn[]): KnowledgeQuery => ({ turns, tags: [], entityIds: [] })
const customer = (text: string): Turn => ({ speaker: 'customer', text })
const agent = (text: string): Turn => ({ speaker: 'agent', text })

const plans = ['Amber Saver', 'Cobalt Saver', 'Quartz Current'].flatMap((plan) => [
  article(`${plan} fees`, `${plan}: what it costs`, 'The monthly fee is charged on the first.', {
    category: `plans/${plan}`,
  }),
  article(`${plan} close`, `${plan}: closing`, 'To close it, empty it first. There is no charge.', {
    category: `plans/${plan}`,
  }),
  article(`${plan} card`, `${plan}: the card`, 'A card comes with it within five days.', {
    category: `plans/${plan}`,
  }),
])
const first = (index: KnowledgeIndex, query: KnowledgeQuery) =>
  index.search(query, { limit: 1 })[0]?.article.id

describe('what the conversation is about', () => {
  const index = new KnowledgeIndex(plans)

  test('is what an earlier turn named, of either speaker, and the last turn says what of it is asked', () => {
    expect(first(index, asked(customer('It is about Cobalt Saver.'), customer('What is the fee?')))).toBe(
      'Cobalt Saver fees',
    )
    expect(
      first(index, asked(customer('Hi'), agent('So you have Amber Saver.'), customer('How do I close it?'))),
    ).toBe('Amber Saver close')
  })

  test('changes with what is named last', () => {
    const query = asked(
      customer('I have Amber Saver'),
      agent('What about it?'),
      customer('No, sorry, Quartz Current. When does the card come?'),
    )
    expect(first(index, query)).toBe('Quartz Current card')
  })

  test('is found though misheard: misspelt, or in two words', () => {
    expect(first(index, asked(customer('My kobalt'), customer('what is the fee?')))).not.toBeUndefined()
    expect(first(index, asked(customer('My cobbalt saver. What is the fee?')))).toBe('Cobalt Saver fees')
    expect(first(index, asked(customer('My co balt saver. What is the fee?')))).toBe('Cobalt Saver fees')
  })

  test('may be given by the desktop', () => {
    const query = { ...asked(customer('What is the fee?')), entityIds: ['Quartz Current'] }
    expect(first(index, query)).toBe('Quartz Current fees')
  })

  test('a number by itself names nothing', () => {
    const numbered = new KnowledgeIndex(
      ['Plan Two', 'Plan Six'].flatMap((plan) =>
        plans.slice(0, 3).map((one) => ({ ...one, id: `${plan} ${one.id}`, title: plan, category: plan })),
      ),
    )
    const [best] = numbered.search(asked(customer('I waited six days for the card')), { limit: 1 })
    expect(best?.features.focus).toBe(0)
  })

  test('is less certain where a name is a word that everybody uses', () => {
    const rest = ['Loans', 'Cards', 'Transfers'].flatMap((topic) =>
      [1, 2, 3].map((one) =>
        article(`${topic} ${one}`, `${topic} ${one}`, 'All of it can be done in the app.', {
          category: topic,
        }),
      ),
    )
    const helpOf = (category: string) =>
      [1, 2, 3].map((one) => article(`help ${one}`, `Help ${one}`, 'How to begin.', { category }))
    const focusIn = (category: string) => {
      const [best] = new KnowledgeIndex([...rest, ...helpOf(category)]).search(
        asked(customer(`It does not open, the ${category}.`)),
        { limit: 1, filter: ({ id }) => id.startsWith('help') },
      )
      return best?.features.focus
    }
    expect(focusIn('Tern')).toBe(1)
    expect(focusIn('App')).toBeLessThan(0.7)
  })

  test('what a long account says again and again counts more than what it says once', () => {
    const account =
      'My parcel is late. The parcel was sent on Monday, I need the parcel, and I paid an invoice.'
    const both = new KnowledgeIndex([
      article('parcel', 'Where it is', 'What to do about a parcel.'),
      article('invoice', 'What is due', 'What to do about an invoice.'),
    ])
    expect(first(both, asked(customer(account)))).toBe('parcel')
  })

  test('what the agent types is what is asked, and the turns are its background', () => {
    const query = { ...asked(customer('Amber Saver, the card')), query: 'monthly fee' }
    expect(first(index, query)).toBe('Amber Saver fees')
  })
})

describe('the features', () => {
  const index = new KnowledgeIndex(plans)
  const query = asked(customer('Is Amber Saver any good? What is the monthly fee?'))

  test('are within 0 and 1, and add up to the score', () => {
    for (const { features, score } of index.search(query, { limit: 100 })) {
      expect(Object.keys(features)).toEqual([...contentFeatures])
      for (const value of Object.values(features)) {
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1 + 1e-9)
      }
      expect(score).toBe(contentScore(features))
    }
  })

  test('can be had for articles that another source found', () => {
    const [known, unknown] = index.featuresOf(query, ['Quartz Current card', 'elsewhere'])
    expect(known?.focus).toBeLessThan(1)
    expect(unknown).toBeUndefined()
  })

  test('nothing is found for nothing, nor in an empty index', () => {
    expect(index.search(asked(), { limit: 5 })).toEqual([])
    expect(new KnowledgeIndex().search(query, { limit: 5 })).toEqual([])
    expect(new KnowledgeIndex().featuresOf(query, ['x'])).toEqual([undefined])
  })
})

describe('changes', () => {
  const words = ['amber', 'cobalt', 'saver', 'fee', 'card', 'close', 'limit', 'six', 'good', 'I']
  const text = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((list) => list.join(' '))
  const anyArticle = fc
    .record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'),
      title: text,
      body: text,
      category: fc.constantFrom('', 'plans/amber saver', 'plans/cobalt six', 'fees'),
      entityIds: fc.subarray(['cobalt', 'limit']),
    })
    .map(({ id, title, body, ...more }) => article(id, title, body, more))
  const change = fc.oneof(
    { weight: 3, arbitrary: anyArticle.map((put) => ({ put })) },
    { weight: 1, arbitrary: anyArticle.map(({ id }) => ({ remove: id })) },
  )
  const conversation = fc.array(
    fc.record({ speaker: fc.constantFrom('customer' as const, 'agent' as const), text }),
    { minLength: 1, maxLength: 4 },
  )

  test('an index made by puts and removes answers as one made afresh', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), conversation, (changes, turns) => {
        const model = new Map<string, Article>()
        const index = new KnowledgeIndex()
        for (const step of changes)
          if ('put' in step) {
            index.put(step.put)
            model.set(step.put.id, step.put)
          } else expect(index.remove(step.remove)).toBe(model.delete(step.remove))
        expect(index.size).toBe(model.size)
        expect(new Set(index.articles())).toEqual(new Set(model.values()))
        for (const id of words) expect(index.get(id)).toBe(model.get(id))
        const afresh = new KnowledgeIndex([...model.values()].reverse())
        const query = { turns, tags: [], entityIds: [] }
        const plain = (from: KnowledgeIndex) =>
          from.search(query, { limit: 20 }).map(({ article: { id }, features }) => ({
            id,
            features: Object.values(features).map((value) => value.toFixed(9)),
          }))
        expect(plain(index)).toEqual(plain(afresh))
      }),
      { seed: 4, numRuns: 300 },
    )
  })
})
