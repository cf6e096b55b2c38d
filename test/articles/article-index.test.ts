// The index: against a plain computation of the same formula, and what holds for every search.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Article, parseArticles } from '../../src/articles/article.ts'
import { ArticleIndex, type WeightedText } from '../../src/articles/article-index.ts'
import { tokenize } from '../../src/articles/tokenize.ts'

const article = (id: string, title: string, body = '', more: object = {}) =>
  parseArticles([{ id, title, body, ...more }])[0] as Article
const ids = (hits: readonly { article: Article }[]) => hits.map(({ article: { id } }) => id)

/** BM25 per field, times the share of the query's words found: straight from the definition, article by article. */
function scoreOf(target: Article, all: readonly Article[], terms: ReadonlyMap<string, number>): number {
  const fields: [number, (one: Article) => string][] = [
    [2, (one) => one.title],
    [1, (one) => one.body],
    [1, (one) => [...one.tags, one.category, ...one.entityIds].join(' ')],
  ]
  const wordsOf = (one: Article) => fields.flatMap(([, textOf]) => tokenize(textOf(one)))
  let score = 0
  let matched = 0
  for (const [term, weight] of terms) {
    const bearing = all.filter((one) => wordsOf(one).includes(term)).length
    if (!wordsOf(target).includes(term)) continue
    matched++
    for (const [fieldWeight, textOf] of fields) {
      const words = tokenize(textOf(target))
      const mean = all.reduce((sum, one) => sum + tokenize(textOf(one)).length, 0) / all.length || 1
      const count = words.filter((one) => one === term).length
      const length = 1 - 0.75 + (0.75 * words.length) / mean
      const information = weight * Math.log(1 + (all.length - bearing + 0.5) / (bearing + 0.5))
      score += (information * fieldWeight * count * 2.2) / (count + 1.2 * length)
    }
  }
  return (score * matched) / terms.size
}

const vocabulary = ['card', 'lost', 'fee', 'refund', 'loan', 'カード', 'البطاقة', 'gebühr']
const texts = fc.array(fc.constantFrom(...vocabulary), { maxLength: 6 }).map((words) => words.join(' '))
const corpora = fc
  .array(
    fc.record({
      title: texts,
      body: texts,
      tags: fc.array(fc.constantFrom(...vocabulary), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((list) => list.map(({ title, body, tags }, n) => article(`${n}`, title || 'x', body, { tags })))

test('scores are those of the formula', () => {
  fc.assert(
    fc.property(corpora, texts, (articles, query) => {
      const terms = new Map(tokenize(query).map((term) => [term, 1]))
      const hits = new ArticleIndex(articles).search(query, { limit: 100 })
      const expected = articles.map((one) => scoreOf(one, articles, terms))
      expect(hits).toHaveLength(expected.filter((score) => score > 0).length)
      for (const hit of hits) expect(hit.score).toBeCloseTo(expected[Number(hit.article.id)] ?? 0, 9)
    }),
    { seed: 1, numRuns: 100 },
  )
})

test('best first, ties in the order of the articles, confidences in step within 0..1', () => {
  fc.assert(
    fc.property(corpora, texts, (articles, query) => {
      const hits = new ArticleIndex(articles).search(query, { limit: 100 })
      for (const [n, { score, confidence, article: one }] of hits.entries()) {
        expect(confidence).toBeGreaterThan(0)
        expect(confidence).toBeLessThan(1)
        const next = hits[n + 1]
        if (next === undefined) continue
        expect(score).toBeGreaterThanOrEqual(next.score)
        expect(confidence).toBeGreaterThanOrEqual(next.confidence)
        if (score === next.score) expect(Number(one.id)).toBeLessThan(Number(next.article.id))
      }
    }),
    { seed: 2, numRuns: 300 },
  )
})

test('a limit and a filter are as good as cutting and filtering the whole', () => {
  fc.assert(
    fc.property(corpora, texts, fc.nat(13), fc.nat(3), (articles, query, limit, rest) => {
      const index = new ArticleIndex(articles)
      const filter = ({ id }: Article) => Number(id) % 4 !== rest
      const whole = index.search(query, { limit: 100 })
      expect(index.search(query, { limit })).toEqual(whole.slice(0, limit))
      expect(index.search(query, { limit, filter })).toEqual(
        whole.filter((hit) => filter(hit.article)).slice(0, limit),
      )
    }),
    { seed: 3, numRuns: 300 },
  )
})

test('a search leaves no trace for the next', () => {
  fc.assert(
    fc.property(corpora, fc.array(texts, { maxLength: 6 }), (articles, queries) => {
      const used = new ArticleIndex(articles)
      for (const query of queries)
        expect(used.search(query, { limit: 5 })).toEqual(
          new ArticleIndex(articles).search(query, { limit: 5 }),
        )
    }),
    { seed: 4, numRuns: 50 },
  )
})

describe('queries', () => {
  const index = new ArticleIndex([
    article('lost', 'Blocking a lost card', 'Block the lost card at once.', { tags: ['security'] }),
    article('fee', 'Refunding a fee', 'Refund the fee of the card.', { entityIds: ['product:credit-card'] }),
    article('de', 'Gebühren', 'Die Gebühr der Karte', { category: 'karten/gebuehren' }),
    article('ja', 'カードの紛失', 'カードをなくした場合は、すぐに停止します。'),
    article('ar', 'رسوم البطاقة', 'تُسترد الرسوم خلال يومين'),
    article('zh', '信用卡丢失', '如果您的信用卡丢失，请立即冻结。'),
  ])
  const search = (query: string | WeightedText[], limit = 10) => ids(index.search(query, { limit }))

  test.each([
    ['LOST CARD', ['lost', 'fee']],
    ['gebuhr', ['de']],
    ['GEBÜHREN', ['de']],
    ['カード', ['ja']],
    ['信用卡', ['zh']],
    ['الرُّسوم', ['ar']],
    ['security', ['lost']],
    ['credit', ['fee']],
    ['karten', ['de']],
    ['', []],
    ['?!', []],
    ['unheard', []],
    ['constructor __proto__', []],
  ])('%s', (query, found) => {
    expect(search(query).slice(0, found.length || 10)).toEqual(found)
  })

  test('a word repeated counts once; weights count among each other', () => {
    const scores = (query: string | WeightedText[]) =>
      index.search(query, { limit: 10 }).map(({ score }) => score)
    expect(scores('card card card fee')).toEqual(scores('card fee'))
    const fee = { text: 'fee', weight: 1 }
    expect(search([fee, { text: 'lost', weight: 0.1 }])[0]).toBe('fee')
    expect(
      search([
        { text: 'fee', weight: 0.1 },
        { text: 'lost', weight: 1 },
      ])[0],
    ).toBe('lost')
    expect(scores([fee, { text: 'fee', weight: 0.2 }])).toEqual(scores([fee]))
  })

  test('none of none, and none of nothing', () => {
    expect(search('card', 0)).toEqual([])
    expect(new ArticleIndex([]).search('card', { limit: 5 })).toEqual([])
  })
})
