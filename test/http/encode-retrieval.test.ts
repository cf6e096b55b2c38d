import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeRetrieval } from '../../src/http/encode-retrieval.ts'
import type { Retrieval } from '../../src/retrieval/retrieval.ts'
import { retrieval } from './fake-parts.ts'

const text = fc.string({ unit: 'binary' })
const ms = fc.double({ min: 0, max: 1e6, noNaN: true })
const reason = fc.constantFrom('audience' as const, 'expired' as const, 'language' as const)

const anyRetrieval: fc.Arbitrary<Retrieval> = fc.record(
  {
    retrievalId: text,
    interactionId: text,
    items: fc.array(
      fc.record({ contentId: text, title: text, score: fc.double({ noNaN: true }) }),
    ) as unknown as fc.Arbitrary<Retrieval['items']>,
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    freshness: fc.record({
      status: fc.constantFrom('fresh' as const, 'stale' as const, 'none' as const),
      ageSeconds: fc.option(ms),
      source: fc.option(text),
    }),
    degraded: fc.option(fc.record({ code: fc.constant('deadline.exceeded' as const), message: text })),
    complianceFlags: fc.record({ accessValidated: fc.boolean(), availabilityChecked: fc.boolean() }),
    profile: text,
    timings: fc.record({ totalMs: ms, upstreamMs: ms, queuedMs: ms }),
    refused: fc.array(fc.record({ contentId: text, source: text, reason })),
  },
  {
    requiredKeys: [
      'retrievalId',
      'interactionId',
      'items',
      'freshness',
      'degraded',
      'complianceFlags',
      'profile',
      'timings',
      'refused',
    ],
  },
)

test('the bytes are those of JSON.stringify, the first time and again', () => {
  fc.assert(
    fc.property(anyRetrieval, (any) => {
      const expected = JSON.stringify(any)
      expect(encodeRetrieval(any, false).toString()).toBe(expected)
      const again = { ...any, retrievalId: 'another' }
      expect(encodeRetrieval(again, false).toString()).toBe(JSON.stringify(again))
      expect(Object.keys(JSON.parse(expected))).toEqual(Object.keys(any))
    }),
  )
})

test('an agent learns how many items were kept back and why, and not which', () => {
  const text = encodeRetrieval(retrieval, true).toString()
  expect(JSON.parse(text).refused).toEqual([{ reason: 'audience', count: 2 }])
  expect(text).not.toContain('kb-secret')
  expect(encodeRetrieval(retrieval, false).toString()).toContain('kb-secret')
})
