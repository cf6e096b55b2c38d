// Thousands of requests nobody has thought of: valid, nearly valid, hostile. None may be answered 5xx, none may crash.

import fc from 'fast-check'
import { Agent, request as send } from 'undici'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { startService } from '../../src/http/start-service.ts'
import { start } from '../retrieval/start-cuecard.ts'
import { fakeCuecard, httpConfig, optionsOf } from './fake-parts.ts'

/** `CUECARD_GENERATED_REQUESTS=100000` for the long run. */
const count = Number(process.env.CUECARD_GENERATED_REQUESTS ?? 3000)

const deep = fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth))
const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(1e308, -0, 2 ** 53, '', ' ', '\u0000', '\ud800', [], {}, null, true, 'x'.repeat(3000)),
  fc.string({ unit: 'binary' }),
)
const key = fc.oneof(
  fc.constantFrom('interactionId', 'agentId', 'query', 'contextTags', 'entityIds', 'language', 'maxResults'),
  fc.constantFrom('filters', 'boostCompliance', 'tags', 'queueId', 'utterance', 'speaker', 'text', 'type'),
  fc.constantFrom('contentId', 'rating', 'ids', '__proto__', 'constructor', 'toString'),
  fc.string(),
)
const valid = fc.record(
  {
    interactionId: fc.string({ minLength: 1, maxLength: 128 }),
    agentId: fc.constantFrom('ann', 'bob'),
    query: fc.string({ minLength: 3, maxLength: 50 }),
    contextTags: fc.array(fc.string({ minLength: 1 }), { maxLength: 5 }),
    maxResults: fc.integer({ min: 0, max: 60 }),
  },
  { requiredKeys: ['interactionId', 'agentId', 'query'] },
)
const nearly = fc.tuple(valid, fc.dictionary(key, odd, { maxKeys: 3 })).map(([a, b]) => ({ ...a, ...b }))
/** Right in all they say: what comes between them must not have broken anything. */
const fitting = fc
  .constantFrom(
    ['POST', '/v1/retrievals/r-1/events', { type: 'inserted', contentId: 'kb-1' }] as const,
    ['POST', '/v1/retrievals/r-1/events', { type: 'rated', contentId: 'kb-1', rating: '+' }] as const,
    ['PUT', '/v1/interactions/c-1/context', { tags: ['card'], language: 'en-GB' }] as const,
    ['POST', '/v1/interactions/c-1/utterances', { speaker: 'customer', text: 'my card is gone' }] as const,
  )
  .map(([method, path, value]) => ({
    method,
    path,
    body: Buffer.from(JSON.stringify(value)),
    type: 'application/json',
    token: 'service',
    key: 'k-1',
  }))
