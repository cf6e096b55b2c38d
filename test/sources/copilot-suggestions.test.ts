// Source copilot-suggestions: which suggestions become items, and how.
import { describe, expect, test } from 'vitest'
import { copilotSuggestions } from '../../src/sources/copilot-suggestions.ts'
import { makeInquiry } from '../retrieval/make-inquiry.ts'
import { type Script, scriptedGenesys } from './scripted-genesys.ts'

function start(script: Script) {
  const genesys = scriptedGenesys(script)
  const source = copilotSuggestions(genesys)
  return { ...genesys, source, retrieve: (more = {}) => genesys.ask(source, more) }
}

const search = (id: string, more: object = {}, suggestion: object = {}) => ({
  id,
  type: 'KnowledgeSearch',
  state: 'Suggested',
  knowledgeSearch: {
    title: `Title ${id}`,
    snippets: ['one', 'two'],
    confidence: 0.8,
    document: { id: `d-${id}` },
    ...more,
  },
  ...suggestion,
})
const itemsOf = async (...entities: unknown[]) => (await start(() => ({ entities })).retrieve()).items
const idsOf = async (...entities: unknown[]) => (await itemsOf(...entities)).map(({ contentId }) => contentId)

test('the conversation is named in the path, escaped', async () => {
  const { retrieve, sent } = start(() => ({ entities: [] }))
  await retrieve({ interactionId: 'a/b?c#ü' })
  expect(sent[0]?.url).toBe(
    'https://api.example.com/api/v2/conversations/a%2Fb%3Fc%23%C3%BC/suggestions?pageSize=100',
  )
})

test.each(['.', '..'])('an interaction called %s is no other path', (interactionId) => {
  const { source } = start(() => ({}))
  expect(source.key(makeInquiry({ interactionId }))).toBeUndefined()
})

test('a conversation that Genesys does not know has no suggestions, which is no failure', async () => {
  const { retrieve } = start(() => {
    throw 404
  })
  expect((await retrieve()).items).toEqual([])
})

test.each([401, 403, 429, 500, 503])('%i is a failure', async (status) => {
  const { retrieve } = start(() => {
    throw status
  })
  await expect(retrieve()).rejects.toMatchObject({ details: { status } })
})

describe('answers', () => {
  test('a found document', async () => {
    const [item] = await itemsOf(
      search('s', { version: { id: 'v-2' } }, { dateCreated: '2026-01-01T00:00:00Z' }),
    )
    expect(item).toEqual({
      contentId: 'd-s',
      title: 'Title s',
      snippet: 'one … two',
      url: null,
      contentType: 'article',
      language: null,
      tags: [],
      isCompliant: false,
      relevanceScore: 0.8,
      source: 'copilot-suggestions',
      version: 'v-2',
      updatedAt: '2026-01-01T00:00:00Z',
      state: 'Published',
      visible: true,
      availableFrom: Number.NEGATIVE_INFINITY,
      availableUntil: Number.POSITIVE_INFINITY,
      labels: null,
      category: null,
    })
  })

  test("the assistant's own answer goes before the snippets; without a confidence it stands in the middle", async () => {
    const knowledgeArticle = { title: 'T', snippets: ['s'], knowledgeAnswer: { answer: 'The answer' } }
    const [item] = await itemsOf({ id: 's', type: 'KnowledgeArticle', knowledgeArticle })
    expect(item).toMatchObject({ contentId: 's', snippet: 'The answer', relevanceScore: 0.5 })
  })

  test('a question and its answer', async () => {
    const faq = { question: 'How?', answer: 'So.', documentUrl: 'https://kb.example.com/1', confidence: 0.6 }
    expect((await itemsOf({ id: 's', type: 'Faq', faq }))[0]).toMatchObject({
      contentId: 's',
      title: 'How?',
      snippet: 'So.',
      url: 'https://kb.example.com/1',
      contentType: 'suggestion',
      relevanceScore: 0.6,
    })
  })

  test('dismissed and failed ones, canned responses, scripts and unknown kinds are left out', async () => {
    const left = [
      search('a', {}, { state: 'Dismissed' }),
      search('b', {}, { state: 'Failed' }),
      { id: 'c', type: 'CannedResponse', cannedResponse: { id: 'r' } },
      { id: 'd', type: 'Script', script: { id: 's' } },
      { id: 'e', type: 'FutureThing', future: {} },
    ]
    expect(await idsOf(...left, search('f', {}, { state: 'Accepted' }))).toEqual(['d-f'])
  })

  test('the same document turn after turn is one item, with the most confidence', async () => {
    const again = [0.2, 0.9, 0.4].map((confidence, n) =>
      search(`s${n}`, { confidence, document: { id: 'd' } }),
    )
    const items = await itemsOf(...again, search('other'))
    expect(items.map(({ contentId, relevanceScore }) => [contentId, relevanceScore])).toEqual([
      ['d', 0.9],
      ['d-other', 0.8],
    ])
  })

  test.each([
    [search('x', { confidence: 2 })],
    [search('x', { snippets: 'one' })],
    [{ ...search('x'), id: '' }],
    [{ ...search('x'), id: 5 }],
    [null],
    ['text'],
  ])('a broken entry is left out and costs the others nothing: %j', async (broken) => {
    expect(await idsOf(broken, search('good'))).toEqual(['d-good'])
  })

  test('what is shown is safe', async () => {
    const [item, faq] = await itemsOf(
      search(
        's',
        { title: 'a\u202e\nb', snippets: ['x'.repeat(1_000_000)], document: { id: 'd\u0000' } },
        { dateCreated: 'now' },
      ),
      { id: 'f', faq: { question: 'q', documentUrl: 'javascript:alert(1)' } },
    )
    expect(item).toMatchObject({ contentId: 's', title: 'a b', updatedAt: null })
    expect(item?.snippet).toHaveLength(600)
    expect(faq?.url).toBeNull()
  })

  test('no list is an empty one; anything else is no answer', async () => {
    expect((await start(() => ({})).retrieve()).items).toEqual([])
    expect((await start(() => ({ entities: null })).retrieve()).items).toEqual([])
    for (const answer of [[], 'x', { entities: {} }, { entities: [1, 2] }])
      await expect(start(() => answer).retrieve()).rejects.toMatchObject({ code: 'genesys.malformed' })
  })
})
