// The embedded store: SQLite inside Node, write-ahead log, each commit on disk.
import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { CuecardError, type ErrorCode } from '../errors.ts'
import type { Batch, LedgerStore, NewEntry } from './ledger-store.ts'
import { migrate } from './migrations.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import type { HeadTable, Tables } from './tables.ts'
import { walBytes } from './wal-keeper.ts'

export interface StoreOptions {
  readonly readOnly?: boolean
  /** Somebody else keeps SQLite's write-ahead log short: {@link keepWalShort}. */
  readonly walIsKept?: boolean
}

/** Where it is not kept short after all, the writer looks after so many commits, and does it itself from so many bytes. */
const commitsBetweenLooks = 256
const maxWalBytes = 64 * 1024 * 1024

/** Milliseconds to wait for another process that is writing. */
const busyMs = 5000
/** The same while deleted rows are scrubbed: nobody's reply waits behind that. */
const scrubBusyMs = 50

/**
 * Opens a database file, made if it is not there; several processes may have it open. `:memory:` is one that ends with
 * the process.
 * @throws CuecardError `record.unavailable` (cannot be opened or written), `record.incompatible`.
 */
export async function openSqliteStore(
  file: string,
  { readOnly = false, walIsKept = false }: StoreOptions = {},
): Promise<LedgerStore> {
  const database = openDatabase(file, readOnly)
  try {
    const db = new Kysely<Tables>({ dialect: sqliteDialect(database) })
    if (!readOnly) {
      // A file without the right to write it opens all the same, and would stay so when the right is given.
      database.exec('begin immediate; rollback')
      await migrate(db, 'sqlite')
    }
    if (walIsKept) database.exec('pragma wal_autocheckpoint = 0')
    return new SqliteStore(database, db, file, walIsKept)
  } catch (error) {
    database.close()
    throw sqliteFailure(error, file)
  }
}

function openDatabase(file: string, readOnly: boolean): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    if (!readOnly && file !== ':memory:') makePrivate(file)
    database = new DatabaseSync(file, { readOnly, timeout: busyMs })
    // Erased keys are overwritten, not just let go.
    database.exec(`
      pragma journal_mode = wal;
      pragma synchronous = full;
      pragma secure_delete = on;
      pragma cache_size = -16384;
      pragma wal_autocheckpoint = 4000;
      pragma journal_size_limit = 67108864;
    `)
    return database
  } catch (error) {
    database?.close()
    throw sqliteFailure(error, file)
  }
}

/** For this user alone, where it is not there yet; the files beside it get the same rights. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600))
  } catch (error) {
    // SQLite would open it for reading, and leave files beside it that nobody may write even when the right is given.
    if (existsSync(file)) throw unusable(file, reasons[8], error)
    // Anything else SQLite says itself.
  }
}

class SqliteStore implements LedgerStore {
  readonly dialect = 'sqlite'
  readonly commitsAtOnce = 1
  readonly db: Kysely<Tables>
  readonly #database: DatabaseSync
  readonly #file: string
  readonly #inode: bigint | undefined
  readonly #walIsKept: boolean
  #statements: Statements | undefined
  #commits = 0

  constructor(database: DatabaseSync, db: Kysely<Tables>, file: string, walIsKept: boolean) {
    this.#walIsKept = walIsKept
    this.#database = database
    this.db = db
    this.#file = file
    this.#inode = inodeOf(file)
  }

  head(): Promise<HeadTable | undefined> {
    return this.#explained(() => this.db.selectFrom('ledger_head').selectAll().executeTakeFirst())
  }

  async create(head: HeadTable): Promise<void> {
    await this.#explained(() =>
      this.db
        .insertInto('ledger_head')
        .values(head)
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    )
  }

  async commit(batch: Batch): Promise<boolean> {
    this.#demandFile()
    try {
      this.#database.exec('begin immediate')
    } catch (error) {
      throw sqliteFailure(error, this.#file)
    }
    try {
      this.#statements ??= prepare(this.#database)
      const isUnmoved = write(this.#statements, batch)
      this.#database.exec(isUnmoved ? 'commit' : 'rollback')
      if (this.#walIsKept && ++this.#commits % commitsBetweenLooks === 0) this.#shortenWal()
      return isUnmoved
    } catch (error) {
      // A full disk has rolled back by itself.
      if (this.#database.isTransaction) this.#database.exec('rollback')
      throw sqliteFailure(error, this.#file)
    }
  }

  transaction<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.#explained(() => {
      this.#demandFile()
      return this.db.transaction().execute(work)
    })
  }

  /** Whoever reads the write-ahead log, or copies it into the file, keeps it as it is: SQLite says so in a row. */
  scrub(): Promise<boolean> {
    return this.#explained(async () => {
      this.#database.exec(`pragma busy_timeout = ${scrubBusyMs}`)
      try {
        return this.#database.prepare('pragma wal_checkpoint(truncate)').get()?.busy !== 1
      } finally {
        this.#database.exec(`pragma busy_timeout = ${busyMs}`)
      }
    })
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
  }

  #shortenWal(): void {
    if (walBytes(this.#file) > maxWalBytes) this.#database.exec('pragma wal_checkpoint(passive)')
  }

  /** SQLite goes on writing a file that was deleted or moved away, where nobody finds it again. */
  #demandFile(): void {
    if (inodeOf(this.#file) === this.#inode) return
    throw new CuecardError(
      'record.unavailable',
      `The database ${this.#file} was moved or deleted; put it back, or restart cuecard to begin another`,
    )
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw sqliteFailure(error, this.#file)
    }
  }
}

/** Undefined where there is none, as for a database in memory. */
function inodeOf(file: string): bigint | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino
}

