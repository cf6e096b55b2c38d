// A batch as one statement of PostgreSQL.
import type pg from 'pg'
import type { Batch } from './ledger-store.ts'

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
export function commitStatement(batch: Batch): pg.QueryConfig {
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
