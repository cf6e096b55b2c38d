// The audit log alone, in its own thread as in the product: hashing, encryption, tree and outbox included, 64 entries
// waiting at a time; against the bare insertion of the same bytes into SQLite, in the same run.
import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { canonicalJson } from '../src/audit/canonical-json.ts'
import { verifyExport } from '../src/audit/verify-export.ts'
import { systemClock } from '../src/clock.ts'
import { DraftQueue } from '../src/ledger/draft-queue.ts'
import type { EntryDraft } from '../src/ledger/entry-draft.ts'
import { LogTrail } from '../src/ledger/log-trail.ts'
import { type OpenRecord, openRecordInThreads } from '../src/ledger/open-record.ts'
import { Secret } from '../src/secret.ts'
import { median, percentile } from './statistics.ts'

const concurrency = 64
const perRound = 20_000
const rounds = 5
/** Entries of the log that is exported and verified. */
const verified = 1_000_000

/** Interactions open at a time, each of one agent and of so many entries in all. */
const openAtOnce = 2000
const perInteraction = 20

/** An entry of about as many bytes as are given, of one of the interactions that are open then. */
function draftOf(index: number, filler: string): EntryDraft {
  const interaction = Math.floor(index / (openAtOnce * perInteraction)) * openAtOnce + (index % openAtOnce)
  const [agentId, interactionId] = [`agent-${interaction % 200}`, `interaction-${interaction}`]
  const retrievalId = `3f0c2a9e-5d41-8b7a-9c3e-${(0x1000000 + index).toString(16)}`
  const at = 1_780_000_000_000 + index
  const body = canonicalJson({
    agentId,
    at: new Date(at).toISOString(),
    interactionId,
    items: filler,
    kind: 'retrieval',
    query: `question ${index % 5000}`,
    retrievalId,
  })
  const retrieval = {
    retrievalId,
    queueId: `queue-${index % 12}`,
    language: 'en-US',
    freshness: 'fresh',
    degraded: '',
    latencyUs: 900,
    items: 5,
    profile: 'tutorial',
    query: `question ${index % 5000}`,
  }
  return { kind: 'retrieval', at, agentId, interactionId, body, retrieval }
}

const sizes = { '0.8 KB': 'x'.repeat(560), '3 KB': 'x'.repeat(2760) }

const auditKey = randomBytes(32)

function open(url: string): OpenRecord {
  const settings = {
    database: { url: new Secret(url), connections: 4 },
    auditKey,
    origin: 'bench.example/log',
    endpoints: [{ name: 'hook', kinds: ['retrieval'] as const }],
    retentionMonths: 13,
    searchableDays: 90,
    latencyBudgetMs: 200,
    deliveries: { webhooks: [], allowedHosts: [], timeoutSeconds: 15, concurrency: 1 },
  }
  return openRecordInThreads(settings, { clock: systemClock, random: Math.random, onSettled: () => {} })
}

/** Entries a second, with `concurrency` of them waiting at any time. */
async function append(
  record: OpenRecord,
  from: number,
  count: number,
  filler: string,
  atOnce = concurrency,
): Promise<number> {
  const queue = new DraftQueue({
    send: (drafts) => record.ledger.append(drafts),
    soon: setImmediate,
    max: 100_000,
  })
  let next = from
  const start = performance.now()
  const writer = async () => {
    while (next < from + count) await queue.append(draftOf(next++, filler))
  }
  await Promise.all(Array.from({ length: atOnce }, writer))
  return (count * 1000) / (performance.now() - start)
}

/** The same bytes into one table in as large transactions. */
function bareSqlite(folder: string, filler: string): number {
  const database = new DatabaseSync(join(folder, `bare-${randomBytes(4).toString('hex')}.db`))
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = full; create table rows (id integer primary key, body text)',
  )
  const insert = database.prepare('insert into rows values (?, ?)')
  const start = performance.now()
  for (let from = 0; from < perRound; from += concurrency) {
    database.exec('begin immediate')
    for (let index = from; index < from + concurrency; index++) insert.run(index, draftOf(index, filler).body)
    database.exec('commit')
  }
  const perSecond = (perRound * 1000) / (performance.now() - start)
  database.close()
  return perSecond
}

