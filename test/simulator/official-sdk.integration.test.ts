// Genesys's own JavaScript SDK, over a real connection: an outside judge of paths, names and forms.
import { once } from 'node:events'
import platformClient from 'purecloud-platform-client-v2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSimulator, type ListeningSimulator } from '../../src/simulator/index.ts'
import { articles, conversations } from './sample-organisation.ts'

const simulator = createSimulator({ articles, conversations })
const client = platformClient.ApiClient.instance
const knowledge = new platformClient.KnowledgeApi()
let server: ListeningSimulator

beforeAll(async () => {
  server = await simulator.listen()
  client.setGateway({
    host: '127.0.0.1',
    protocol: 'http',
    port: server.port,
    path_params_login: '',
    path_params_api: '',
  } as Parameters<typeof client.setGateway>[0])
  await client.loginClientCredentialsGrant('simulator', 'simulator-secret')
})
afterAll(() => server.close())

async function englishBase(): Promise<string> {
  const { entities = [] } = await knowledge.getKnowledgeKnowledgebases({ coreLanguage: 'en-US' })
  return entities[0]?.id ?? ''
}

test('it refuses a wrong secret', async () => {
  const refused = await client.loginClientCredentialsGrant('simulator', 'wrong').then(() => undefined, String)
  expect(refused).toContain('400')
  await client.loginClientCredentialsGrant('simulator', 'simulator-secret')
})

test('it searches', async () => {
  const { results = [] } = await knowledge.postKnowledgeKnowledgebaseDocumentsSearch(await englishBase(), {
    body: { query: 'lost card', pageSize: 3 },
    expand: ['documentVariations'],
  })
  expect(results[0]?.document?.id).toBe('lost-card')
  expect(results[0]?.document?.variations?.[0]?.body?.blocks[0]?.type).toBe('Paragraph')
})

test('it reads documents', async () => {
  const base = await englishBase()
  const { entities = [] } = await knowledge.getKnowledgeKnowledgebaseDocuments(base, {
    pageSize: '2',
    expand: ['category', 'labels'],
  })
  expect(entities.map(({ id }) => id)).toEqual(['late-fee', 'lost-card'])
  const document = await knowledge.getKnowledgeKnowledgebaseDocument(base, 'late-fee', {
    expand: ['variations'],
  })
  expect(document.variations).toHaveLength(1)
  await knowledge.postKnowledgeKnowledgebaseDocumentViews(base, 'late-fee', {
    body: {
      documentVariationId: document.variations?.[0]?.id ?? '',
      documentVersionId: document.documentVersion?.id ?? '',
      application: { type: 'Assistant' },
    },
  })
  expect(simulator.stats().calls['knowledge-view']).toEqual({ '204': 1 })
})

test('it reads a conversation, its suggestions and the assistant, and reports engagement', async () => {
  const api = new platformClient.ConversationsApi()
  const conversation = await api.getConversation('c-1')
  const { entities = [] } = await api.getConversationSuggestions('c-1')
  expect(entities[0]?.knowledgeArticle?.document?.id).toBe('lost-card')
  const id = entities[0]?.id ?? ''
  await api.postConversationSuggestionEngagement('c-1', id, { engagementType: 'Dismissed' })
  expect((await api.getConversationSuggestion('c-1', id)).state).toBe('Dismissed')
  const queues = await new platformClient.AgentAssistantsApi().getAssistantsQueues({
    queueIds: conversation.participants[0]?.queueId ?? '',
  })
  expect(queues.entities).toHaveLength(1)
})

test('it opens a notification channel, subscribes, and hears what is said', async () => {
  const api = new platformClient.NotificationsApi()
  const { id = '', connectUri = '', expires } = await api.postNotificationsChannels()
  expect(Date.parse(expires ?? '')).toBeGreaterThan(Date.now() + 23 * 3_600_000)
  const topic = 'v2.conversations.c-1.transcription'
  await api.postNotificationsChannelSubscriptions(id, [{ id: topic }])
  await api.putNotificationsChannelSubscriptions(id, [{ id: topic }, { id: 'v2.users.u-1.conversations' }])
  const { entities = [] } = await api.getNotificationsChannelSubscriptions(id)
  expect(entities.map((entity) => entity.id)).toEqual([topic, 'v2.users.u-1.conversations'])
  expect((await api.getNotificationsChannels()).entities).toMatchObject([{ id }])
  await expect(api.putNotificationsChannelSubscriptions(id, [{ id: 'v2.nothing' }])).rejects.toMatchObject({
    code: 'notification.invalid.topic',
  })
  const socket = new WebSocket(connectUri)
  await once(socket, 'open')
  simulator.play({ conversations: ['c-1'], speed: 1000 })
  const [{ data }] = await once(socket, 'message')
  expect(JSON.parse(data)).toMatchObject({ topicName: topic, eventBody: { conversationId: 'c-1' } })
  socket.close()
})

test('it shows whose token it is', async () => {
  const users = new platformClient.UsersApi()
  await expect(users.getUsersMe()).rejects.toMatchObject({ code: 'not.a.user' })
  client.setAccessToken(simulator.issueAgentToken({ id: 'u-1', name: 'Ada' }))
  expect(await users.getUsersMe()).toMatchObject({ id: 'u-1', name: 'Ada' })
})
