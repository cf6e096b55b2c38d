// Every request we send and every answer we give, held against Genesys's published definition where it is at hand.
import { describe, expect, test } from 'vitest'
import { contractChecks } from './contract-checks.ts'
import { idsOf, startSimulator } from './sample-organisation.ts'

const application = { type: 'Assistant' }
const tracking = { documentVariationId: '', documentVersionId: '', application, surfacingMethod: 'Snippet' }

/** Each endpoint with a request; what stands in braces is filled with the ids of the sample. */
const calls: readonly {
  method: 'get' | 'post'
  path: string
  query?: string
  body?: Record<string, unknown>
}[] = [
  { method: 'get', path: '/api/v2/knowledge/knowledgebases', query: 'pageSize=1' },
  { method: 'get', path: '/api/v2/knowledge/knowledgebases/{knowledgeBaseId}' },
  {
    method: 'post',
    path: '/api/v2/knowledge/knowledgebases/{knowledgeBaseId}/documents/search',
    query: 'expand=documentVariations,documentAlternatives,knowledgeBaseLanguageCode,variationChunks',
    body: {
      query: 'card fee',
      pageSize: 5,
      queryType: 'AutoSearch',
      includeDraftDocuments: true,
      application,
      conversationContext: { conversationId: 'c-1', mediaType: 'Message' },
      confidenceThreshold: 0.01,
    },
  },
  {
    method: 'get',
    path: '/api/v2/knowledge/knowledgebases/{knowledgeBaseId}/documents',
    query: 'pageSize=2&includeDrafts=true&expand=category,labels,variations',
  },
  {
    method: 'get',
    path: '/api/v2/knowledge/knowledgebases/{knowledgeBaseId}/documents/{documentId}',
    query: 'expand=category,labels,variations',
  },
  {
    method: 'post',
    path: '/api/v2/knowledge/knowledgebases/{knowledgeBaseId}/documents/{documentId}/views',
    body: tracking,
  },
  {
    method: 'post',
    path: '/api/v2/knowledge/knowledgebases/{knowledgeBaseId}/documents/{documentId}/copies',
    body: tracking,
  },
  {
    method: 'post',
    path: '/api/v2/knowledge/knowledgebases/{knowledgeBaseId}/documents/presentations',
    body: {
      application,
      documents: [{ documentId: 'late-fee', documentVariationId: '', documentVersionId: '' }],
    },
  },
  {
    method: 'post',
    path: '/api/v2/knowledge/knowledgebases/{knowledgeBaseId}/documents/{documentId}/feedback',
    body: {
      documentVariation: { id: '' },
      document: { versionId: '', knowledgeBase: { id: '' } },
      rating: 'Negative',
      reason: 'DocumentContent',
      comment: 'Out of date',
      application,
      conversationContext: { conversationId: 'c-1', mediaType: 'Message', queueId: 'q-1' },
    },
  },
  { method: 'get', path: '/api/v2/conversations/{conversationId}' },
  { method: 'get', path: '/api/v2/conversations/{conversationId}/suggestions', query: 'pageSize=2' },
  {
    method: 'post',
    path: '/api/v2/conversations/{conversationId}/suggestions/feedback',
    body: { suggestionId: '', relevance: 'Relevant' },
  },
  { method: 'get', path: '/api/v2/conversations/{conversationId}/suggestions/{suggestionId}' },
  {
    method: 'post',
    path: '/api/v2/conversations/{conversationId}/suggestions/{suggestionId}/engagement',
    body: { engagementType: 'Feedback', feedback: { rating: 'Positive' } },
  },
  { method: 'get', path: '/api/v2/assistants/queues', query: 'expand=assistant' },
  { method: 'get', path: '/api/v2/assistants/{assistantId}' },
  { method: 'get', path: '/api/v2/users/me' },
]

describe.skipIf(contractChecks() === undefined)('the published definition', () => {
  const check = contractChecks()

  test.each(calls)('$method $path', async ({ method, path, query, body }) => {
    if (check === undefined) return
    const { get, ask, simulator, baseUri } = await startSimulator()
    const base = await baseUri()
    const { body: document } = await get(`${base}/documents/late-fee?expand=variations`)
    const [suggestionId = ''] = idsOf(await get('/api/v2/conversations/c-1/suggestions'))
    const ids: Record<string, string> = {
      knowledgeBaseId: document.knowledgeBase.id,
      documentId: 'late-fee',
      conversationId: 'c-1',
      suggestionId,
      assistantId: (await get('/api/v2/assistants/queues')).body.entities[0].assistant.id,
      documentVariationId: document.variations[0].id,
      documentVersionId: document.documentVersion.id,
    }
    const filled = fillIds(body, ids)
    if (filled !== undefined) check.request(path, method, filled)
    const target = `${path.replaceAll(/\{(\w+)\}/g, (_, name) => ids[name] ?? '')}${query === undefined ? '' : `?${query}`}`
    const token = path.endsWith('/me') ? simulator.issueAgentToken({ id: 'u-1', name: 'Ada' }) : undefined
    const send = (more: object = {}) =>
      ask(method === 'get' ? 'GET' : 'POST', target, { ...(token && { token }), body: filled, ...more })

    const answer = await send()
    expect(answer.status).toBeLessThan(300)
    check.answer(path, method, answer)

    check.answer(path, method, await send({ token: 'unknown' }))
    simulator.setFaults({ rules: [{ fault: { kind: 'missing-permission' } }] })
    const forbidden = await send()
    const permissions = check.permissions(path, method)
    if (permissions !== undefined) {
      check.answer(path, method, forbidden)
      expect(permissions).toEqual([forbidden.body.messageParams.permissions])
    }
    for (const status of [400, 404, 429, 500, 503, 504]) {
      simulator.setFaults({ rules: [{ fault: { kind: 'status', status } }] })
      check.answer(path, method, await send())
    }
    simulator.setFaults({ rules: [{ fault: { kind: 'rate-limit', retryAfterSeconds: 3 } }] })
    check.answer(path, method, await send())
    simulator.setFaults(undefined)
    if (filled !== undefined) {
      const refused = await send({ body: { ...filled, surprise: true } })
      expect(refused.status).toBe(400)
      check.answer(path, method, refused)
    }
  })
})

function fillIds(
  body: Record<string, unknown> | undefined,
  ids: Record<string, string>,
): Record<string, unknown> | undefined {
  if (body === undefined) return undefined
  const short: Record<string, string> = { id: 'documentVariationId', versionId: 'documentVersionId' }
  return JSON.parse(JSON.stringify(body), (key, value) =>
    value === '' ? (ids[key] ?? ids[short[key] ?? '']) : value,
  )
}
