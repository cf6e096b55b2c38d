// Each report of insight over a million entries: a month of a contact centre, and its last seven days.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { StoreInsights } from '../src/insight/store-insights.ts'
import type { InsightQuery } from '../src/ledger/record.ts'
import { Secret } from '../src/secret.ts'
import type { LedgerStore } from '../src/storage/ledger-store.ts'
import { openPostgresStore } from '../src/storage/postgres-store.ts'
import { openSqliteStore } from '../src/storage/sqlite-store.ts'
import type { Tables } from '../src/storage/tables.ts'
import { FakeClock } from '../src/testing/index.ts'
import { fillMonth, monthEnd } from './insight-rows.ts'
import { median } from './statistics.ts'

const entries = 1_000_000
const rounds = 3

const reports: readonly (readonly [keyof StoreInsights, InsightQuery['by']])[] = [
  ['adoption', undefined],
  ['adoption', 'queue'],
  ['adoption', 'hour'],
  ['latency', undefined],
  ['latency', 'queue'],
  ['latency', 'hour'],
  ['freshness', undefined],
  ['freshness', 'queue'],
  ['freshness', 'hour'],
  ['content', undefined],
  ['gaps', undefined],
  ['use', undefined],
]

export async function insight(): Promise<Record<string, number>> {
  const postgres = process.env.CUECARD_TEST_POSTGRES_URL
  return { ...(await overSqlite()), ...(postgres === undefined ? {} : await overPostgres(postgres)) }
}

async function overSqlite(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'cuecard-insight-'))
  try {
    const store = await openSqliteStore(join(folder, 'record.db'))
    await fillMonth(store, entries)
    const figures = await timesOf('SQLite', store)
    await store.close()
    return figures
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function overPostgres(address: string): Promise<Record<string, number>> {
  const url = new URL(address)
  const schema = `insight_${randomUUID().replaceAll('-', '')}`
  url.searchParams.set('schema', schema)
  const store = await openPostgresStore({ url: new Secret(url.href), connections: 2 })
  // The store's own connections give up on what takes as long as filling it.
  const patient = new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool: new pg.Pool({ connectionString: address, options: `-c search_path=${schema}`, max: 1 }),
    }),
  })
  try {
    await fillMonth({ db: patient, dialect: 'postgres' }, entries)
    // What autovacuum would have done by then.
    for (const table of ['entries', 'retrievals', 'events'])
      await sql`vacuum analyze ${sql.table(table)}`.execute(patient)
    return await timesOf('PostgreSQL', store)
  } finally {
    await store.close()
    await sql`drop schema ${sql.id(schema)} cascade`.execute(patient)
    await patient.destroy()
  }
}

async function timesOf(database: string, store: LedgerStore): Promise<Record<string, number>> {
  const insights = new StoreInsights({
    store,
    clock: new FakeClock(monthEnd),
    latencyBudgetMs: 200,
    bodiesOf: async (indexes) => new Map(indexes.map((index) => [index, { at: monthEnd, body: {} }])),
  })
  const times: Record<string, number> = {}
  for (const [span, from] of [['all of them', 0] as const, ['7 days', undefined] as const])
    for (const [report, by] of reports) {
      const taken: number[] = []
      for (let round = 0; round < rounds; round++) {
        const start = performance.now()
        await insights[report]({ from, by })
        taken.push(performance.now() - start)
      }
      times[`${database}, ${span}: ${report}${by === undefined ? '' : ` by ${by}`}, ms`] = median(taken)
    }
  return times
}
