// Stores with made-up rows, for the tests of insight: no ledger is needed to count.
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { Secret } from '../../src/secret.ts'
import type { LedgerStore } from '../../src/storage/ledger-store.ts'
import { openPostgresStore } from '../../src/storage/postgres-store.ts'
import { openSqliteStore } from '../../src/storage/sqlite-store.ts'

export interface OpenStore {
  readonly store: LedgerStore
  /** Closes it and takes away all that was in it. */
  end(): Promise<void>
}

export async function sqliteInsightStore(): Promise<OpenStore> {
  const folder = mkdtempSync(join(tmpdir(), 'cuecard-insight-'))
  const store = await openSqliteStore(join(folder, 'record.db'))
  return {
    store,
    async end() {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** In a schema of its own of the database that the tests may use. */
export async function postgresInsightStore(): Promise<OpenStore> {
  const url = new URL(process.env.CUECARD_TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test')
  const schema = `insight_${randomUUID().replaceAll('-', '')}`
  url.searchParams.set('schema', schema)
  const store = await openPostgresStore({ url: new Secret(url.href), connections: 2 })
  return {
    store,
    async end() {
      await sql`drop schema ${sql.id(schema)} cascade`.execute(store.db)
      await store.close()
    },
  }
}

export interface RetrievalRow {
  readonly kind: 'retrieval'
  readonly at: number
  readonly queue: string
  readonly language: string
  readonly freshness: string
  readonly degraded: string
  readonly latencyUs: number
  readonly items: number
  /** Empty for none. */
  readonly query: string
}

export interface EventRow {
  readonly kind: 'event'
  readonly at: number
  /** Index of the retrieval's entry. */
  readonly retrieval: number
  readonly type: string
  readonly contentId: string
}

/** What stands in the log, by index. */
export type Row = RetrievalRow | EventRow

/** Empties the tables and puts these rows in; the person's key of each entry is there. */
export async function fill({ db }: LedgerStore, rows: readonly Row[]): Promise<void> {
  for (const table of ['entries', 'retrievals', 'events', 'person_keys'] as const)
    await db.deleteFrom(table).execute()
  if (rows.length === 0) return
  const nothing = Buffer.alloc(32)
  await db
    .insertInto('entries')
    .values(
      rows.map(({ at, kind }, idx) => ({
        idx,
        at,
        kind: kind === 'retrieval' ? 0 : 1,
        key_id: idx,
        commitment: nothing,
        box: nothing,
      })),
    )
    .execute()
  await db
    .insertInto('person_keys')
    .values(rows.map((_, id) => ({ id, agent_id: '', interaction_id: '', wrapped: nothing })))
    .execute()
  const retrievals = rows.flatMap((row, idx) => (row.kind === 'retrieval' ? [{ ...row, idx }] : []))
  if (retrievals.length > 0)
    await db
      .insertInto('retrievals')
      .values(
        retrievals.map((row) => ({
          idx: row.idx,
          retrieval_id: randomBytes(8).toString('hex'),
          queue_id: row.queue,
          language: row.language,
          freshness: row.freshness,
          degraded: row.degraded,
          latency_us: row.latencyUs,
          items: row.items,
          profile: 'tutorial',
          query_digest: row.query === '' ? null : Buffer.from(row.query.padEnd(8)).subarray(0, 8),
        })),
      )
      .execute()
  const events = rows.flatMap((row, idx) => (row.kind === 'event' ? [{ ...row, idx }] : []))
  if (events.length > 0)
    await db
      .insertInto('events')
      .values(
        events.map(({ idx, retrieval, type, contentId }) => ({
          idx,
          retrieval_idx: retrieval,
          type,
          content_id: contentId,
          queue_id: '',
          language: '',
        })),
      )
      .execute()
}
