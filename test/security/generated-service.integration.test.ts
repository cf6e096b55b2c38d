// The real service with its record on, under thousands of generated requests: no 5xx, no crash, and nothing that grows.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { Agent, request as send } from 'undici'
import { expect, test } from 'vitest'
import type { Role } from '../../src/access/actor.ts'
import { apiKeyHash, apiKeyText, changeApiKeys } from '../../src/access/api-key-file.ts'
import { verifyExport } from '../../src/audit/verify-export.ts'
import { startParts } from '../../src/cli/start-parts.ts'
import { parseConfig } from '../../src/config/config-schema.ts'
import { startService } from '../../src/http/start-service.ts'
import { createSimulator } from '../../src/simulator/index.ts'
import { type AnyRequest, anyRequest } from '../http/any-request.ts'
import { articles, conversations } from '../simulator/sample-organisation.ts'

/** `CUECARD_GENERATED_REQUESTS=100000` for the long run. */
const count = Number(process.env.CUECARD_GENERATED_REQUESTS ?? 4000)
const batch = 100

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** A key for each caller that the generated requests name. */
const callers = {
  service: 'service',
  'agent:ann': 'agent',
  supervisor: 'supervisor',
  compliance: 'compliance',
}
function makeKeys(file: string): ReadonlyMap<string, string> {
  const made = Object.entries(callers).map(([name, role], index) => {
    const text = apiKeyText(role, Buffer.alloc(32, index + 1))
    const agentId = role === 'agent' ? { agentId: 'ann' } : {}
    return { name, text, key: { id: role, hash: apiKeyHash(text), roles: [role as Role], ...agentId } }
  })
  changeApiKeys(file, () => made.map(({ key }) => key))
  return new Map(made.map(({ name, text }) => [name, text]))
}

async function start(folder: string) {
  const simulator = createSimulator({ articles, conversations, quotaPerMinute: 10_000_000 })
  const genesys = await simulator.listen()
  const keysFile = join(folder, 'keys.json')
  const keys = makeKeys(keysFile)
  const config = parseConfig({
    genesys: {
      clientId: 'simulator',
      clientSecret: 'simulator-secret',
      apiUrl: genesys.url,
      loginUrl: genesys.url,
      quotaPerMinute: 100_000,
    },
    // Small, so that they are full early: what grows after that has no bound.
    cache: { maxMegabytes: 2 },
    context: { maxInteractions: 200 },
    access: { apiKeysFile: keysFile, genesysTokens: false },
    http: { port: 0, requestsPerMinute: 10_000_000, maxEventLoopDelayMs: 60_000 },
    database: { url: `sqlite:${join(folder, 'cuecard.db')}` },
    logLevel: 'error',
  })
  const { close, ...parts } = await startParts(config)
  const service = await startService({ ...parts, config: config.http })
  return {
    service,
    keys,
    audit: parts.cuecard.audit,
    async end() {
      await service.close()
      await close?.()
      await genesys.close()
    },
  }
}

type Running = Awaited<ReturnType<typeof start>>

async function ask({ service, keys }: Running, agent: Agent, one: Asked) {
  const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(one.method)
  const token = keys.get(one.token) ?? one.token
  const { statusCode, body } = await send(`${service.url}${one.path}`, {
    dispatcher: agent,
    method: one.method,
    headers: {
      'idempotency-key': one.key,
      ...(hasBody && one.type !== '' && { 'content-type': one.type }),
      ...(token !== '' && { authorization: `Bearer ${token}` }),
    },
    ...(hasBody && { body: one.body }),
  })
  return { status: statusCode, text: await body.text() }
}

interface Asked extends Pick<AnyRequest, 'method' | 'path' | 'body'> {
  readonly type: string
  readonly token: string
  readonly key: string
}

/** A day's work of desktops, so that what is odd comes between it. */
const workOf = fc.record({
  kind: fc.constantFrom('retrieve', 'retrieve', 'event', 'context', 'utterance'),
  interaction: fc.nat(5000),
  agent: fc.nat(50),
  word: fc.nat(300),
})

/** What was shown, for events to tell of. */
interface ShownItem {
  readonly retrievalId: string
  readonly contentId: string
}

function requestOf(
  { kind, interaction, agent, word }: typeof workOf extends fc.Arbitrary<infer T> ? T : never,
  shown: readonly ShownItem[],
  number: number,
): Asked {
  const id = `call-${interaction}`
  const { retrievalId, contentId } = shown[word % shown.length] ?? { retrievalId: 'none', contentId: 'none' }
  const [method, path, body] = {
    retrieve: [
      'POST',
      '/v1/retrievals',
      { interactionId: id, agentId: `a-${agent}`, query: `late fee ${word}` },
    ],
    event: ['POST', `/v1/retrievals/${retrievalId}/events`, { type: 'opened', contentId }],
    context: [
      'PUT',
      `/v1/interactions/${id}/context`,
      { tags: [`tag-${word}`], queueId: `queue-${word % 7}` },
    ],
    utterance: [
      'POST',
      `/v1/interactions/${id}/utterances`,
      { speaker: 'customer', text: `late fee ${word}` },
    ],
  }[kind] as [AnyRequest['method'], string, object]
  const type = 'application/json'
  return { method, path, body: Buffer.from(JSON.stringify(body)), type, token: 'service', key: `n-${number}` }
}

