// The founding tutorial's endpoint: what matches, in which order, and which filters hold.
import { expect, test } from 'vitest'
import { type Answer, article, startSimulator } from './sample-organisation.ts'

const contentIds = ({ body }: Answer): string[] =>
  body.results.map((item: { contentId: string }) => item.contentId)

test('an item carries what the tutorial needs and what eligibility is judged by', async () => {
  const { retrieve } = await startSimulator()
  const { body } = await retrieve({
    entityIds: ['PRODUCT:credit-card', 'fees'],
    language: 'en-US',
    maxResults: 1,
  })
  expect(body.results).toEqual([
    {
      contentId: 'late-fee',
      title: 'Refunding a late payment fee',
      relevanceScore: expect.any(Number),
      tags: ['fees', 'refund'],
      isCompliant: true,
      snippet: 'Refund the late fee once a year. Open the account Press Refund See the policy.',
      url: 'https://kb.example.com/late-fee',
      contentType: 'article',
      language: 'en',
      state: 'Published',
      version: 3,
      updatedAt: '2025-11-02T08:00:00Z',
      labels: ['retail'],
      category: 'cards/fees',
    },
  ])
})

test('relevance lies in 0..1, sorts the items and is the same each time', async () => {
  const { retrieve } = await startSimulator()
  const request = { entityIds: ['product:credit-card'], interactionId: 'c-1' }
  const first = await retrieve(request)
  const scores = first.body.results.map((item: { relevanceScore: number }) => item.relevanceScore)
  expect(scores.length).toBeGreaterThan(3)
  expect(scores).toEqual([...scores].sort((a, b) => b - a))
  for (const score of scores) expect(score > 0 && score <= 1).toBe(true)
  expect((await (await startSimulator()).retrieve(request)).body).toEqual(first.body)
})

test('an article is found by entity, id, tag, category, part of its category, and by the words of an entity', async () => {
  const { retrieve } = await startSimulator()
  for (const entity of ['product:mortgage', 'MORTGAGE', 'loans', 'line:mortgage-early-repayment'])
    expect(contentIds(await retrieve({ entityIds: [entity] }))[0]).toBe('mortgage')
  expect(contentIds(await retrieve({ entityIds: ['cards/fees'] }))[0]).toBe('late-fee')
  expect(
    contentIds(await retrieve({ entityIds: ['cards'] }))
      .slice(0, 2)
      .sort(),
  ).toEqual(['late-fee', 'lost-card'])
  expect(contentIds(await retrieve({ entityIds: ['xylophone'] }))).toEqual([])
})

test('what the customer of a known interaction said counts', async () => {
  const { retrieve } = await startSimulator()
  const of = async (interactionId: string) => {
    const { body } = await retrieve({
      interactionId,
      entityIds: ['product:debit-card', 'loans'],
      language: 'en',
    })
    return Object.fromEntries(
      body.results.map((item: { contentId: string; relevanceScore: number }) => [
        item.contentId,
        item.relevanceScore,
      ]),
    )
  }
  const [unknown, known] = [await of('unknown'), await of('c-1')]
  expect(known['lost-card']).toBeGreaterThan(unknown['lost-card'])
  expect(known['late-fee']).toBeGreaterThan(unknown['late-fee'] ?? 0)
})

test('language is compared by its primary subtag', async () => {
  const { retrieve } = await startSimulator()
  const request = { entityIds: ['product:credit-card'] }
  expect(contentIds(await retrieve({ ...request, language: 'de-DE' }))).toEqual(['karte'])
  expect(contentIds(await retrieve({ ...request, language: 'en-GB' }))).not.toContain('karte')
  expect(contentIds(await retrieve(request))).toContain('karte')
  expect(contentIds(await retrieve({ ...request, language: 'fr' }))).toEqual([])
})

test('the filters hold', async () => {
  const { retrieve } = await startSimulator()
  const found = async (filters: object) =>
    contentIds(await retrieve({ entityIds: ['product:credit-card', 'product:mortgage'], filters }))
  expect(await found({ contentTypes: ['procedure'] })).toEqual(['lost-card'])
  expect(await found({ contentTypes: ['article'] })).not.toContain('lost-card')
  expect(await found({ minRelevanceScore: 1 })).toEqual([])
  const january = { start: '2026-01-01T00:00:00Z', end: '2026-02-01T00:00:00Z' }
  const february = { start: '2026-01-31T00:00:00Z', end: '2026-02-01T00:00:01Z' }
  expect(await found({ availabilityWindow: january })).not.toContain('mortgage')
  expect(await found({ availabilityWindow: february })).toContain('mortgage')
})

test('a window that ends before it starts, and a time without a zone, are refused', async () => {
  const { retrieve } = await startSimulator()
  for (const end of ['2025-01-01T00:00:00Z', '2027-01-01T00:00:00'])
    expect(
      await retrieve({ filters: { availabilityWindow: { start: '2026-01-01T00:00:00Z', end } } }),
    ).toMatchObject({ status: 400, body: { code: 'constraint.validation' } })
})

test('drafts, archived and expired articles come with their state unless they are left out', async () => {
  const request = { entityIds: ['product:credit-card', 'product:mortgage'], language: 'en' }
  const all = contentIds(await (await startSimulator()).retrieve(request))
  expect(all.toSorted()).toEqual(['draft-fees', 'late-fee', 'lost-card', 'mortgage', 'old-fees'])
  const strict = await startSimulator({ includeIneligible: false })
  expect(contentIds(await strict.retrieve(request)).toSorted()).toEqual(['late-fee', 'lost-card'])
  await strict.clock.advance(30 * 86_400_000)
  await strict.logInAgain()
  expect(contentIds(await strict.retrieve(request))).toContain('mortgage')
})

test('it can be switched off, as at every real organisation', async () => {
  const { retrieve } = await startSimulator({ assistContent: false })
  expect(await retrieve({ entityIds: ['fees'] })).toMatchObject({ status: 404, body: { code: 'not.found' } })
})

test('articles can be replaced while it runs', async () => {
  const { retrieve, simulator } = await startSimulator()
  simulator.setArticles([article('new', 'New', 'All new.', { entityIds: ['fees'] })])
  expect(contentIds(await retrieve({ entityIds: ['fees'] }))).toEqual(['new'])
})
