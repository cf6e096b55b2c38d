// Audit entries as the ledger writes them.

export const retrievalEntry = {
  actor: { id: 'desktop', roles: ['service'], via: 'api_key' },
  agentId: 'agent-1',
  at: '2026-01-05T09:00:00.000Z',
  complianceFlags: { accessValidated: true, availabilityChecked: true },
  contextTags: ['card'],
  degraded: null,
  entityIds: [],
  freshness: { ageSeconds: 12, source: 'knowledge-search', status: 'fresh' },
  interactionId: 'c-1',
  items: [
    { contentId: 'late-fee', source: 'knowledge-search', title: 'Refunding a late fee', version: 'v-3' },
    { contentId: 'lost-card', source: 'copilot-suggestions', title: 'Blocking a card', version: null },
  ],
  kind: 'retrieval',
  language: 'en-US',
  profile: 'tutorial',
  query: 'refund my fee',
  queueId: 'q-1',
  refused: [],
  retrievalId: '2b1f8a1e-0000-8000-8000-000000000001',
  timings: { queuedMs: 0, totalMs: 41.5, upstreamMs: 38 },
}

export function adoptionEntry(more: Readonly<Record<string, unknown>> = {}) {
  return {
    actor: { id: 'desktop', roles: ['service'], via: 'api_key' },
    agentId: 'agent-1',
    at: '2026-01-05T09:00:30.000Z',
    contentId: 'late-fee',
    eventId: '2b1f8a1e-0000-8000-8000-000000000002',
    interactionId: 'c-1',
    item: { source: 'knowledge-search', version: 'v-3' },
    kind: 'adoption',
    position: 0,
    rating: null,
    reason: null,
    retrieval: {
      complianceFlags: { accessValidated: true, availabilityChecked: true },
      contentIds: ['late-fee', 'lost-card'],
      freshness: { ageSeconds: 12, source: 'knowledge-search', status: 'fresh' },
      latencyMs: 41.5,
      profile: 'tutorial',
    },
    retrievalId: '2b1f8a1e-0000-8000-8000-000000000001',
    type: 'copied',
    wrapUpCode: null,
    ...more,
  }
}
