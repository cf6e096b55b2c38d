// Conversations, what Agent Copilot suggests in them, and the assistant of their queues.
import { expect, test } from 'vitest'
import { idsOf, startSimulator } from './sample-organisation.ts'

const suggestions = '/api/v2/conversations/c-1/suggestions'

test('a conversation has a customer and an agent in a queue; an unknown one is not found', async () => {
  const { get } = await startSimulator()
  const { body } = await get('/api/v2/conversations/c-1')
  expect(body.participants).toMatchObject([
    { purpose: 'customer', queueName: 'Cards', locale: 'en-US', attributes: { tags: 'vip' } },
    { purpose: 'agent', queueName: 'Cards', userId: expect.any(String) },
  ])
  for (const path of ['', '/suggestions'])
    expect(await get(`/api/v2/conversations/nobody${path}`)).toMatchObject({
      status: 404,
      body: { code: 'not.found' },
    })
})

test('suggestions come from what the customer said, each document once and never a draft', async () => {
  const { get } = await startSimulator()
  const { body } = await get(suggestions)
  expect(body.entities[0]).toMatchObject({
    type: 'KnowledgeArticle',
    state: 'Suggested',
    knowledgeArticle: { document: { id: 'lost-card' }, title: 'Blocking a lost card' },
    context: { queryStatement: 'I lost my card yesterday and need to block it' },
  })
  const documents = body.entities.map(
    (one: Record<string, { document: { id: string } }>) =>
      (one.knowledgeArticle ?? one.knowledgeSearch)?.document.id,
  )
  expect(documents).toContain('late-fee')
  expect(new Set(documents).size).toBe(documents.length)
  expect(documents).not.toContain('draft-fees')
})

test('they can be filtered and paged', async () => {
  const { get } = await startSimulator()
  const all = idsOf(await get(suggestions))
  const { body } = await get(`${suggestions}?pageSize=1`)
  expect(idsOf(await get(body.nextUri))).toEqual([all[1]])
  const searches = await get(`${suggestions}?type=KnowledgeSearch`)
  expect(new Set(searches.body.entities.map((one: { type: string }) => one.type))).toEqual(
    new Set(['KnowledgeSearch']),
  )
  expect(idsOf(await get(`${suggestions}?state=Dismissed`))).toEqual([])
  expect((await get(`${suggestions}?type=Everything`)).status).toBe(400)
})

test('engagement and feedback change the state of a suggestion', async () => {
  const { get, post } = await startSimulator()
  const [first = '', second = ''] = idsOf(await get(suggestions))
  expect((await post(`${suggestions}/${first}/engagement`, { engagementType: 'Copied' })).status).toBe(200)
  expect((await get(`${suggestions}/${first}`)).body.state).toBe('Accepted')
  expect(
    (await post(`${suggestions}/feedback`, { suggestionId: second, relevance: 'Relevant' })).status,
  ).toBe(204)
  expect(idsOf(await get(`${suggestions}?state=Rated`))).toEqual([second])
  expect((await post(`${suggestions}/${first}/engagement`, { engagementType: 'Shredded' })).status).toBe(400)
  expect((await post(`${suggestions}/none/engagement`, { engagementType: 'Copied' })).status).toBe(404)
  expect(
    (await post(`${suggestions}/feedback`, { suggestionId: 'none', relevance: 'Relevant' })).status,
  ).toBe(404)
})

test('a queue leads to its assistant and that to its knowledge bases', async () => {
  const { get } = await startSimulator()
  const { queueId } = (await get('/api/v2/conversations/c-1')).body.participants[0]
  const queues = await get(`/api/v2/assistants/queues?queueIds=${queueId}`)
  const assistant = await get(`/api/v2/assistants/${queues.body.entities[0].assistant.id}`)
  const bases = await get('/api/v2/knowledge/knowledgebases')
  const named = assistant.body.knowledgeSuggestionConfig.knowledgeBases
  expect(named.map((base: { id: string }) => base.id)).toEqual(idsOf(bases))
  expect(idsOf(await get('/api/v2/assistants/queues?queueIds=other'))).toEqual([])
  expect((await get('/api/v2/assistants/none')).status).toBe(404)
})
