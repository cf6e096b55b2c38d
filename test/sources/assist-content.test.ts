// Source assist-content: what is asked, what becomes of good, partial, broken and hostile answers.
import { describe, expect, test } from 'vitest'
import { assistContent } from '../../src/sources/assist-content.ts'
import { makeInquiry } from '../retrieval/make-inquiry.ts'
import { type Script, scriptedGenesys } from './scripted-genesys.ts'

const result = {
  contentId: 'c-1',
  title: 'Refund a fee',
  relevanceScore: 0.7,
  tags: ['fees'],
  isCompliant: true,
}

function start(script: Script) {
  const genesys = scriptedGenesys(script)
  const source = assistContent(genesys)
  return { ...genesys, source, retrieve: (more = {}) => genesys.ask(source, more) }
}

const itemsOf = async (...results: unknown[]) => (await start(() => ({ results })).retrieve()).items

test('the request is that of the tutorial', async () => {
  const { retrieve, sent } = start(() => ({ results: [] }))
  await retrieve({ interactionId: 'i-7', entityIds: ['a', 'b'], language: 'de', maxResults: 11 })
  await retrieve({
    contentTypes: ['article'],
    minRelevanceScore: 0.25,
    availabilityWindow: { start: 0, end: 86_400_000 },
  })
  expect(sent[0]).toMatchObject({
    method: 'POST',
    url: 'https://api.example.com/api/v2/agentassist/content/retrieve',
    headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
  })
  expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
    interactionId: 'i-7',
    entityIds: ['a', 'b'],
    language: 'de',
    maxResults: 50,
  })
  expect(JSON.parse(sent[1]?.body ?? '').filters).toEqual({
    contentTypes: ['article'],
    minRelevanceScore: 0.25,
    availabilityWindow: { start: '1970-01-01T00:00:00.000Z', end: '1970-01-02T00:00:00.000Z' },
  })
})

test('without entities there is nothing to ask', () => {
  const { source } = start(() => ({}))
  expect(source.key(makeInquiry({ entityIds: [] }))).toBeUndefined()
})

test('types that the contract does not know are not sent; for them alone there is nothing to ask', async () => {
  const { source, retrieve, sent } = start(() => ({ results: [] }))
  await retrieve({ contentTypes: ['faq', 'procedure', 'suggestion'] })
  expect(JSON.parse(sent[0]?.body ?? '').filters).toEqual({ contentTypes: ['procedure'] })
  expect(source.key(makeInquiry({ contentTypes: ['suggestion'] }))).toBeUndefined()
})

