// Cache keys: equal for what is asked alike, different for whatever changes what is sent, and for every audience.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { audiencesOf } from '../../src/access/audience.ts'
import { ContentCache } from '../../src/cache/content-cache.ts'
import { LruTier } from '../../src/cache/lru-tier.ts'
import { type Sharing, withCache } from '../../src/cache/with-cache.ts'
import { KnowledgeBases } from '../../src/genesys/knowledge-bases.ts'
import type { ContentSource } from '../../src/retrieval/content-source.ts'
import type { Inquiry } from '../../src/retrieval/inquiry.ts'
import { parseRetrievalRequest } from '../../src/retrieval/retrieval-request.ts'
import { assistContent } from '../../src/sources/assist-content.ts'
import { copilotSuggestions } from '../../src/sources/copilot-suggestions.ts'
import { knowledgeSearch } from '../../src/sources/knowledge-search.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { makeAnswer, makeInquiry, makeItem } from '../retrieval/make-inquiry.ts'
import { scriptedGenesys } from './scripted-genesys.ts'

function start() {
  const genesys = scriptedGenesys(() => ({ results: [] }))
  const knowledgeBases = new KnowledgeBases({ ...genesys, configuredIds: ['kb'] })
  const sources = [
    assistContent(genesys),
    knowledgeSearch({ ...genesys, knowledgeBases }),
    copilotSuggestions(genesys),
  ]
  return { ...genesys, sources }
}

const word = fc.constantFrom('a', 'b', 'ab', 'c', '1:a', '1[', 'caf\u00e9', 'cafe\u0301', '')
const words: fc.Arbitrary<string[]> = fc.array(
  word.filter((text) => text !== ''),
  { minLength: 1, maxLength: 4 },
)
const window = fc.constantFrom(
  undefined,
  { start: '2026-01-01T00:00:00Z', end: '2026-01-02T00:00:00Z' },
  { start: '2026-01-01T00:00:00Z', end: '2026-01-03T00:00:00Z' },
)
const requests = fc.record({
  interactionId: fc.constantFrom('i-1', 'i-2', 'I-1'),
  agentId: fc.constantFrom('ann', 'bob'),
  entityIds: words,
  query: fc.constantFrom('lost card', 'lost  card', 'Lost card', 'a3:b'),
  contextTags: words,
  language: fc.constantFrom('en', 'EN', 'en-US', 'en-us', 'de'),
  maxResults: fc.constantFrom(1, 10, 11, 50),
  filters: fc.record({
    contentTypes: fc.constantFrom<string[] | undefined>(
      undefined,
      ['article'],
      ['procedure', 'article'],
      ['article', 'suggestion'],
      ['faq'],
    ),
    minRelevanceScore: fc.constantFrom(undefined, 0, 0.1, 0.5),
    availabilityWindow: window,
  }),
})
type Request = typeof requests extends fc.Arbitrary<infer T> ? T : never

function inquiryOf(request: Request): Inquiry {
  const { filters, ...parsed } = parseRetrievalRequest(request)
  return makeInquiry({
    interactionId: parsed.interactionId,
    agentId: parsed.agentId,
    entityIds: parsed.entityIds ?? [],
    query: parsed.query ?? '',
    contextTags: parsed.contextTags ?? [],
    language: parsed.language ?? 'en-US',
    maxResults: parsed.maxResults ?? 10,
    contentTypes: filters?.contentTypes ?? [],
    minRelevanceScore: filters?.minRelevanceScore ?? 0,
    availabilityWindow: filters?.availabilityWindow,
  })
}

/** The same request in another spelling: lists in another order and with repeats, Unicode taken apart, other case. */
function respelled({ entityIds, contextTags, language, filters, ...rest }: Request): Request {
  const other = (list: string[]) => [...list.toReversed(), ...list].map((text) => text.normalize('NFD'))
  const { contentTypes } = filters
  return {
    ...rest,
    entityIds: other(entityIds),
    contextTags: other(contextTags),
    language: language.toUpperCase() as Request['language'],
    filters: { ...filters, contentTypes: contentTypes && other(contentTypes) },
  }
}