/** What each answer must have left in the record. */
function expected(answered: ReadonlyMap<string, number>) {
  const of = (name: string) => answered.get(name) ?? 0
  const denied = [...answered]
    .filter(([name]) => /^40[13] /.test(name))
    .reduce((sum, [, count]) => sum + count, 0)
  return {
    retrieval: of('200 /v1/retrievals'),
    adoption: of('201 event'),
    export: of('200 /v1/audit/export'),
    erasure: of('200 /v1/audit/erasures'),
    denied,
  }
}

const heapNow = () => {
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().heapUsed / 1024 / 1024
}

const resources = () => process.getActiveResourcesInfo().filter((name) => /TCP|Pipe|FSReq/.test(name)).length

test(`${count} generated requests to the real service: no 5xx, no crash, no growth`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cuecard-generated-'))
  const resourcesBefore = resources()
  const running = await start(folder)
  const agent = new Agent({ connections: 16 })
  const answered = new Map<string, number>()
  const shown: ShownItem[] = []
  let warmHeap = 0
  for (let done = 0; done < count; done += batch) {
    if (warmHeap === 0 && done >= count / 2) warmHeap = heapNow()
    const size = Math.min(batch, count - done)
    const odd = fc.sample(anyRequest, { numRuns: Math.ceil(size / 2), seed: done + 1 })
    const usual = fc.sample(workOf, { numRuns: Math.floor(size / 2), seed: done + 2 })
    const some = [...odd, ...usual.map((one, index) => requestOf(one, shown, done + index))]
    const answers = await Promise.all(some.map((one) => ask(running, agent, one)))
    for (const [index, { status, text }] of answers.entries()) {
      const path = some[index]?.path.split('?')[0] ?? ''
      const name = status === 201 ? '201 event' : `${status} ${path}`
      const known = /^201 |\/v1\/(retrievals|audit\/export|audit\/erasures)$/.test(name)
        ? name
        : `${status} other`
      answered.set(known, (answered.get(known) ?? 0) + 1)
      if (name === '200 /v1/retrievals') {
        const { retrievalId, items } = JSON.parse(text)
        if (items.length > 0) shown.splice(99, 1, { retrievalId, contentId: items[0].contentId })
      }
      if (status >= 500) throw new Error(`${status} to ${JSON.stringify(some[index])}: ${text}`)
    }
  }
  const grownHeap = heapNow() - warmHeap
  const { kinds, verdict } = await readLog(running)
  const left = expected(answered)
  await agent.close()
  await running.end()
  const bytes = statSync(join(folder, 'cuecard.db')).size
  rmSync(folder, { recursive: true })
  const entries = [...kinds.values()].reduce((sum, count) => sum + count, 0)
  if (count > 10_000) console.log({ answered, kinds, grownHeap, bytes, entries })

  expect([verdict.verified, verdict.failure]).toEqual([true, null])
  expect(kinds.get('retrieval') ?? 0).toBe(left.retrieval)
  expect(kinds.get('adoption') ?? 0).toBe(left.adoption)
  expect(left.adoption).toBeGreaterThan(count / 50)
  // One more: the export that this is read from.
  expect(kinds.get('export') ?? 0).toBe(left.export + 1)
  expect(kinds.get('erasure') ?? 0).toBe(left.erasure)
  expect(kinds.get('refusal') ?? 0).toBeLessThanOrEqual(left.denied)
  expect(bytes / entries).toBeLessThan(8192)
  expect(grownHeap).toBeLessThan(25)
  // Sockets that were ended take some turns to be gone.
  for (let turn = 0; resources() > resourcesBefore && turn < 100_000; turn++)
    await new Promise((resolve) => setImmediate(resolve))
  expect(resources(), process.getActiveResourcesInfo().join()).toBeLessThanOrEqual(resourcesBefore)
}, 1_200_000)

/** Entries by kind; those that were erased tell theirs no more, so that the page of the log does. */
async function readLog({ audit }: Running) {
  const lines: string[] = []
  for await (const line of audit?.export({}, 'test') ?? []) lines.push(line)
  const verdict = await verifyExport(Readable.from(lines.map((line) => `${line}\n`)))
  const kinds = new Map<string, number>()
  let before: number | undefined
  do {
    const page = await audit?.entries({ limit: 200, before })
    for (const { kind } of page?.entries ?? []) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    before = page?.next ?? undefined
  } while (before !== undefined)
  return { kinds, verdict }
}
