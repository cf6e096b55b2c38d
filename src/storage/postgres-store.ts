// The shared store: PostgreSQL, one statement and one round trip for each batch.
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
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
  // One connection, so that commits keep their order.
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
    const written = this.#write(statementOf(batch), this.#underWay)
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

/** The parts of a statement: what goes into it is a parameter, and each part takes its numbers as it comes. */
class Parameters {
  readonly values: unknown[] = []

  add(value: unknown, type: string): string {
    this.values.push(value)
    return `$${this.values.length}::${type}`
  }

  numbers(values: readonly number[]): string {
    return this.add(`{${values.join(',')}}`, 'bigint[]')
  }

  /** Of texts without control characters. As one text that the server cuts: pg would escape each of them. */
  texts(values: readonly string[]): string {
    let text = ''
    for (const value of values) text += value + separator
    return `(string_to_array(${this.add(text, 'text')}, chr(31)))[1:${this.add(values.length, 'int')}]`
  }

  bytes(values: readonly (Uint8Array | null)[]): string {
    return this.add(values, 'bytea[]')
  }
}

/** ASCII's unit separator: it stands in no id, language or code. */
const separator = '\u001f'

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

/** A column, and the rows' values of it as a parameter. */
type Column = readonly [name: string, values: string]

/** `name as (insert ... from unnest(...))`, or nothing without rows. */
function insertPart<Row>(
  name: string,
  table: string,
  rows: readonly Row[],
  columnsOf: () => readonly Column[],
  ending = '',
): string[] {
  if (rows.length === 0) return []
  const columns = columnsOf()
  const names = columns.map(([name]) => name).join(', ')
  const arrays = columns.map(([, values]) => values).join(', ')
  return [
    `${name} as (insert into ${table} (${names}) select u.* from head, unnest(${arrays}) as u ${ending})`,
  ]
}

function keysPart({ keys, nextKey }: Batch, parameters: Parameters): string[] {
  return insertPart('key', 'person_keys', keys, () => [
    ['id', parameters.numbers(keys.map((_, index) => nextKey + index))],
    ['agent_id', parameters.texts(keys.map(({ agentId }) => agentId))],
    ['interaction_id', parameters.texts(keys.map(({ interactionId }) => interactionId))],
    ['wrapped', parameters.bytes(keys.map(({ wrapped }) => wrapped))],
  ])
}

function entriesPart({ size, entries }: Batch, parameters: Parameters): string[] {
  if (entries.length === 0) return []
  const array = (values: number[]) => parameters.numbers(values)
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
  return insertPart('ret', 'retrievals', rows, () => [
    ['idx', parameters.numbers(rows.map(({ idx }) => idx))],
    ['retrieval_id', parameters.texts(rows.map((row) => row.retrieval_id))],
    ['queue_id', parameters.texts(rows.map((row) => row.queue_id))],
    ['language', parameters.texts(rows.map((row) => row.language))],
    ['freshness', parameters.texts(rows.map((row) => row.freshness))],
    ['degraded', parameters.texts(rows.map((row) => row.degraded))],
    ['latency_us', parameters.numbers(rows.map((row) => row.latency_us))],
    ['items', parameters.numbers(rows.map((row) => row.items))],
    ['profile', parameters.texts(rows.map((row) => row.profile))],
    ['query_digest', parameters.bytes(rows.map((row) => row.query_digest))],
  ])
}

function eventsPart({ size, entries }: Batch, parameters: Parameters): string[] {
  const rows = entries.flatMap(({ event }, index) => (event ? [{ ...event, idx: size + index }] : []))
  return insertPart('eve', 'events', rows, () => [
    ['idx', parameters.numbers(rows.map(({ idx }) => idx))],
    ['retrieval_idx', parameters.numbers(rows.map((row) => row.retrieval_idx))],
    ['type', parameters.texts(rows.map((row) => row.type))],
    ['content_id', parameters.texts(rows.map((row) => row.content_id))],
    ['queue_id', parameters.texts(rows.map((row) => row.queue_id))],
    ['language', parameters.texts(rows.map((row) => row.language))],
  ])
}

function outboxPart({ size, entries }: Batch, parameters: Parameters): string[] {
  const rows = entries.flatMap(({ endpoints, at }, index) =>
    endpoints.map((endpoint) => ({ at, idx: size + index, endpoint })),
  )
  return insertPart('out', 'outbox', rows, () => [
    ['entry_idx', parameters.numbers(rows.map(({ idx }) => idx))],
    ['endpoint', parameters.texts(rows.map(({ endpoint }) => endpoint))],
    ['due_at', parameters.numbers(rows.map(({ at }) => at))],
    ['attempts', parameters.numbers(rows.map(() => 0))],
    ['state', parameters.numbers(rows.map(() => 0))],
  ])
}

function tilesPart({ tiles }: Batch, parameters: Parameters): string[] {
  return insertPart(
    'til',
    'tiles',
    tiles,
    () => [
      ['level', parameters.numbers(tiles.map(({ level }) => level))],
      ['idx', parameters.numbers(tiles.map(({ index }) => index))],
      ['hashes', parameters.bytes(tiles.map(({ hashes }) => hashes))],
    ],
    'on conflict (level, idx) do update set hashes = excluded.hashes',
  )
}

function checkpointPart({ checkpoint }: Batch, parameters: Parameters): string[] {
  if (checkpoint === undefined) return []
  const { size, note } = checkpoint
  return [
    `che as (insert into checkpoints (size, note)
      select ${parameters.add(size, 'bigint')}, ${parameters.add(note, 'text')} from head on conflict do nothing)`,
  ]
}

function idempotencyPart({ idempotency }: Batch, parameters: Parameters): string[] {
  return insertPart(
    'ide',
    'idempotency',
    idempotency,
    () => [
      ['key', parameters.texts(idempotency.map(({ key }) => key))],
      ['request', parameters.texts(idempotency.map(({ request }) => request))],
      ['receipt', parameters.texts(idempotency.map(({ receipt }) => receipt))],
      ['at', parameters.numbers(idempotency.map(({ at }) => at))],
    ],
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
