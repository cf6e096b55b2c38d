// Knowledge bases, documents, search and tracking.
import { expect, test } from 'vitest'
import { type Answer, article, articles, idsOf, startSimulator } from './sample-organisation.ts'

const foundIds = ({ body }: Answer): string[] =>
  body.results.map((result: { document: { id: string } }) => result.document.id)

test('there is a knowledge base for each primary language, with the same ids in each run', async () => {
  const { get } = await startSimulator()
  const { body } = await get('/api/v2/knowledge/knowledgebases')
  expect(body.entities.map((base: { coreLanguage: string }) => base.coreLanguage)).toEqual(['en-US', 'de-DE'])
  expect((await (await startSimulator()).get('/api/v2/knowledge/knowledgebases')).body).toEqual(body)
  expect((await get(body.entities[0].selfUri)).body).toEqual(body.entities[0])
  expect((await get('/api/v2/knowledge/knowledgebases/none')).status).toBe(404)
  expect(idsOf(await get('/api/v2/knowledge/knowledgebases?coreLanguage=de-DE'))).toEqual([
    body.entities[1].id,
  ])
})

test('search finds published documents by relevance, with variations only on request', async () => {
  const { post, baseUri } = await startSimulator()
  const search = `${await baseUri()}/documents/search`
  const bare = await post(search, { query: 'refund the late payment fee' })
  expect(foundIds(bare)[0]).toBe('late-fee')
  expect(foundIds(bare)).not.toContain('old-fees')
  expect(foundIds(bare)).not.toContain('draft-fees')
  expect(bare.body.results[0].document.variations).toBeUndefined()
  const [first, second] = bare.body.results
  expect(first.confidence).toBeGreaterThan(second.confidence)
  const full = await post(`${search}?expand=documentVariations,knowledgeBaseLanguageCode`, {
    query: 'late fee',
  })
  expect(full.body.results[0].document.variations[0].body.blocks[0].type).toBe('Paragraph')
  expect(full.body.results[0].document.knowledgeBase.languageCode).toBe('en-US')
  expect(foundIds(await post(search, { query: 'new fees', includeDraftDocuments: true }))).toContain(
    'draft-fees',
  )
})

test('a body tree has headings, paragraphs, both lists, bold text and links', async () => {
  const { get, baseUri } = await startSimulator()
  const documents = `${await baseUri()}/documents`
  const late = await get(`${documents}/late-fee?expand=variations`)
  expect(late.body.variations[0].body).toEqual({
    blocks: [
      {
        type: 'Paragraph',
        paragraph: {
          blocks: [
            { type: 'Text', text: { text: 'Refund the ' } },
            { type: 'Text', text: { text: 'late fee', marks: ['Bold'] } },
            { type: 'Text', text: { text: ' once a year.' } },
          ],
        },
      },
      {
        type: 'OrderedList',
        list: {
          blocks: [
            { type: 'ListItem', blocks: [{ type: 'Text', text: { text: 'Open the account' } }] },
            { type: 'ListItem', blocks: [{ type: 'Text', text: { text: 'Press Refund' } }] },
          ],
        },
      },
      {
        type: 'Paragraph',
        paragraph: {
          blocks: [
            { type: 'Text', text: { text: 'See ' } },
            { type: 'Text', text: { text: 'the policy', hyperlink: 'https://kb.example.com/policy' } },
            { type: 'Text', text: { text: '.' } },
          ],
        },
      },
    ],
  })
  const lost = await get(`${documents}/lost-card?expand=variations`)
  const { blocks } = lost.body.variations[0].body
  expect(blocks.map((block: { type: string }) => block.type)).toEqual([
    'Paragraph',
    'Paragraph',
    'UnorderedList',
  ])
  expect(blocks[0].paragraph.properties).toEqual({ fontType: 'Heading1' })
})