const body = fc.oneof(
  fc.oneof(valid, nearly, fc.dictionary(key, odd)).map((value) => Buffer.from(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  deep.map((text) => Buffer.from(text)),
  fc
    .tuple(valid, fc.nat())
    .map(([value, at]) => Buffer.from(JSON.stringify(value)).subarray(0, at % JSON.stringify(value).length)),
)
const part = fc.oneof(
  fc.constantFrom('c-1', 'r-1', '0', '99999999999999999', '..', '%00', '%2e%2e', '%ff'),
  fc.string({ maxLength: 200 }).map((text) => encodeURIComponent(text.toWellFormed())),
)
const query = fc.oneof(
  fc.constant(''),
  fc
    .dictionary(
      fc.oneof(fc.constantFrom('from', 'to', 'limit', 'by', 'queue', 'format'), fc.string()),
      fc.string(),
    )
    .map((values) => `?${new URLSearchParams(JSON.parse(JSON.stringify(values).toWellFormed()))}`),
  fc.constantFrom(
    '?from=2026-01-01T00:00:00Z',
    '?limit=-1',
    '?limit=1&limit=2',
    '?from=9999999-01-01',
    '?__proto__=1',
  ),
)
const path = fc.oneof(
  { weight: 3, arbitrary: fc.constant('/v1/retrievals') },
  { weight: 2, arbitrary: part.map((id) => `/v1/retrievals/${id}/events`) },
  { weight: 2, arbitrary: part.map((id) => `/v1/interactions/${id}/context`) },
  part.map((id) => `/v1/interactions/${id}/utterances`),
  fc
    .tuple(fc.constantFrom('adoption', 'content', 'gaps', 'x'), query)
    .map(([name, q]) => `/v1/insights/${name}${q}`),
  fc.tuple(part, query).map(([id, q]) => `/v1/audit/entries/${id}${q}`),
  query.map((q) => `/v1/audit/export${q}`),
  fc.constantFrom('/v1/audit/erasures', '/v1/deliveries/replay', '/healthz', '/openapi.json', '/', '/v1//'),
)
const oddRequest = fc.record({
  method: fc.constantFrom('POST', 'POST', 'POST', 'PUT', 'PUT', 'GET', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH'),
  path,
  body,
  type: fc.constantFrom(
    'application/json',
    'application/json',
    'application/json',
    'text/plain',
    'a/b;;',
    '',
  ),
  token: fc.constantFrom('service', 'service', 'agent:ann', 'supervisor', 'compliance', '', 'x y'),
  key: fc.oneof(fc.constant('k-1'), fc.constant('"k"'), fc.constant('"'), fc.constant('a b')),
})

const anyRequest = fc.oneof({ weight: 9, arbitrary: oddRequest }, { weight: 1, arbitrary: fitting })

async function withService(run: (url: string) => Promise<void>): Promise<void> {
  const { cuecard } = await start({
    config: { latencyBudgetMs: 20 },
    simulator: { clock: systemClock, latency: { fixedMs: 0 } },
    ports: { clock: systemClock },
  })
  const served = fakeCuecard({
    retrieve: (request) => cuecard.retrieve(request as Parameters<typeof cuecard.retrieve>[0]),
    updateContext: (id, update) => cuecard.updateContext(id, update as object),
    stats: () => cuecard.stats(),
  })
  const service = await startService(
    optionsOf({
      cuecard: served.cuecard,
      clock: undefined,
      config: { ...httpConfig, requestsPerMinute: 10_000_000 },
    }),
  )
  try {
    await run(service.url)
  } finally {
    await service.close()
    await cuecard.close()
  }
}

interface Answer {
  readonly status: number
  readonly text: string
}

async function ask(
  url: string,
  agent: Agent,
  one: typeof anyRequest extends fc.Arbitrary<infer T> ? T : never,
) {
  const hasBody = one.method !== 'GET' && one.method !== 'HEAD' && one.method !== 'OPTIONS'
  const { statusCode, body } = await send(`${url}${one.path}`, {
    dispatcher: agent,
    method: one.method,
    headers: {
      'idempotency-key': one.key,
      ...(hasBody && one.type !== '' && { 'content-type': one.type }),
      ...(one.token !== '' && { authorization: `Bearer ${one.token}` }),
    },
    ...(hasBody && { body: one.body }),
  })
  const answer: Answer = { status: statusCode, text: await body.text() }
  return answer
}

test(`${count} generated requests: none is answered 5xx, every refusal is a problem document`, async () => {
  await withService(async (url) => {
    const agent = new Agent({ connections: 16 })
    const statuses = new Map<number, number>()
    for (let done = 0; done < count; done += 500) {
      const batch = fc.sample(anyRequest, { numRuns: Math.min(500, count - done), seed: done + 1 })
      const answers = await Promise.all(batch.map((one) => ask(url, agent, one)))
      for (const [index, { status, text }] of answers.entries()) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status >= 500) throw new Error(`${status} to ${JSON.stringify(batch[index])}: ${text}`)
        if (status >= 400 && batch[index]?.method !== 'HEAD')
          expect(JSON.parse(text)).toMatchObject({ status })
      }
    }
    await agent.close()
    // The generators reach what they are for.
    for (const status of [200, 201, 204, 400, 401, 403, 404, 405, 415])
      expect(statuses.get(status) ?? 0, `answers with ${status}`).toBeGreaterThan(0)
  })
}, 600_000)
