// Write-back against the simulated Genesys: which calls are made for what an agent did, and what they cost.
import { expect, test } from 'vitest'
import type { Attempt } from '../../src/delivery/endpoint.ts'
import { writeBackEndpoint } from '../../src/delivery/write-back.ts'
import { genesysEngagement } from '../../src/genesys/engagement.ts'
import { KnowledgeBases } from '../../src/genesys/knowledge-bases.ts'
import type { SimulatorOptions } from '../../src/simulator/index.ts'
import { adoptionEntry, retrievalEntry } from '../delivery/sample-entries.ts'
import { conversations } from '../simulator/sample-organisation.ts'
import { startGenesys } from './client-under-test.ts'

function start(options: Partial<SimulatorOptions> = {}, perMinute = 300) {
  const genesys = startGenesys({ conversations, ...options }, perMinute)
  const { client, clock } = genesys
  const knowledgeBases = new KnowledgeBases({ client, clock })
  const endpoint = writeBackEndpoint(genesysEngagement({ client, knowledgeBases, clock }))
  const send = async (entry: Record<string, unknown>, forMs = 0): Promise<Attempt> => {
    const message = { id: 'msg_1', endpoint: 'genesys', attempts: 0, entryIndex: 0, at: 0, entry }
    const sent = endpoint.send(message, new AbortController().signal)
    await clock.advance(forMs)
    await clock.advance(1)
    return sent
  }
  return { ...genesys, endpoint, send }
}

const item = (source: string, version: string | null = null) => ({ item: { source, version } })
const dealt = { result: 'delivered' }

test('a suggestion is found by its document, and what was done with it reported', async () => {
  const { send, simulator, count } = start()
  const suggestion = { ...item('copilot-suggestions'), contentId: 'lost-card' }
  for (const [type, more] of [
    ['opened', {}],
    ['copied', {}],
    ['inserted', {}],
    ['dismissed', { reason: 'known already' }],
    ['rated', { rating: 'positive' }],
    ['rated', { rating: 'negative' }],
  ] as const)
    expect(await send(adoptionEntry({ ...suggestion, type, ...more }))).toEqual(dealt)
  expect(simulator.engagements().map(({ body }) => body)).toEqual([
    { engagementType: 'Opened' },
    { engagementType: 'Copied' },
    { engagementType: 'Copied' },
    { engagementType: 'Dismissed' },
    { engagementType: 'Feedback', feedback: { rating: 'Positive' } },
    { engagementType: 'Feedback', feedback: { rating: 'Negative' } },
  ])
  expect(count('suggestions')).toBe(1)
})

test.each(['knowledge-search', 'mirror'])('a document of %s: views, copies and feedback', async (source) => {
  const { send, simulator, count } = start()
  const shown = item(source, 'version-shown')
  for (const type of ['opened', 'copied', 'inserted'])
    expect(await send(adoptionEntry({ ...shown, type }))).toEqual(dealt)
  expect(await send(adoptionEntry({ ...shown, type: 'rated', rating: 'negative' }))).toEqual(dealt)
  const [view, copy, , feedback] = simulator.engagements()
  const tracked = {
    application: { type: 'Assistant' },
    conversationContext: { conversationId: 'c-1' },
    documentVariationId: expect.any(String),
    documentVersionId: 'version-shown',
  }
  expect(view).toMatchObject({ operation: 'knowledge-view', ids: { documentId: 'late-fee' }, body: tracked })
  expect(copy).toMatchObject({ operation: 'knowledge-copy', body: tracked })
  expect(feedback).toMatchObject({
    operation: 'knowledge-feedback',
    body: { rating: 'Negative', document: { versionId: 'version-shown' } },
  })
  expect(count('knowledge-document')).toBeLessThanOrEqual(2)
})

test('where only the number of a version is known, its newest id is reported', async () => {
  const { send, simulator } = start()
  expect(await send(adoptionEntry({ ...item('knowledge-search', '3'), type: 'opened' }))).toEqual(dealt)
  expect(simulator.engagements()[0]?.body).toMatchObject({
    documentVersionId: expect.stringMatching(/.{8,}/),
  })
})

test('what Genesys has no call for is dropped without one', async () => {
  const { send, simulator } = start()
  const entries = [
    retrievalEntry,
    adoptionEntry({ type: 'shown' }),
    adoptionEntry({ type: 'dismissed' }),
    adoptionEntry({ type: 'resolved', contentId: null, item: null }),
    adoptionEntry({ type: 'opened', ...item('assist-content') }),
    adoptionEntry({ type: 'opened', ...item('constructor') }),
  ]
  for (const entry of entries) expect(await send(entry)).toEqual({ result: 'dropped' })
  expect(simulator.stats().calls).toEqual({})
})

test('what Genesys no longer has is dropped', async () => {
  const { send } = start()
  for (const contentId of ['withdrawn', '..'])
    for (const source of ['knowledge-search', 'copilot-suggestions'])
      expect(await send(adoptionEntry({ contentId, ...item(source) }))).toEqual({ result: 'dropped' })
  const entry = adoptionEntry({ interactionId: 'over', ...item('copilot-suggestions') })
  expect(await send(entry)).toEqual({ result: 'dropped' })
})

test('with the quota used up it waits for a later turn, uncounted', async () => {
  const { send, ask } = start({}, 1)
  await ask()
  expect(await send(adoptionEntry(item('knowledge-search')), 31_000)).toMatchObject({
    result: 'postponed',
    delayMs: 30_000,
  })
})

test.each([
  [
    { kind: 'rate-limit', retryAfterSeconds: 7 },
    { result: 'postponed', delayMs: 7000 },
  ],
  [
    { kind: 'status', status: 503, retryAfterSeconds: 9 },
    { result: 'failed', retryAfterMs: 9000 },
  ],
  [{ kind: 'status', status: 400 }, { result: 'refused' }],
  [{ kind: 'missing-permission' }, { result: 'failed', error: expect.stringContaining('permission') }],
  [{ kind: 'reset' }, { result: 'failed' }],
] as const)('%o', async (fault, outcome) => {
  const { send, simulator } = start()
  simulator.setFaults({ rules: [{ match: { path: '/api/' }, fault }] })
  expect(await send(adoptionEntry(item('knowledge-search')))).toMatchObject(outcome)
})
