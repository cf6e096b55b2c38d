// The schema's history. A migration that has been released is never changed: a new one is added.
import { type ColumnDataType, type CreateTableBuilder, type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { CuecardError } from '../errors.ts'
import { keyGroup } from './key-group.ts'
import type { Tables } from './tables.ts'

export type Dialect = 'sqlite' | 'postgres'

/**
 * Brings a database to the newest schema; `schema`: where PostgreSQL keeps it.
 * @throws CuecardError `record.incompatible` for a database of a newer version.
 */
export async function migrate(db: Kysely<Tables>, dialect: Dialect, schema?: string): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrationsOf(dialect) },
    migrationTableName: 'cuecard_migration',
    migrationLockTableName: 'cuecard_migration_lock',
    // Or it would look for its tables in every schema.
    ...(schema !== undefined && { migrationTableSchema: schema }),
  })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  if (error instanceof Error && error.message.startsWith('corrupted migrations'))
    throw new CuecardError(
      'record.incompatible',
      'The database is of a newer version of cuecard; start that version, or restore a backup from before the upgrade',
      {},
      error,
    )
  throw error
}

function migrationsOf(dialect: Dialect): Record<string, Migration> {
  const bytes = (dialect === 'sqlite' ? 'blob' : 'bytea') satisfies ColumnDataType
  const number = (dialect === 'sqlite' ? 'integer' : 'bigint') satisfies ColumnDataType
  return { '2026-11-22-record': { up: (db) => createRecord(db, bytes, number, dialect) } }
}

type Bytes = 'blob' | 'bytea'
type Whole = 'integer' | 'bigint'

async function createRecord(
  db: Kysely<unknown>,
  bytes: Bytes,
  whole: Whole,
  dialect: Dialect,
): Promise<void> {
  const table = (name: string) => new Table(db, name, bytes, whole)
  await table('ledger_head')
    .key('id')
    .texts('origin', 'configuration')
    .bytes('public_key', 'signing_key')
    .numbers('size', 'next_key', 'key_epoch', 'created_at')
    .create()
  await table('entries')
    .key('idx')
    .numbers('at', 'kind', 'key_id')
    .bytes('commitment')
    .maybeBytes('box')
    .create()
  await table('person_keys').key('id').texts('agent_id', 'interaction_id').bytes('wrapped').create()
  await table('retrievals')
    .key('idx')
    .texts('retrieval_id', 'queue_id', 'language', 'freshness', 'degraded', 'profile')
    .numbers('latency_us', 'items')
    .maybeBytes('query_digest')
    .create()
  await table('events')
    .key('idx')
    .numbers('retrieval_idx')
    .texts('type', 'content_id', 'queue_id', 'language')
    .create()
  await table('tiles').numbers('level', 'idx').bytes('hashes').create('level', 'idx')
  await table('checkpoints').key('size').texts('note').create()
  await table('outbox')
    .numbers('entry_idx', 'due_at', 'attempts', 'state')
    .texts('endpoint')
    .maybeTexts('error')
    .withoutRowid(dialect)
    .create('entry_idx', 'endpoint')
  await table('endpoints').texts('name', 'disabled').create('name')
  await table('idempotency').texts('key', 'request', 'receipt').numbers('at').create('key')
  // What is encrypted cannot be compressed: PostgreSQL would try, at twice the cost of writing it.
  if (dialect === 'postgres')
    await sql`alter table entries alter column box set storage external, set (toast_tuple_target = 8160)`.execute(
      db,
    )
  const index = async (table: string, columns: string[], unique = false) => {
    const made = db.schema
      .createIndex(`${table}_${columns.join('_')}`)
      .on(table)
      .columns(columns)
    await (unique ? made.unique() : made).execute()
  }
  await index('entries', ['at'])
  // PostgreSQL writes what changed in a page, SQLite the page: only there does it matter how many there are.
  if (dialect === 'postgres') await index('entries', ['key_id'])
  else await sql`create index entries_key_id on entries (${keyGroup('key_id')}, idx, key_id)`.execute(db)
  await index('person_keys', ['agent_id'])
  await index('person_keys', ['interaction_id'])
  await index('retrievals', ['retrieval_id'], true)
  // Covers what insight asks of events.
  await index('events', ['retrieval_idx', 'content_id', 'type', 'idx'])
  await index('outbox', ['endpoint', 'state', 'due_at'])
  await index('idempotency', ['at'])
}

/** Columns by kind: nearly all of them are of three, and none may be null. */
class Table {
  readonly #bytes: Bytes
  readonly #whole: Whole
  #builder: CreateTableBuilder<string>

  constructor(db: Kysely<unknown>, name: string, bytes: Bytes, whole: Whole) {
    this.#builder = db.schema.createTable(name)
    this.#bytes = bytes
    this.#whole = whole
  }

  key(name: string): this {
    this.#builder = this.#builder.addColumn(name, this.#whole, (column) => column.primaryKey().notNull())
    return this
  }

  numbers(...names: string[]): this {
    return this.#add(names, this.#whole, true)
  }

  texts(...names: string[]): this {
    return this.#add(names, 'text', true)
  }

  maybeTexts(...names: string[]): this {
    return this.#add(names, 'text', false)
  }

  bytes(...names: string[]): this {
    return this.#add(names, this.#bytes, true)
  }

  maybeBytes(...names: string[]): this {
    return this.#add(names, this.#bytes, false)
  }

  /** SQLite keeps the rows in the primary key itself, instead of beside it. */
  withoutRowid(dialect: Dialect): this {
    if (dialect === 'sqlite') this.#builder = this.#builder.modifyEnd(sql`without rowid`)
    return this
  }

  create(...primaryKey: string[]): Promise<void> {
    if (primaryKey.length === 0) return this.#builder.execute()
    return this.#builder
      .addPrimaryKeyConstraint(`primary_key_${primaryKey.join('_')}`, primaryKey as never[])
      .execute()
  }

  #add(names: string[], type: Bytes | Whole | 'text', needed: boolean): this {
    for (const name of names)
      this.#builder = this.#builder.addColumn(name, type, (column) => (needed ? column.notNull() : column))
    return this
  }
}