export async function audit(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'cuecard-bench-'))
  try {
    return {
      ...(await throughput(folder)),
      ...(await postgresThroughput()),
      ...(await largeLog(folder)),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function throughput(folder: string): Promise<Record<string, number>> {
  const figures: Record<string, number> = {}
  for (const [size, filler] of Object.entries(sizes)) {
    const record = open(`sqlite:${join(folder, `${size.replace(' ', '')}.db`)}`)
    await append(record, 0, 2000, filler)
    const measured: { ratio: number; perSecond: number }[] = []
    for (let round = 0; round < rounds; round++) {
      const bare = bareSqlite(folder, filler)
      const perSecond = await append(record, 2000 + round * perRound, perRound, filler)
      measured.push({ perSecond, ratio: perSecond / bare })
    }
    await record.close()
    figures[`SQLite, ${size}: ratio to bare insertion`] = median(measured.map(({ ratio }) => ratio))
    figures[`SQLite, ${size}: entries a second`] = Math.round(
      median(measured.map(({ perSecond }) => perSecond)),
    )
  }
  return figures
}

async function postgresThroughput(): Promise<Record<string, number>> {
  const url = process.env.CUECARD_TEST_POSTGRES_URL
  if (url === undefined) return {}
  const schema = `bench_${randomBytes(6).toString('hex')}`
  const address = new URL(url)
  address.searchParams.set('schema', schema)
  const figures: Record<string, number> = {}
  const record = open(address.href)
  try {
    let from = 0
    for (const [size, filler] of Object.entries(sizes)) {
      const measured: number[] = []
      for (let round = 0; round <= rounds; round++) {
        measured.push(await append(record, from, perRound, filler))
        from += perRound
      }
      figures[`PostgreSQL, ${size}: entries a second`] = Math.round(median(measured.slice(1)))
    }
  } finally {
    await record.close()
    const client = new pg.Client(url)
    await client.connect()
    await client.query(`drop schema if exists ${schema} cascade`)
    await client.end()
  }
  return figures
}

/** What a log of a million entries takes: to prove, to open, to export, to verify. */
async function largeLog(folder: string): Promise<Record<string, number>> {
  const url = `sqlite:${join(folder, 'large.db')}`
  const record = open(url)
  await append(record, 0, verified, sizes['0.8 KB'], 2000)
  const newest = await record.ledger.checkpoint()
  const times: number[] = []
  for (let count = 0; count < 200; count++) {
    const index = Math.floor((count * verified) / 200)
    const start = performance.now()
    await record.reader.inclusion(index, newest)
    times.push(performance.now() - start)
  }
  const { verifierKey } = await record.ledger.identity()
  const file = join(folder, 'large.jsonl')
  const exportStart = performance.now()
  const trail = new LogTrail({ ...record, maskId: (text) => text, append: async () => {} })
  const lines = async function* () {
    for await (const line of trail.export({}, 'benchmark')) yield `${line}\n`
  }
  await pipeline(lines, createWriteStream(file))
  const exportSeconds = (performance.now() - exportStart) / 1000
  await record.close()
  const openStart = performance.now()
  const again = open(url)
  await again.ledger.identity()
  const openMs = performance.now() - openStart
  await again.close()
  const verifyStart = performance.now()
  const verdict = await verifyExport(createReadStream(file), { publicKey: verifierKey })
  if (!verdict.verified) throw new Error(`the export does not verify: ${JSON.stringify(verdict.failure)}`)
  return {
    'log of 1,000,000 entries: inclusion proof, median ms': median(times),
    'log of 1,000,000 entries: inclusion proof, p99 ms': percentile(times, 0.99),
    'log of 1,000,000 entries: opening it, ms': openMs,
    'log of 1,000,000 entries: exporting it, s': exportSeconds,
    'log of 1,000,000 entries: verifying the export, s': (performance.now() - verifyStart) / 1000,
  }
}