describe('keys of the sources', () => {
  test('another spelling of the same request has the same key', () => {
    const { sources } = start()
    fc.assert(
      fc.property(requests, (request) => {
        for (const source of sources)
          expect(source.key(inquiryOf(respelled(request)))).toBe(source.key(inquiryOf(request)))
      }),
      { seed: 1, numRuns: 150 },
    )
  })

  test('what is sent differently has another key, and the other way round', async () => {
    const { sources, ask, lastSent } = start()
    const interactionAside = (sent: string) => sent.replace(/"interactionId":"[^"]*"/, '')
    await fc.assert(
      fc.asyncProperty(requests, requests, async (one, other) => {
        const [a, b] = [inquiryOf(one), inquiryOf(other)]
        for (const source of sources) {
          if (source.key(a) === undefined || source.key(b) === undefined) continue
          await ask(source, a)
          const sentForA = lastSent()
          await ask(source, b)
          // The cache decides whether interactions share; what a base is searched in is told by the language.
          const same = interactionAside(sentForA) === interactionAside(lastSent())
          if (!same) expect(source.key(a)).not.toBe(source.key(b))
        }
      }),
      { seed: 2, numRuns: 250 },
    )
  })
})

describe('keys of the cache', () => {
  const audienceOf = audiencesOf([
    { name: 'retail', agents: ['ann'], labels: ['retail'] },
    { name: 'private', agents: ['bob'] },
    { name: 'retail"', agents: ['eve'] },
  ])

  function cached(sharing: Sharing) {
    const clock = new FakeClock()
    const lifetimes = { freshMs: 1000, staleMs: 0, graceMs: 0, emptyMs: 0, failureMs: 0, flightMs: 1000 }
    const memory = new LruTier({ maxBytes: 1_000_000 })
    const loads: Inquiry[] = []
    const source: ContentSource = {
      name: 's',
      key: ({ query }) => query,
      retrieve: (inquiry) => {
        loads.push(inquiry)
        return makeAnswer([makeItem({ contentId: `for ${inquiry.audience.key}` })], {
          fetchedAt: clock.now(),
        })
      },
    }
    const asked = withCache(source, new ContentCache({ clock, memory, lifetimes }), sharing)
    const ask = async (agentId: string, more: Partial<Inquiry> = {}) => {
      const inquiry = makeInquiry({ agentId, audience: audienceOf(agentId, undefined), ...more })
      const answer = await asked.ask(inquiry, { deadline: 1000, priority: 'interactive' })
      return answer?.items[0]?.contentId
    }
    return { ask, loads }
  }

  test.each(['audience', 'interaction'] as const)(
    'shared per %s, an answer never reaches another audience',
    async (sharing) => {
      const { ask, loads } = cached(sharing)
      for (const agentId of ['ann', 'bob', 'eve', 'mallory', 'ann', 'bob', 'mallory']) {
        const { key } = audienceOf(agentId, undefined)
        expect(await ask(agentId)).toBe(`for ${key}`)
      }
      expect(loads).toHaveLength(4)
    },
  )

  test('shared per audience, interactions share; per interaction they do not', async () => {
    const shared = cached('audience')
    const own = cached('interaction')
    for (const interactionId of ['i-1', 'i-2', 'i-1']) {
      await shared.ask('ann', { interactionId })
      await own.ask('ann', { interactionId })
    }
    expect([shared.loads.length, own.loads.length]).toEqual([1, 2])
  })

  test('no interaction, audience and question together make the key of others', async () => {
    const parts = fc.constantFrom('', 'a', '1:a', 'a1:', ':', '0:', '1:1')
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(parts, parts), { minLength: 2, maxLength: 6, selector: String }),
        async (asked) => {
          const { ask, loads } = cached('interaction')
          for (const [interactionId, query] of asked) await ask('ann', { interactionId, query })
          expect(loads).toHaveLength(asked.length)
        },
      ),
      { seed: 3 },
    )
  })
})
