import { expect, test } from 'vitest'
import type { ServedCuecard } from '../../src/http/ports.ts'
import type { InsightReports } from '../../src/insight/hygiene.ts'
import type { AuditTrail, Deliveries } from '../../src/ledger/record.ts'
import { bearer, fakeService } from './fake-parts.ts'

const calls: unknown[] = []
function noting<T>(answer: T) {
  return async (...args: unknown[]) => {
    calls.push(args)
    return answer
  }
}

const note = 'cuecard.example/log\n2\nhash=\n\n— cuecard.example/log sig=\n'
const entry = {
  index: 1,
  at: '2026-01-05T09:00:00.000Z',
  kind: 'retrieval',
  commitment: '00',
  salt: null,
  body: null,
}

const audit = {
  entries: noting({ entries: [entry], next: 1 }),
  entry: noting(entry),
  checkpoint: noting(note),
  verifierKey: noting('cuecard.example/log+1234+abcd'),
  inclusion: noting({ index: 1, size: 2, leafHash: '00', hashes: [], checkpoint: note }),
  consistency: noting({ from: 1, to: 2, hashes: [], checkpoint: note }),
  erase: noting({ keys: 1, entries: 7 }),
  async *export(...args: unknown[]) {
    calls.push(args)
    for (let index = 0; index < 3; index++) yield `{"index":${index}}`
  },
} as unknown as AuditTrail
const insights = { adoption: noting({ groups: [] }), gaps: noting({ gaps: [] }) } as unknown as InsightReports
const deliveries: Deliveries = { list: noting([]), replay: noting(3) }
const parts: Partial<ServedCuecard> = { audit, insights, deliveries }

function recording() {
  calls.length = 0
  return fakeService({}, parts)
}

test('filters and pages of the log are handed on', async () => {
  const { get } = recording()
  const reply = await get(
    '/v1/audit/entries?from=2026-01-05T09:00:00Z&to=2026-01-05T11:00:00%2B01:00&kind=retrieval&before=9&limit=2&agentId=ann',
  )
  expect(reply.json()).toEqual({ entries: [entry], next: 1 })
  expect(calls).toEqual([
    [
      {
        from: Date.UTC(2026, 0, 5, 9),
        to: Date.UTC(2026, 0, 5, 10),
        kind: 'retrieval',
        before: 9,
        limit: 2,
        agentId: 'ann',
      },
    ],
  ])
})

test.each([
  ['limit=0', 'limit: must be a whole number from 1 to 200'],
  ['limit=1&limit=2', 'limit: must be a whole number from 1 to 200'],
  ['from=yesterday', 'from: must be an ISO 8601 time with a zone, such as 2026-03-31T22:00:00Z'],
  ['from=2026-01-05T09:00:00', 'from: must be an ISO 8601 time with a zone, such as 2026-03-31T22:00:00Z'],
  ['from=2026-01-05T09:00:00Z&to=2026-01-05T09:00:00Z', 'to: must be after from'],
  ['page=2', 'page: unknown key'],
  ['__proto__=2', '__proto__: unknown key'],
])('?%s is refused in one sentence', async (query, detail) => {
  const reply = await recording().get(`/v1/audit/entries?${query}`)
  expect([reply.statusCode, reply.json().detail]).toEqual([400, detail])
  expect(calls).toEqual([])
})

test('an index is a number', async () => {
  const { get } = recording()
  expect((await get('/v1/audit/entries/1')).json()).toEqual(entry)
  expect((await get('/v1/audit/entries/-1')).json().detail).toBe('index: must be a whole number')
  expect((await get('/v1/audit/proofs/inclusion/1')).json().size).toBe(2)
  expect((await get('/v1/audit/proofs/consistency/1')).json().to).toBe(2)
})

