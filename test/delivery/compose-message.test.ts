// What a receiver is told of a retrieval and of an adoption event.
import { expect, test } from 'vitest'
import { composeMessage } from '../../src/delivery/compose-message.ts'
import { adoptionEntry, retrievalEntry } from './sample-entries.ts'

const id = 'msg_log_1'

test('a retrieval keeps every field of the tutorial, and says how fresh it was and by which profile', () => {
  expect(composeMessage({ id, entry: retrievalEntry })).toEqual({
    id,
    eventType: 'agent_assist_retrieval',
    timestamp: '2026-01-05T09:00:00.000Z',
    interactionId: 'c-1',
    agentId: 'agent-1',
    retrievalId: retrievalEntry.retrievalId,
    latencyMs: 41.5,
    contentIds: ['late-fee', 'lost-card'],
    adoptedContentId: null,
    complianceFlags: { accessValidated: true, availabilityChecked: true },
    freshness: { status: 'fresh', ageSeconds: 12, source: 'knowledge-search' },
    profile: 'tutorial',
  })
})

test('an adoption event tells of its retrieval from its own entry', () => {
  expect(composeMessage({ id, entry: adoptionEntry() })).toEqual({
    ...composeMessage({ id, entry: retrievalEntry }),
    eventType: 'agent_assist_adoption',
    timestamp: '2026-01-05T09:00:30.000Z',
    adoptedContentId: 'late-fee',
    adoption: { type: 'copied', contentId: 'late-fee', reason: null, rating: null, wrapUpCode: null },
  })
})

test.each([
  ['opened', 'late-fee'],
  ['copied', 'late-fee'],
  ['inserted', 'late-fee'],
  ['shown', null],
  ['dismissed', null],
  ['rated', null],
])('%s: the adopted content is %s', (type, adopted) => {
  expect(composeMessage({ id, entry: adoptionEntry({ type }) })?.adoptedContentId).toBe(adopted)
})

test('the end of an interaction is about no content', () => {
  const entry = adoptionEntry({ type: 'resolved', contentId: null, item: null, wrapUpCode: 'refunded' })
  expect(composeMessage({ id, entry })).toMatchObject({
    adoptedContentId: null,
    adoption: { type: 'resolved', contentId: null, wrapUpCode: 'refunded' },
  })
})

test('what an entry does not say is null, and no check is claimed that the entry does not claim', () => {
  expect(composeMessage({ id, entry: { kind: 'retrieval' } })).toMatchObject({
    latencyMs: null,
    contentIds: [],
    complianceFlags: { accessValidated: false, availabilityChecked: false },
    freshness: { status: null, ageSeconds: null, source: null },
  })
})

test('nobody is told of other entries, nor of one that was erased', () => {
  for (const entry of [null, {}, { kind: 'export' }, { kind: 'refusal' }])
    expect(composeMessage({ id, entry })).toBeUndefined()
})
