// Drafts come out of the flat list as they went in.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EntryDraft, entryKinds } from '../../src/ledger/entry-draft.ts'
import { flattenDrafts, unflattenDrafts } from '../../src/ledger/flat-drafts.ts'

const facts = fc.record({
  retrievalId: fc.string({ minLength: 1 }),
  queueId: fc.string(),
  language: fc.string(),
  freshness: fc.string(),
  degraded: fc.string(),
  latencyUs: fc.nat(),
  items: fc.nat(),
  profile: fc.string(),
  query: fc.string(),
})
const draft: fc.Arbitrary<EntryDraft> = fc.record(
  {
    kind: fc.constantFrom(...entryKinds),
    at: fc.nat(),
    agentId: fc.string(),
    interactionId: fc.string(),
    body: fc.string({ unit: 'grapheme' }),
    retrieval: facts,
  },
  { requiredKeys: ['kind', 'at', 'agentId', 'interactionId', 'body'] },
)

test('drafts survive the way between threads', () => {
  fc.assert(
    fc.property(fc.array(draft), (drafts) => {
      const flat = flattenDrafts(drafts)
      const arrived = unflattenDrafts(structuredClone(flat, { transfer: [flat.bodies.buffer] }))
      const texts = arrived.map((one) => ({ ...one, body: Buffer.from(one.body as Uint8Array).toString() }))
      expect(texts).toEqual(drafts)
    }),
  )
})
