// The real databases that stores are tested on: SQLite in a file of its own, PostgreSQL in a schema of its own.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { Secret } from '../../src/secret.ts'
import type { StoreSettings } from '../../src/storage/open-store.ts'

/** A fresh database, and how to take it away again. */
export interface RealDatabase {
  readonly settings: StoreSettings
  drop(): Promise<void>
}

async function sqlite(): Promise<RealDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'cuecard-store-'))
  return {
    settings: { url: new Secret(`sqlite:${join(folder, 'cuecard.db')}`), connections: 2 },
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Where nothing is set, the usual one of this machine; CI sets it. */
const postgresUrl = process.env.CUECARD_TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test'

async function postgres(): Promise<RealDatabase> {
  const schema = `cuecard_${randomBytes(8).toString('hex')}`
  const url = new URL(postgresUrl)
  url.searchParams.set('schema', schema)
  return {
    settings: { url: new Secret(url.href), connections: 3 },
    async drop() {
      const client = new pg.Client(postgresUrl)
      await client.connect()
      await client.query(`drop schema if exists ${schema} cascade`)
      await client.end()
    },
  }
}

/** Each kind of store, for `describe.each`. */
export const realDatabases: readonly (readonly [name: string, make: () => Promise<RealDatabase>])[] = [
  ['SQLite', sqlite],
  ['PostgreSQL', postgres],
]