describe('answers', () => {
  test("the tutorial's fields alone make an item; what is not said is not made up", async () => {
    expect(await itemsOf(result)).toEqual([
      {
        ...result,
        snippet: '',
        url: null,
        contentType: 'article',
        language: null,
        source: 'assist-content',
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

  test('everything said is taken over, and what is unknown is passed over', async () => {
    const [item] = await itemsOf({
      ...result,
      snippet: ' Refund\nit ',
      url: 'https://kb.example.com/1',
      contentType: 'procedure',
      language: 'en-GB',
      version: 7,
      updatedAt: '2026-01-02T03:04:05Z',
      state: 'Archived',
      visible: false,
      availabilityWindow: { start: '2026-01-01T00:00:00Z', end: '2026-02-01T00:00:00+01:00' },
      labels: ['retail'],
      category: 'cards/fees',
      author: { nested: ['x'] },
    })
    expect(item).toEqual({
      ...result,
      snippet: 'Refund it',
      url: 'https://kb.example.com/1',
      contentType: 'procedure',
      language: 'en-GB',
      source: 'assist-content',
      version: '7',
      updatedAt: '2026-01-02T03:04:05Z',
      state: 'Archived',
      visible: false,
      availableFrom: Date.UTC(2026, 0, 1),
      availableUntil: Date.UTC(2026, 0, 31, 23),
      labels: ['retail'],
      category: 'cards/fees',
    })
  })

  test('null is as good as absent', async () => {
    const nulls = Object.fromEntries(
      [
        'tags',
        'isCompliant',
        'snippet',
        'url',
        'contentType',
        'language',
        'version',
        'updatedAt',
        'state',
        'visible',
        'availabilityWindow',
        'labels',
        'category',
      ].map((key) => [key, null]),
    )
    const [item] = await itemsOf({ ...result, ...nulls })
    expect(item).toMatchObject({
      tags: [],
      isCompliant: false,
      contentType: 'article',
      state: 'Published',
      visible: true,
    })
  })

  test('what is shown is safe: titles, tags, snippets, addresses, words, times', async () => {
    const [item] = await itemsOf({
      ...result,
      title: 'Pay\u202e \u0007now\nhere',
      tags: ['<b>', 'a\u0000b', ''],
      snippet: 'x'.repeat(1_000_000),
      url: 'javascript:alert(1)',
      contentType: '<img src=x onerror=alert(1)>',
      language: 'en"><script>',
      updatedAt: 'yesterday <script>',
      version: 'v\n1',
    })
    expect(item).toMatchObject({
      title: 'Pay now here',
      tags: ['<b>', 'a b'],
      url: null,
      contentType: 'article',
      language: null,
      updatedAt: null,
      version: null,
    })
    expect(item?.snippet).toHaveLength(600)
  })

  test.each([
    [{ contentId: '' }],
    [{ contentId: 7 }],
    [{ contentId: 'a\nb' }],
    [{ contentId: 'x'.repeat(257) }],
    [{ title: undefined }],
    [{ relevanceScore: 1.1 }],
    [{ relevanceScore: -0.1 }],
    [{ relevanceScore: null }],
    [{ relevanceScore: '0.5' }],
    [{ isCompliant: 'yes' }],
    [{ visible: 0 }],
    [{ tags: 'fees' }],
    [{ labels: [1] }],
  ])('a broken entry is left out and costs the others nothing: %o', async (broken) => {
    const items = await itemsOf({ ...result, ...broken }, null, 3, [], { ...result, contentId: 'good' })
    expect(items.map(({ contentId }) => contentId)).toEqual(['good'])
  })

  test.each(['Secret', 'archived', 7])(
    'an item in state %j is known, and is not published',
    async (state) => {
      expect((await itemsOf({ ...result, state }))[0]?.state).toBe('Archived')
    },
  )

  test.each(['draft', 'Draft'])('an item in state %j is a draft', async (state) => {
    expect((await itemsOf({ ...result, state }))[0]?.state).toBe('Draft')
  })

  test.each(['always', [], { end: 5 }])(
    'a window of the form %j cannot be read',
    async (availabilityWindow) => {
      expect((await itemsOf({ ...result, availabilityWindow }))[0]?.availableFrom).toBeNaN()
    },
  )

  test.each(['tomorrow', '', '2026-02-30', '03/04/2026', '2026-01-01T00:00:00', '5'])(
    'a window that begins at %j cannot be read, and is not taken for an open one',
    async (start) => {
      const [item] = await itemsOf({ ...result, availabilityWindow: { start } })
      expect(item?.availableFrom).toBeNaN()
      expect(item?.availableUntil).toBe(Number.POSITIVE_INFINITY)
    },
  )

  test.each([
    [{ results: [{}, null] }],
    [{ results: {} }],
    [{}],
    [[]],
    [null],
    [{ results: Array(1001).fill(result) }],
  ])('no answer at all: %o', async (answer) => {
    await expect(start(() => answer).retrieve()).rejects.toMatchObject({ code: 'genesys.malformed' })
  })

  test('no results are an answer', async () => {
    expect(await itemsOf()).toEqual([])
  })
})

describe('an organisation without the endpoint', () => {
  test('is left alone for a minute, then longer each time, up to ten minutes', async () => {
    const { retrieve, source, clock } = start(() => {
      throw 404
    })
    expect(source.isAbsent?.()).toBe(false)
    for (const minutes of [1, 2, 4, 8, 10, 10]) {
      await expect(retrieve()).rejects.toMatchObject({ code: 'genesys.not_found' })
      await clock.advance(minutes * 60_000 - 1)
      expect(source.isAbsent?.()).toBe(true)
      await clock.advance(1)
      expect(source.isAbsent?.()).toBe(false)
    }
  })

  test('is not one that has answered before: that one does not know the interaction', async () => {
    let found = true
    const { retrieve, source } = start(() => {
      if (!found) throw 404
      return { results: [] }
    })
    await retrieve()
    found = false
    await expect(retrieve()).rejects.toMatchObject({ code: 'genesys.not_found' })
    expect(source.isAbsent?.()).toBe(false)
  })

  test.each([400, 401, 403, 429, 500, 503])('%i does not mean that', async (status) => {
    const { retrieve, source } = start(() => {
      throw status
    })
    await expect(retrieve()).rejects.toMatchObject({ details: { status } })
    expect(source.isAbsent?.()).toBe(false)
  })
})
