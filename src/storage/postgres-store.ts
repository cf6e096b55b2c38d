// The shared store: PostgreSQL, one statement and one round trip for each batch.
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { CuecardError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import type { Batch, LedgerStore } from './ledger-store.ts'
import { migrate } from './migrations.ts'
import type { HeadTable, Tables } from './tables.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; `?schema=name` for another schema than `public`. */
  readonly url: Secret
  readonly connections: number
  readonly readOnly?: boolean
}

/** Milliseconds until a connection, and until a statement of a writer, must have come. */
const connectMs = 5000
const statementMs = 10_000

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
  const pool = new pg.Pool({
    connectionString: address,
    max: connections,
    connectionTimeoutMillis: connectMs,
    ...(readOnly ? {} : { statement_timeout: statementMs }),
    application_name: 'cuecard',
    options: `-c search_path=${schema} -c synchronous_commit=on`,
    types: { getTypeParser },
  })
  // A connection that breaks while nobody uses it is replaced when one is needed.
  pool.on('error', () => {})
  const store = new PostgresStore(pool)
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
  readonly db: Kysely<Tables>
  readonly #pool: pg.Pool
  #closed = false

  constructor(pool: pg.Pool) {
    this.#pool = pool
    this.db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
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

  async commit(batch: Batch): Promise<boolean> {
    const { rows } = await explained(() => this.#pool.query(statementOf(batch)))
    return Number(rows[0]?.moved) === 1
  }

  transaction<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return explained(() => this.db.transaction().execute(work))
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#pool.end()
  }
}

/** The parts of a statement: what goes into it is a parameter, and each part takes its numbers as it comes. */
class Parameters {
  readonly values: unknown[] = []

  add(value: unknown, type: string): string {
    this.values.push(value)
    return `$${this.values.length}::${type}`
  }
}

/**
 * Everything in one statement, which is one transaction: if the head has moved, the first part finds no row and all
 * others insert nothing. Bodies travel as one packed value that the server slices: an array of `bytea` is sent as hex.
 */
function statementOf(batch: Batch): pg.QueryConfig {
  const parameters = new Parameters()
  const number = (value: number) => parameters.add(value, 'bigint')
  const parts = [
    `head as (update ledger_head set size = ${number(batch.size + batch.entries.length)},
      next_key = ${number(batch.nextKey + batch.keys.length)}
      where size = ${number(batch.size)} and key_epoch = ${number(batch.keyEpoch)} and next_key = ${number(batch.nextKey)}
      returning 1 as moved)`,
    ...keysPart(batch, parameters),
    ...entriesPart(batch, parameters),
    ...retrievalsPart(batch, parameters),
    ...eventsPart(batch, parameters),
    ...outboxPart(batch, parameters),
    ...tilesPart(batch, parameters),
    ...checkpointPart(batch, parameters),
    ...idempotencyPart(batch, parameters),
  ]
  // Named by the parts it has, so that the server plans each kind of batch once.
  const text = `with ${parts.join(', ')} select count(*) as moved from head`
  return {
    name: `commit ${parts.map((part) => part.slice(0, 3)).join(' ')}`,
    text,
    values: parameters.values,
  }
}

type Column<Row> = readonly [name: string, type: string, value: (row: Row) => unknown]

/** `name as (insert ... from unnest(...))`, or nothing without rows. */
function insertPart<Row>(
  name: string,
  table: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  parameters: Parameters,
  ending = '',
): string[] {
  if (rows.length === 0) return []
  const arrays = columns.map(([, type, value]) => parameters.add(rows.map(value), `${type}[]`))
  const names = columns.map(([name]) => name).join(', ')
  return [
    `${name} as (insert into ${table} (${names}) select u.* from head, unnest(${arrays.join(', ')}) as u ${ending})`,
  ]
}

function keysPart({ keys, nextKey }: Batch, parameters: Parameters): string[] {
  const rows = keys.map((key, index) => ({ ...key, id: nextKey + index }))
  return insertPart(
    'key',
    'person_keys',
    rows,
    [
      ['id', 'bigint', ({ id }) => id],
      ['agent_id', 'text', ({ agentId }) => agentId],
      ['interaction_id', 'text', ({ interactionId }) => interactionId],
      ['wrapped', 'bytea', ({ wrapped }) => wrapped],
    ],
    parameters,
  )
}

function entriesPart({ size, entries }: Batch, parameters: Parameters): string[] {
  if (entries.length === 0) return []
  const array = (values: unknown[]) => parameters.add(values, 'bigint[]')
  let offset = 1
  const lengths = entries.map(({ box }) => box.length)
  const offsets = lengths.map((length) => {
    const start = offset
    offset += length
    return start
  })
  const commitments = parameters.add(Buffer.concat(entries.map(({ commitment }) => commitment)), 'bytea')
  const boxes = parameters.add(Buffer.concat(entries.map(({ box }) => box)), 'bytea')
  const first = parameters.add(size, 'bigint')
  return [
    `ent as (insert into entries (idx, at, kind, key_id, commitment, box)
      select ${first} + u.place - 1, u.at, u.kind, u.key_id,
        substr(${commitments}, (32 * (u.place - 1) + 1)::int, 32), substr(${boxes}, u.start::int, u.length::int)
      from head, unnest(${array(entries.map(({ at }) => at))}, ${array(entries.map(({ kind }) => kind))},
        ${array(entries.map(({ keyId }) => keyId))}, ${array(offsets)}, ${array(lengths)})
        with ordinality as u(at, kind, key_id, start, length, place))`,
  ]
}

