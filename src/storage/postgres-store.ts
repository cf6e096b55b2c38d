// The shared store: PostgreSQL, one statement and one round trip for each batch.
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import pg from 'pg'
import { CuecardError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import type { Batch, LedgerStore } from './ledger-store.ts'
import { migrate } from './migrations.ts'
import { commitStatement } from './postgres-commit.ts'
import type { HeadTable, Tables } from './tables.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; `?schema=name` for another schema than `public`. */
  readonly url: Secret
  readonly connections: number
  readonly readOnly?: boolean
}

/** Milliseconds until a connection, and until a statement of a writer, must have come. */
const connectMs = 5000
const statementMs = 5000
/** The same on this side, where the network swallows the answer; for reading, which may take its time, and writing. */
const answerMs = { reading: 60_000, writing: statementMs + 1000 }

/**
 * Connects and brings the schema up to date.
 * @throws CuecardError `record.unavailable`, `record.incompatible`.
 */
export async function openPostgresStore({
  url,
  connections,
  readOnly = false,
}: PostgresOptions): Promise<LedgerStore> {
  const { address, schema } = withoutSchema(url.reveal())
  const settings: pg.PoolConfig = {
    connectionString: address,
    connectionTimeoutMillis: connectMs,
    query_timeout: readOnly ? answerMs.reading : answerMs.writing,
    ...(readOnly ? {} : { statement_timeout: statementMs }),
    application_name: 'cuecard',
    options: `-c search_path=${schema} -c synchronous_commit=on`,
    types: { getTypeParser },
  }
  const pool = new pg.Pool({ ...settings, max: connections })
  // One of its own: commits go one after the other, and wait for no search.
  const commits = new pg.Pool({ ...settings, max: 1 })
  for (const each of [pool, commits]) {
    // A connection that breaks while nobody uses it is replaced when one is needed.
    each.on('error', () => {})
    // One that breaks in use tells whoever uses it.
    each.on('connect', (client) => client.on('error', () => {}))
  }
  const store = new PostgresStore(pool, commits)
  try {
    if (!readOnly) {
      if (schema !== 'public') await pool.query(`create schema if not exists ${pg.escapeIdentifier(schema)}`)
      await migrate(store.db, 'postgres', schema)
    }
    return store
  } catch (error) {
    await store.close()
    throw postgresFailure(error)
  }
}

function withoutSchema(text: string): { address: string; schema: string } {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new CuecardError(
      'config.invalid',
      'database.url: is no address of the form postgres://user@host/database',
      {
        field: 'database.url',
      },
    )
  }
  const schema = url.searchParams.get('schema') ?? 'public'
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema))
    throw new CuecardError('config.invalid', 'database.url: schema must be a plain lower-case name', {
      field: 'database.url',
    })
  url.searchParams.delete('schema')
  return { address: url.href, schema }
}

/** `bigint` as a number: all of ours are far below 2^53. */
const getTypeParser = ((oid: number, format: 'text' | 'binary') =>
  oid === pg.types.builtins.INT8
    ? Number
    : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser

class PostgresStore implements LedgerStore {
  readonly dialect = 'postgres'
  /** While the server writes one, the next is made and sent. */
  readonly commitsAtOnce = 2
  readonly db: Kysely<Tables>
  readonly #pool: pg.Pool
  readonly #commits: pg.Pool
  /** The last commit, until it is over. */
  #underWay: Promise<boolean> | undefined
  #closed = false

  constructor(pool: pg.Pool, commits: pg.Pool) {
    this.#pool = pool
    this.#commits = commits
    this.db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: withoutBroken(pool) }) })
  }

  head(): Promise<HeadTable | undefined> {
    return explained(() => this.db.selectFrom('ledger_head').selectAll().executeTakeFirst())
  }

  async create(head: HeadTable): Promise<void> {
    await explained(() =>
      this.db
        .insertInto('ledger_head')
        .values(head)
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    )
  }

  commit(batch: Batch): Promise<boolean> {
    const written = this.#write(commitStatement(batch), this.#underWay)
    this.#underWay = written
    const over = () => {
      if (this.#underWay === written) this.#underWay = undefined
    }
    written.then(over, over)
    return written
  }

  /** One that was made on top of another needs that one: the head alone may agree by chance. */
  async #write(statement: pg.QueryConfig, before: Promise<boolean> | undefined): Promise<boolean> {
    if (before !== undefined && !(await before.catch(() => false))) return false
    const { rows } = await explained(() => this.#commits.query(statement))
    return Number(rows[0]?.moved) === 1
  }

  transaction<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return explained(() => this.db.transaction().execute(work))
  }

  /** Its own log and its dead rows are the server's: vacuum and archiving decide how long they stay. */
  async scrub(): Promise<boolean> {
    return true
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await Promise.all([this.#pool.end(), this.#commits.end()])
  }
}

/** A connection of which no answer came is not used again: the next question would wait behind the first. */
function withoutBroken(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      let broken: Error | undefined
      const query = async (text: string, values: unknown[]) => {
        if (broken !== undefined) throw broken
        try {
          return await client.query(text, values)
        } catch (error) {
          if (!(error instanceof pg.DatabaseError)) broken = error as Error
          throw error
        }
      }
      return { query: query as never, release: () => client.release(broken !== undefined) }
    },
  }
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw postgresFailure(error)
  }
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html, and the codes of Node's sockets. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; start PostgreSQL or correct CUECARD_DATABASE_URL',
  ENOTFOUND: 'its host is not known; correct CUECARD_DATABASE_URL',
  ECONNRESET: 'it ended the connection',
  EPIPE: 'it ended the connection',
  ETIMEDOUT: 'it does not answer',
  '28P01': 'it refused the password',
  '28000': 'it refused the user',
  '3D000': 'there is no such database; create it',
  '42501': 'this user may not do that; grant it the right to create and write tables',
  '53100': 'its disk is full; make room',
  '25006': 'it is read-only, as a standby is',
  '57014': 'it did not finish in time',
  '57P01': 'it is being shut down',
  // What the driver says itself, without a code.
  'Connection terminated unexpectedly': 'it ended the connection',
  'Connection terminated due to connection timeout': 'it does not answer',
  'timeout exceeded when trying to connect': 'it does not answer',
  'Query read timeout': 'it does not answer',
}

/** One sentence with the next step; never the address, which holds the password. */
function postgresFailure(error: unknown): Error {
  if (error instanceof CuecardError) return error
  const code = (error as { code?: string }).code
  const { message } = error as Error
  const reason = reasons[code ?? message] ?? message
  return new CuecardError(
    'record.unavailable',
    `The PostgreSQL database cannot be used: ${reason}`,
    {},
    error,
  )
}