test('search asks for three characters and pages of at most 30 records', async () => {
  const many = Array.from({ length: 60 }, (_, index) => article(`a-${index}`, `Fee ${index}`, 'About a fee.'))
  const { post, baseUri } = await startSimulator({ articles: many })
  const search = `${await baseUri()}/documents/search`
  expect(await post(search, { query: 'fe' })).toMatchObject({
    status: 400,
    body: { details: [{ fieldName: 'query' }] },
  })
  expect((await post(search, { query: 'fee', pageSize: 31 })).status).toBe(400)
  expect((await post(`${search}?expand=everything`, { query: 'fee' })).status).toBe(400)
  const seen = new Set<string>()
  for (let pageNumber = 1; pageNumber <= 4; pageNumber++) {
    const answer = await post(search, { query: 'fee', pageSize: 12, pageNumber })
    expect(answer.body).toMatchObject({ total: 30, pageCount: 3, pageNumber, pageSize: 12 })
    for (const id of foundIds(answer)) seen.add(id)
  }
  expect(seen.size).toBe(30)
})

test('search honours filter, interval, threshold and order', async () => {
  const { post, baseUri } = await startSimulator()
  const search = async (request: object) =>
    foundIds(await post(`${await baseUri()}/documents/search`, { query: 'card fee', ...request }))
  const where = (type: string, field: string, ...values: string[]) => ({
    filter: {
      operator: 'And',
      clauses: [{ operator: 'And', predicates: [{ fields: [field], values, type }] }],
    },
  })
  expect(await search(where('Equals', 'labelName', 'Retail'))).toEqual(['late-fee'])
  expect(await search(where('NotEquals', 'categoryName', 'fees'))).not.toContain('late-fee')
  expect(await search(where('Contains', 'title', 'lost'))).toEqual(['lost-card'])
  expect(await search(where('MatchAll', 'labelName', 'fees', 'compliant'))).toEqual(['late-fee'])
  const interval = { field: 'dateModified', value: '2025-12-01T00:00:00Z/2025-12-02T00:00:00Z' }
  expect(await search({ interval })).toEqual(['lost-card'])
  expect(await search({ confidenceThreshold: 1 })).toEqual([])
  const newest = await search({ sortBy: 'DateModified', sortOrder: 'Desc' })
  expect(newest.indexOf('lost-card')).toBeLessThan(newest.indexOf('late-fee'))
  const unsupported = await post(`${await baseUri()}/documents/search`, {
    query: 'card',
    ...where('Equals', 'contextName', 'x'),
  })
  expect(unsupported.status).toBe(400)
})

test('walking the pages forward and back yields each document once, in one order', async () => {
  const many = Array.from({ length: 45 }, (_, index) =>
    article(`a ${index}/ü`, `Fee ${index}`, 'About a fee.'),
  )
  const { get, baseUri } = await startSimulator({ articles: many })
  const forward: string[] = []
  let uri: string | undefined = `${await baseUri()}/documents?pageSize=10&expand=category`
  let last = ''
  for (; uri !== undefined; uri = (await get(uri)).body.nextUri) {
    forward.push(...idsOf(await get(uri)))
    last = uri
  }
  expect(forward).toEqual(many.map(({ id }) => id))
  const back: string[] = []
  for (let at: string | undefined = last; at !== undefined; at = (await get(at)).body.previousUri)
    back.unshift(...idsOf(await get(at)))
  expect(back).toEqual(forward)
  expect((await get(`${await baseUri()}/documents?pageSize=201`)).status).toBe(400)
})