function retrievalsPart({ size, entries }: Batch, parameters: Parameters): string[] {
  const rows = entries.flatMap(({ retrieval }, index) =>
    retrieval ? [{ ...retrieval, idx: size + index }] : [],
  )
  return insertPart(
    'ret',
    'retrievals',
    rows,
    [
      ['idx', 'bigint', ({ idx }) => idx],
      ['retrieval_id', 'text', ({ retrieval_id }) => retrieval_id],
      ['queue_id', 'text', ({ queue_id }) => queue_id],
      ['language', 'text', ({ language }) => language],
      ['freshness', 'text', ({ freshness }) => freshness],
      ['degraded', 'text', ({ degraded }) => degraded],
      ['latency_us', 'bigint', ({ latency_us }) => latency_us],
      ['items', 'bigint', ({ items }) => items],
      ['profile', 'text', ({ profile }) => profile],
      ['query_digest', 'bytea', ({ query_digest }) => query_digest],
    ],
    parameters,
  )
}

function eventsPart({ size, entries }: Batch, parameters: Parameters): string[] {
  const rows = entries.flatMap(({ event }, index) => (event ? [{ ...event, idx: size + index }] : []))
  return insertPart(
    'eve',
    'events',
    rows,
    [
      ['idx', 'bigint', ({ idx }) => idx],
      ['retrieval_idx', 'bigint', ({ retrieval_idx }) => retrieval_idx],
      ['type', 'text', ({ type }) => type],
      ['content_id', 'text', ({ content_id }) => content_id],
      ['queue_id', 'text', ({ queue_id }) => queue_id],
      ['language', 'text', ({ language }) => language],
    ],
    parameters,
  )
}

function outboxPart({ size, entries }: Batch, parameters: Parameters): string[] {
  const rows = entries.flatMap(({ endpoints, at }, index) =>
    endpoints.map((endpoint) => ({ at, idx: size + index, endpoint })),
  )
  return insertPart(
    'out',
    'outbox',
    rows,
    [
      ['entry_idx', 'bigint', ({ idx }) => idx],
      ['endpoint', 'text', ({ endpoint }) => endpoint],
      ['due_at', 'bigint', ({ at }) => at],
      ['attempts', 'bigint', () => 0],
      ['state', 'bigint', () => 0],
    ],
    parameters,
  )
}

function tilesPart({ tiles }: Batch, parameters: Parameters): string[] {
  return insertPart(
    'til',
    'tiles',
    tiles,
    [
      ['level', 'bigint', ({ level }) => level],
      ['idx', 'bigint', ({ index }) => index],
      ['hashes', 'bytea', ({ hashes }) => hashes],
    ],
    parameters,
    'on conflict (level, idx) do update set hashes = excluded.hashes',
  )
}

function checkpointPart({ checkpoint }: Batch, parameters: Parameters): string[] {
  return insertPart(
    'che',
    'checkpoints',
    checkpoint ? [checkpoint] : [],
    [
      ['size', 'bigint', ({ size }) => size],
      ['note', 'text', ({ note }) => note],
    ],
    parameters,
    'on conflict do nothing',
  )
}

function idempotencyPart({ idempotency }: Batch, parameters: Parameters): string[] {
  return insertPart(
    'ide',
    'idempotency',
    idempotency,
    [
      ['key', 'text', ({ key }) => key],
      ['request', 'text', ({ request }) => request],
      ['receipt', 'text', ({ receipt }) => receipt],
      ['at', 'bigint', ({ at }) => at],
    ],
    parameters,
    'on conflict (key) do update set request = excluded.request, receipt = excluded.receipt, at = excluded.at',
  )
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
  ETIMEDOUT: 'it does not answer',
  '28P01': 'it refused the password',
  '28000': 'it refused the user',
  '3D000': 'there is no such database; create it',
  '42501': 'this user may not do that; grant it the right to create and write tables',
  '53100': 'its disk is full; make room',
  '25006': 'it is read-only, as a standby is',
  '57014': 'it did not finish in time',
  '57P01': 'it is being shut down',
}

/** One sentence with the next step; never the address, which holds the password. */
function postgresFailure(error: unknown): Error {
  if (error instanceof CuecardError) return error
  const code = (error as { code?: string }).code
  const reason = (code === undefined ? undefined : reasons[code]) ?? (error as Error).message
  return new CuecardError(
    'record.unavailable',
    `The PostgreSQL database cannot be used: ${reason}`,
    {},
    error,
  )
}