test('a checkpoint is the signed note itself, or JSON for who accepts nothing else', async () => {
  const { get } = recording()
  const text = await get('/v1/audit/checkpoint')
  expect(text.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(text.body).toBe(note)
  const json = await get('/v1/audit/checkpoint', { ...bearer('compliance'), accept: 'application/json' })
  expect(json.json()).toEqual({ checkpoint: note })
  const both = await get('/v1/audit/key', { ...bearer('compliance'), accept: 'text/plain, application/json' })
  expect(both.body).toBe('cuecard.example/log+1234+abcd\n')
})

test('an export is a stream of lines, made in the name of who asked', async () => {
  const { get } = recording()
  const reply = await get('/v1/audit/export?from=2026-01-05T09:00:00Z')
  expect(reply.headers['content-type']).toBe('application/x-ndjson')
  expect(reply.headers['content-disposition']).toBe('attachment; filename="cuecard-audit.jsonl"')
  expect(reply.body).toBe('{"index":0}\n{"index":1}\n{"index":2}\n')
  expect(calls).toMatchObject([
    [{ from: Date.UTC(2026, 0, 5, 9) }, 'compliance', { signal: { aborted: expect.any(Boolean) } }],
  ])
})

test('an export as CSV goes through what makes CSV, where there is one', async () => {
  const exportToCsv = async function* (lines: AsyncIterable<string>) {
    yield 'index'
    for await (const line of lines) yield String(JSON.parse(line).index)
  }
  const { get } = fakeService({ exportToCsv }, parts)
  const reply = await get('/v1/audit/export?format=csv')
  expect([reply.headers['content-type'], reply.body]).toEqual(['text/csv; charset=utf-8', 'index\n0\n1\n2\n'])
  expect((await recording().get('/v1/audit/export?format=csv')).statusCode).toBe(404)
})

test('an export that cannot begin is a problem with a status', async () => {
  const broken = {
    // biome-ignore lint/correctness/useYield: it fails before it could.
    async *export() {
      throw new Error('no database')
    },
  } as unknown as AuditTrail
  const reply = await fakeService({}, { audit: broken }).get('/v1/audit/export')
  expect(reply.json().code).toBe('internal')
})

test('an erasure names one person', async () => {
  const { post } = recording()
  const reply = await post('/v1/audit/erasures', { agentId: 'ann' }, bearer('compliance'))
  expect(reply.json()).toEqual({ keys: 1, entries: 7 })
  expect(calls).toEqual([[{ agentId: 'ann' }, 'compliance']])
  const both = await post('/v1/audit/erasures', { agentId: 'ann', interactionId: 'c' }, bearer('compliance'))
  expect(both.statusCode).toBe(400)
})

test('insight takes a queue, and lists take a limit', async () => {
  const { get } = recording()
  await get('/v1/insights/adoption?queue=q-1&by=hour&language=en-us', bearer('supervisor'))
  await get('/v1/insights/gaps?limit=5', bearer('supervisor'))
  expect(calls).toEqual([
    [{ queueId: 'q-1', by: 'hour', language: 'en-US' }],
    [{ queueId: undefined, limit: 5 }],
  ])
  expect((await get('/v1/insights/gaps?by=hour', bearer('supervisor'))).json().detail).toBe('by: unknown key')
})

test('deliveries are listed and replayed, with and without names', async () => {
  const { get, post, app } = recording()
  expect((await get('/v1/deliveries?state=dead', bearer('supervisor'))).json()).toEqual({ deliveries: [] })
  expect((await post('/v1/deliveries/replay', { ids: ['m-1'] }, bearer('supervisor'))).json()).toEqual({
    replayed: 3,
  })
  const all = await app.inject({
    method: 'POST',
    url: '/v1/deliveries/replay',
    headers: bearer('supervisor'),
  })
  expect(all.json()).toEqual({ replayed: 3 })
  expect(calls).toEqual([[{ state: 'dead' }], [['m-1']], [undefined]])
})

test('without a database the record is off, in a sentence', async () => {
  const reply = await fakeService().get('/v1/insights/latency')
  expect([reply.statusCode, reply.json().code]).toEqual([404, 'record.off'])
})

test('events need a key, and go on with it', async () => {
  const { post, asked } = fakeService()
  const event = { type: 'inserted', contentId: 'kb-1' }
  const without = await post('/v1/retrievals/r-1/events', event)
  expect(without.json()).toMatchObject({ status: 400, field: 'Idempotency-Key' })
  const reply = await post('/v1/retrievals/r-1/events', event, {
    ...bearer('agent:ann'),
    'idempotency-key': '"k-1"',
  })
  expect([reply.statusCode, reply.json().eventId]).toEqual([201, 'e-1'])
  expect(asked).toMatchObject([
    { args: ['r-1', event, { idempotencyKey: 'k-1', actor: { agentId: 'ann' } }] },
  ])
})

test('an utterance is handed on with its id and time, by which it falls in place and is added once', async () => {
  const { post, asked } = fakeService()
  const say = (body: object) => post('/v1/interactions/c-1/utterances', body, bearer('service'))
  const utterance = {
    speaker: 'customer',
    text: 'my card is',
    utteranceId: 'u-1',
    isFinal: false,
    offsetMs: 90,
  }
  expect((await say({ ...utterance, text: '' })).statusCode).toBe(400)
  expect((await say({ ...utterance, utteranceId: undefined })).statusCode).toBe(400)
  expect((await say(utterance)).statusCode).toBe(204)
  expect(asked.map(({ args }) => args[1])).toEqual([{ utterance }])
})

test('ready means every essential part is, and is looked at once a second', async () => {
  let looks = 0
  let ok = true
  const health = async () => {
    looks++
    return { database: { ok, essential: true, message: 'said' } }
  }
  const { get, end } = fakeService({}, { health })
  expect((await get('/readyz')).json()).toEqual({
    status: 'ready',
    parts: { database: { ok: true, essential: true, message: 'said' } },
  })
  ok = false
  expect((await get('/readyz')).statusCode).toBe(200)
  expect(looks).toBe(1)
  const red = await fakeService({}, { health }).get('/readyz')
  expect([red.statusCode, red.json().status]).toEqual([503, 'not_ready'])
  end()
  const ending = await get('/readyz')
  expect([ending.statusCode, ending.json().status]).toEqual([503, 'ending'])
})

test('an outage of Genesys does not take the service out of rotation', async () => {
  const health = async () => ({
    database: { ok: true, essential: true, message: 'said' },
    genesys: { ok: false, essential: false, message: 'Genesys does not answer' },
  })
  const reply = await fakeService({}, { health }).get('/readyz')
  expect([reply.statusCode, reply.json().status]).toEqual([200, 'degraded'])
})

test('metrics are told by their port, or not at all', async () => {
  const metrics = async () => ({
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    body: 'cuecard_up 1\n',
  })
  const reply = await fakeService({ metrics }).get('/metrics', {})
  expect([reply.headers['content-type'], reply.body]).toEqual([
    'text/plain; version=0.0.4; charset=utf-8',
    'cuecard_up 1\n',
  ])
  expect((await fakeService().get('/metrics')).statusCode).toBe(404)
})
