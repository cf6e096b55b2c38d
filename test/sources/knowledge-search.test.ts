// Source knowledge-search: which bases are searched, and what becomes of what they answer.
import { describe, expect, test } from 'vitest'
import { KnowledgeBases } from '../../src/genesys/knowledge-bases.ts'
import { knowledgeSearch } from '../../src/sources/knowledge-search.ts'
import { scriptedGenesys } from './scripted-genesys.ts'

const document = { id: 'd-1', title: 'Refund a fee' }

interface Options {
  readonly bases?: readonly object[]
  readonly configuredIds?: readonly string[]
  readonly search?: (baseId: string) => unknown
}

function start({ bases = [{ id: 'kb-en', coreLanguage: 'en-US' }], configuredIds, search }: Options = {}) {
  const genesys = scriptedGenesys(({ method, url }) => {
    if (method === 'GET') return { entities: bases }
    const id = /knowledgebases\/([^/]+)\//.exec(url)?.[1] ?? ''
    return search?.(decodeURIComponent(id)) ?? { results: [] }
  })
  const knowledgeBases = new KnowledgeBases({ ...genesys, configuredIds })
  const source = knowledgeSearch({ ...genesys, knowledgeBases })
  const searched = () =>
    genesys.sent.filter(({ method }) => method === 'POST').map(({ url }) => /bases\/([^/]+)\//.exec(url)?.[1])
  return { ...genesys, source, searched, retrieve: (more = {}) => genesys.ask(source, more) }
}

const found = (confidence: number, more: object = {}) => ({ confidence, document: { ...document, ...more } })
const itemsOf = async (...results: unknown[]) =>
  (await start({ search: () => ({ results }) }).retrieve()).items

describe('which bases are searched', () => {
  const bases = [
    { id: 'en-1', coreLanguage: 'en-US' },
    { id: 'de-1', coreLanguage: 'de-DE' },
    { id: 'en-2', coreLanguage: 'en-UK', published: true },
    { id: 'en-3', coreLanguage: 'EN-AU' },
    { id: 'en-4', coreLanguage: 'en-CA' },
    { id: 'draft', coreLanguage: 'en-US', published: false },
    { id: 'any', coreLanguage: null },
  ]

  test.each([
    ['en-GB', ['en-1', 'en-2', 'en-3']],
    ['de', ['de-1', 'any']],
    ['fr', ['any']],
  ])('for %s: published ones of the language, three at the most', async (language, ids) => {
    const { retrieve, searched } = start({ bases })
    await retrieve({ language })
    expect(searched()).toEqual(ids)
  })

  test('the list is read once an hour', async () => {
    const { retrieve, sent, clock } = start()
    const lists = () => sent.filter(({ method }) => method === 'GET').length
    await retrieve()
    await clock.advance(3_599_999)
    await retrieve()
    expect(lists()).toBe(1)
    await clock.advance(1)
    await retrieve()
    expect(lists()).toBe(2)
  })

  test('the configured ones, in their order, without asking for a list; ids are escaped', async () => {
    const { retrieve, searched, sent } = start({ configuredIds: ['b', 'a/../x', 'c', 'd'] })
    await retrieve()
    expect(searched()).toEqual(['b', 'a%2F..%2Fx', 'c'])
    expect(sent.every(({ method }) => method === 'POST')).toBe(true)
  })

  test('none for the language: an answer without items', async () => {
    expect((await start({ bases: [] }).retrieve()).items).toEqual([])
  })
})

test('the search asks for what is shown, and nothing about the person', async () => {
  const { retrieve, sent } = start()
  await retrieve({ query: 'lost card', language: 'en' })
  const search = sent.at(-1)
  expect(new URL(search?.url ?? '').search).toBe('?expand=documentVariations,knowledgeBaseLanguageCode')
  expect(JSON.parse(search?.body ?? '')).toEqual({
    query: 'lost card',
    pageSize: 30,
    pageNumber: 1,
    queryType: 'AutoSearch',
  })
})

describe('answers', () => {
  test('a bare document makes an item; what is not said is not made up', async () => {
    expect(await itemsOf(found(0.5))).toEqual([
      {
        contentId: 'd-1',
        title: 'Refund a fee',
        snippet: '',
        url: null,
        contentType: 'article',
        language: null,
        tags: [],
        isCompliant: false,
        relevanceScore: 0.5,
        source: 'knowledge-search',
        version: null,
        updatedAt: null,
        state: 'Published',
        visible: true,
        availableFrom: Number.NEGATIVE_INFINITY,
        availableUntil: Number.POSITIVE_INFINITY,
        labels: null,
        category: null,
      },
    ])
  })

  test('a whole document', async () => {
    const [item] = await itemsOf(
      found(0.9, {
        visible: false,
        state: 'Draft',
        dateModified: '2026-01-01T00:00:00.000Z',
        datePublished: '2026-01-02T00:00:00.000Z',
        documentVersion: { id: 'v-3' },
        category: { name: 'fees', parentCategory: { name: 'cards', parentCategory: null } },
        labels: [{ name: 'compliant' }, { name: 'procedure' }, { name: 'retail' }],
        knowledgeBase: { id: 'kb-en', languageCode: 'en-AU' },
        externalUrl: 'https://kb.example.com/d-1',
        variations: [
          {
            body: {
              blocks: [
                { type: 'Paragraph', paragraph: { blocks: [{ type: 'Text', text: { text: 'Body' } }] } },
              ],
            },
          },
        ],
        unknown: 1,
      }),
    )
    expect(item).toMatchObject({
      visible: false,
      state: 'Draft',
      updatedAt: '2026-01-02T00:00:00.000Z',
      version: 'v-3',
      category: 'cards/fees',
      labels: ['compliant', 'procedure', 'retail'],
      tags: ['compliant', 'procedure', 'retail'],
      isCompliant: true,
      contentType: 'procedure',
      language: 'en-AU',
      url: 'https://kb.example.com/d-1',
      snippet: 'Body',
    })
  })

  test("the language is the base's own, not the one asked for", async () => {
    const { retrieve } = start({
      configuredIds: ['kb-de'],
      search: () => ({ results: [found(0.9, { knowledgeBase: { languageCode: 'de-DE' } })] }),
    })
    expect((await retrieve({ language: 'en' })).items[0]?.language).toBe('de-DE')
  })

  test('a label without a name may be the forbidden one: the labels are not known', async () => {
    const labels = [[{ name: 'retail' }, { id: 'l-2' }], [{ name: '' }], [{ name: null }]]
    for (const list of labels) expect((await itemsOf(found(1, { labels: list })))[0]?.labels).toBeNull()
    expect((await itemsOf(found(1, { labels: [] })))[0]?.labels).toEqual([])
  })

  test('a category whose path is not wholly known has none', async () => {
    let deep: object = { name: 'x' }
    for (let n = 0; n < 500; n++) deep = { name: 'x', parentCategory: deep }
    const categories = [{ name: 'fees', parentCategory: {} }, { id: 'c' }, { name: '' }, 'cards', deep]
    for (const category of categories) expect((await itemsOf(found(1, { category })))[0]?.category).toBeNull()
  })

  test.each([
    [{ confidence: 1.01, document }],
    [{ confidence: 'high', document }],
    [{ confidence: 0.5 }],
    [found(0.5, { id: '' })],
    [found(0.5, { id: 'a\u0000' })],
    [found(0.5, { visible: 'no' })],
    [found(0.5, { labels: 'retail' })],
    [found(0.5, { variations: {} })],
    [null],
  ])('a broken entry is left out and costs the others nothing: %j', async (broken) => {
    const items = await itemsOf(broken, found(0.1, { id: 'good' }))
    expect(items.map(({ contentId }) => contentId)).toEqual(['good'])
  })

  test('a hostile body costs nobody an answer', async () => {
    const bodies = [{ type: { toString: 1 } }, 'text', [[[]]], { blocks: { blocks: { blocks: null } } }]
    for (const body of bodies) expect(await itemsOf(found(0.5, { variations: [{ body }] }))).toHaveLength(1)
  })

  test('the most confident first, across bases; equal ones in the order of bases and answers', async () => {
    const { retrieve } = start({
      configuredIds: ['a', 'b'],
      search: (base) => ({ results: [found(0.9, { id: `${base}1` }), found(0.5, { id: `${base}2` })] }),
    })
    const { items } = await retrieve()
    expect(items.map(({ contentId }) => contentId)).toEqual(['a1', 'b1', 'a2', 'b2'])
  })

  test.each([[{ results: [{}, 1] }], [{ results: 'none' }], ['x'], [[]]])(
    'no answer at all: %j',
    async (answer) => {
      await expect(start({ search: () => answer }).retrieve()).rejects.toMatchObject({
        code: 'genesys.malformed',
      })
    },
  )
})