type Statements = Readonly<
  Record<
    | 'head'
    | 'move'
    | 'key'
    | 'entry'
    | 'retrieval'
    | 'event'
    | 'tile'
    | 'checkpoint'
    | 'outbox'
    | 'idempotency',
    StatementSync
  >
>

function prepare(database: DatabaseSync): Statements {
  const insert = (table: string, count: number, ending = '') =>
    database.prepare(`insert into ${table} values (${'?,'.repeat(count).slice(0, -1)})${ending}`)
  const columns = (table: string, names: string) => `${table} (${names})`
  return {
    head: database.prepare('select size, key_epoch, next_key from ledger_head'),
    move: database.prepare('update ledger_head set size = ?, next_key = ?'),
    key: insert(columns('person_keys', 'id, agent_id, interaction_id, wrapped'), 4),
    entry: insert(columns('entries', 'idx, at, kind, key_id, commitment, box'), 6),
    retrieval: insert(
      columns(
        'retrievals',
        'idx, retrieval_id, queue_id, language, freshness, degraded, latency_us, items, profile, query_digest',
      ),
      10,
    ),
    event: insert(columns('events', 'idx, retrieval_idx, type, content_id, queue_id, language'), 6),
    tile: insert(
      columns('tiles', 'level, idx, hashes'),
      3,
      ' on conflict (level, idx) do update set hashes = excluded.hashes',
    ),
    checkpoint: insert(columns('checkpoints', 'size, note'), 2, ' on conflict do nothing'),
    outbox: database.prepare(`insert into outbox (entry_idx, endpoint, due_at, attempts, state)
      select idx, ?, at, 0, 0 from entries where idx >= ? and idx < ?`),
    idempotency: insert(
      columns('idempotency', 'key, request, receipt, at'),
      4,
      ' on conflict (key) do update set request = excluded.request, receipt = excluded.receipt, at = excluded.at',
    ),
  }
}

/** False, and nothing written, if the head has moved. */
function write(sql: Statements, batch: Batch): boolean {
  const head = sql.head.get()
  if (head?.size !== batch.size || head.key_epoch !== batch.keyEpoch || head.next_key !== batch.nextKey)
    return false
  let key = batch.nextKey
  for (const { agentId, interactionId, wrapped } of batch.keys)
    sql.key.run(key++, agentId, interactionId, wrapped)
  let index = batch.size
  for (const entry of batch.entries) writeEntry(sql, entry, index++)
  for (const { endpoint, first, end } of messageRuns(batch)) sql.outbox.run(endpoint, first, end)
  if (index > batch.size || key > batch.nextKey) sql.move.run(index, key)
  for (const { level, index, hashes } of batch.tiles) sql.tile.run(level, index, hashes)
  if (batch.checkpoint) sql.checkpoint.run(batch.checkpoint.size, batch.checkpoint.note)
  for (const { key, request, receipt, at } of batch.idempotency)
    sql.idempotency.run(key, request, receipt, at)
  return true
}

function writeEntry(sql: Statements, entry: NewEntry, index: number): void {
  const { at, kind, keyId, commitment, box, retrieval, event } = entry
  sql.entry.run(index, at, kind, keyId, commitment, box)
  if (retrieval)
    sql.retrieval.run(
      index,
      retrieval.retrieval_id,
      retrieval.queue_id,
      retrieval.language,
      retrieval.freshness,
      retrieval.degraded,
      retrieval.latency_us,
      retrieval.items,
      retrieval.profile,
      retrieval.query_digest,
    )
  if (event)
    sql.event.run(index, event.retrieval_idx, event.type, event.content_id, event.queue_id, event.language)
}

/** For each endpoint the entries of which it gets a message, `first` to before `end`: most batches are one run. */
function messageRuns({ size, entries }: Batch): { endpoint: string; first: number; end: number }[] {
  const runs: { endpoint: string; first: number; end: number }[] = []
  const open = new Map<string, { end: number }>()
  for (const [place, { endpoints }] of entries.entries())
    for (const endpoint of endpoints) {
      const index = size + place
      const run = open.get(endpoint)
      if (run?.end === index) run.end++
      else {
        const begun = { endpoint, first: index, end: index + 1 }
        open.set(endpoint, begun)
        runs.push(begun)
      }
    }
  return runs
}

/** Primary result codes, https://sqlite.org/rescode.html */
const reasons: Readonly<Record<number, string>> = {
  5: 'another process keeps it locked; end that process, or give each its own database',
  8: 'it is read-only; give this user the right to write it and its folder',
  10: 'the disk reported an error',
  11: 'it is damaged; restore a backup',
  13: 'the disk is full; make room',
  14: 'it cannot be opened; check that the folder exists and may be written',
  26: 'it is no SQLite database',
}

/** One sentence with the next step. */
function sqliteFailure(error: unknown, file: string): Error {
  if (error instanceof CuecardError) return error
  const extended = (error as { errcode?: number }).errcode
  const code = extended === undefined ? undefined : extended & 0xff
  const reason = code === undefined ? undefined : reasons[code]
  return unusable(file, reason, error, code === 26 ? 'record.incompatible' : 'record.unavailable')
}

function unusable(
  file: string,
  reason: string | undefined,
  cause: unknown,
  code: ErrorCode = 'record.unavailable',
): CuecardError {
  const why = reason ?? (cause as Error).message
  return new CuecardError(code, `The database ${file} cannot be used: ${why}`, {}, cause)
}
