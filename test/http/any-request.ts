// Requests nobody has thought of: valid, nearly valid, hostile.
import fc from 'fast-check'

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

export const anyRequest = fc.oneof({ weight: 9, arbitrary: oddRequest }, { weight: 1, arbitrary: fitting })
export type AnyRequest = typeof anyRequest extends fc.Arbitrary<infer T> ? T : never