test('the list of documents leaves out archived ones, and drafts unless asked', async () => {
  const { get, baseUri } = await startSimulator()
  const list = async (query = '') => idsOf(await get(`${await baseUri()}/documents${query}`))
  expect(await list()).toEqual(['late-fee', 'lost-card', 'mortgage'])
  expect(await list('?includeDrafts=true')).toEqual(['late-fee', 'lost-card', 'mortgage', 'draft-fees'])
  expect(await list('?documentId=mortgage,lost-card')).toEqual(['lost-card', 'mortgage'])
  expect(await list('?interval=2025-11-01T00:00:00Z/2025-11-30T00:00:00Z')).toEqual(['late-fee'])
  expect((await get(`${await baseUri()}/documents?interval=yesterday`)).status).toBe(400)
  const { body } = await get(`${await baseUri()}/documents?expand=category,labels`)
  const { category, labels } = body.entities[0]
  expect(labels.map((label: { name: string }) => label.name)).toEqual([
    'retail',
    'fees',
    'refund',
    'compliant',
  ])
  expect(await list(`?labelIds=${labels[0].id}`)).toEqual(['late-fee'])
  expect(await list(`?categoryId=${category.id}`)).toEqual(['late-fee'])
  expect(await list(`?categoryId=${category.parentCategory.id}`)).toEqual([])
  const below = `?categoryId=${category.parentCategory.id}&includeSubcategories=true`
  expect(await list(below)).toEqual(['late-fee', 'lost-card'])
})

test('the list can be expanded by variations, unless the simulator keeps to the definition', async () => {
  const lenient = await startSimulator()
  const { body } = await lenient.get(`${await lenient.baseUri()}/documents?expand=variations`)
  expect(body.entities[0].variations[0].body.blocks.length).toBeGreaterThan(0)
  const strict = await startSimulator({ variationsInListing: false })
  expect((await strict.get(`${await strict.baseUri()}/documents?expand=variations`)).status).toBe(400)
})

test('a draft shows itself only when its draft is asked for', async () => {
  const { get, baseUri } = await startSimulator()
  expect((await get(`${await baseUri()}/documents/draft-fees`)).status).toBe(404)
  expect((await get(`${await baseUri()}/documents/draft-fees?state=Draft`)).body.state).toBe('Draft')
  expect((await get(`${await baseUri()}/documents/old-fees`)).body.state).toBe('Archived')
  expect((await get(`${await baseUri()}/documents/karte`)).status).toBe(404)
})

test('views, copies, presentations and feedback are taken for a variation of that document', async () => {
  const { get, post, baseUri, simulator } = await startSimulator()
  const documents = `${await baseUri()}/documents`
  const { body } = await get(`${documents}/late-fee?expand=variations`)
  const ids = { documentVariationId: body.variations[0].id, documentVersionId: body.documentVersion.id }
  const application = { type: 'Assistant' }
  for (const kind of ['views', 'copies'])
    expect((await post(`${documents}/late-fee/${kind}`, { ...ids, application })).status).toBe(204)
  const shown = { documents: [{ documentId: 'late-fee', ...ids }], application }
  expect((await post(`${documents}/presentations`, shown)).status).toBe(204)
  const feedback = {
    documentVariation: { id: ids.documentVariationId },
    document: { versionId: ids.documentVersionId, knowledgeBase: { id: body.knowledgeBase.id } },
    rating: 'Positive',
    application,
    conversationContext: { conversationId: 'c-1' },
  }
  expect(await post(`${documents}/late-fee/feedback`, feedback)).toMatchObject({
    status: 201,
    body: { rating: 'Positive', conversationContext: { conversation: { id: 'c-1' } } },
  })
  expect((await post(`${documents}/lost-card/views`, { ...ids, application })).status).toBe(404)
  expect((await post(`${documents}/late-fee/views`, { ...ids })).status).toBe(400)
  expect(
    (await post(`${documents}/late-fee/feedback`, { ...feedback, comment: 'x'.repeat(2001) })).status,
  ).toBe(400)
  expect(simulator.stats().calls['knowledge-view']).toEqual({ '204': 1, '400': 1, '404': 1 })
})

test('a withdrawn article is gone from the list at once', async () => {
  const { get, baseUri, simulator } = await startSimulator()
  const uri = `${await baseUri()}/documents`
  simulator.setArticles(articles.filter(({ id }) => id !== 'late-fee'))
  expect(idsOf(await get(uri))).toEqual(['lost-card', 'mortgage'])
})
