// Reads the log: entries for officers, proofs, exports, and what the relay has to deliver.
import { createSecretKey } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { checkpointLine, endLine, entryLine, logLine } from '../audit/export-lines.ts'
import { consistencyProof, inclusionProof, subtreesOf, type TileSource } from '../audit/merkle-proof.ts'
import { leafHash } from '../audit/merkle-tree.ts'
import { CuecardError } from '../errors.ts'
import { keyGroup } from '../storage/key-group.ts'
import type { LedgerStore } from '../storage/ledger-store.ts'
import type { AuditKey } from './audit-key.ts'
import { entryKinds } from './entry-draft.ts'
import type {
  AuditEntry,
  ConsistencyProof,
  EntriesPage,
  EntriesQuery,
  ExportQuery,
  InclusionProof,
} from './record.ts'
import { openEntry } from './sealed-entry.ts'

/** Rows read at a time for an export. */
const rowsAtOnce = 500
const hashBytes = 32
const tileWidth = 256
const dayMs = 24 * 3_600_000

/** A signed checkpoint, and the size of the tree that it is of. */
export interface SizedNote {
  readonly size: number
  readonly note: string
}

interface EntryRow {
  readonly idx: number
  readonly at: number
  readonly kind: number
  readonly commitment: Uint8Array
  readonly box: Uint8Array | null
  readonly wrapped: Uint8Array | null
}

export class AuditReader {
  readonly #store: LedgerStore
  readonly #auditKey: AuditKey
  /** Complete tiles never change. */
  readonly #tiles = new LRUCache<string, Uint8Array>({ max: 2000 })

  constructor(store: LedgerStore, auditKey: AuditKey) {
    this.#store = store
    this.#auditKey = auditKey
  }

  /** Newest first; not further back than `searchableFrom`, in milliseconds since the epoch. */
  async entries(query: EntriesQuery, searchableFrom: number): Promise<EntriesPage> {
    const limit = query.limit ?? 50
    let select = this.#rows()
      .where('entries.at', '>=', Math.max(query.from ?? 0, searchableFrom))
      .orderBy('entries.idx', 'desc')
      .limit(limit + 1)
    if (query.to !== undefined) select = select.where('entries.at', '<', query.to)
    if (query.before !== undefined) select = select.where('entries.idx', '<', query.before)
    if (query.kind !== undefined) select = select.where('entries.kind', '=', entryKinds.indexOf(query.kind))
    if (query.agentId !== undefined) select = select.where('person_keys.agent_id', '=', query.agentId)
    if (query.interactionId !== undefined)
      select = select.where('person_keys.interaction_id', '=', query.interactionId)
    const isOfPerson = query.agentId !== undefined || query.interactionId !== undefined
    if (isOfPerson && this.#store.dialect === 'sqlite')
      select = select.where(keyGroup('entries.key_id'), '=', keyGroup('person_keys.id'))
    if (query.retrievalId !== undefined) {
      const indexes = await this.#indexesOf(query.retrievalId)
      select = select.where('entries.idx', 'in', indexes)
    }
    const rows = await select.execute()
    const page = rows.slice(0, limit).map((row) => this.#open(row))
    return { entries: page, next: rows.length > limit ? (page.at(-1)?.index ?? null) : null }
  }

  /** @throws CuecardError `record.not_found`. */
  async entry(index: number): Promise<AuditEntry> {
    const row = await this.#rows().where('entries.idx', '=', index).executeTakeFirst()
    if (row === undefined) throw notFound(`There is no entry ${index}`)
    return this.#open(row)
  }

  /** Parsed bodies by index, for those that can still be read. */
  async bodies(
    indexes: readonly number[],
  ): Promise<Map<number, { at: number; body: Record<string, unknown> | null }>> {
    if (indexes.length === 0) return new Map()
    const rows = await this.#rows().where('entries.idx', 'in', indexes).execute()
    return new Map(rows.map((row) => [row.idx, { at: row.at, body: this.#open(row).body }]))
  }

  async inclusion(index: number, { size, note }: SizedNote): Promise<InclusionProof> {
    if (index >= size)
      throw notFound(`There is no entry ${index}: the log has ${size} entries, the first of which is 0`)
    const tiles = this.#tileSource(size)
    const { commitment } = await this.entry(index)
    const hashes = await inclusionProof(index, size, tiles)
    return {
      index,
      size,
      leafHash: hex(leafHash(Buffer.from(commitment, 'hex'))),
      hashes: hashes.map(hex),
      checkpoint: note,
    }
  }

  async consistency(from: number, { size, note }: SizedNote): Promise<ConsistencyProof> {
    if (from < 1 || from > size)
      throw notFound(`There is no checkpoint of size ${from}: the log has ${size} entries`)
    const hashes = await consistencyProof(from, size, this.#tileSource(size))
    return { from, to: size, hashes: hashes.map(hex), checkpoint: note }
  }

  /** The indexes of an export: `first` inclusive, `end` exclusive. */
  async rangeOf({ from, to }: ExportQuery, size: number): Promise<{ first: number; end: number }> {
    const bound = async (at: number | undefined, otherwise: number, last: boolean) => {
      if (at === undefined) return otherwise
      const row = await this.#store.db
        .selectFrom('entries')
        .select(({ fn }) => (last ? fn.max('idx') : fn.min('idx')).as('idx'))
        .where('at', last ? '<' : '>=', at)
        .executeTakeFirst()
      const idx = row?.idx ?? undefined
      if (idx === undefined) return last ? 0 : size
      return last ? idx + 1 : idx
    }
    const first = Math.min(await bound(from, 0, false), size)
    const end = Math.min(await bound(to, size, true), size)
    return { first, end: Math.max(first, end) }
  }

  /** The lines of an export (docs/reference/audit-log.md) of the entries `first` to `end` of the log of a checkpoint. */
  async *export(
    range: { first: number; end: number },
    newest: SizedNote,
    log: { origin: string; publicKey: string },
  ): AsyncGenerator<string[]> {
    const { first, end } = range
    const tiles = this.#tileSource(newest.size)
    const before = await subtreesOf(0, first, tiles)
    yield [logLine({ ...log, first, end, size: newest.size, before: before.map(hex) })]
    const notes = new Map(
      (
        await this.#store.db
          .selectFrom('checkpoints')
          .selectAll()
          .where('size', '>', first)
          .where('size', '<=', end)
          .execute()
      ).map(({ size, note }) => [size, note]),
    )
    notes.delete(newest.size)
    for (let from = first; from < end; from += rowsAtOnce) {
      const rows = await this.#rows()
        .where('entries.idx', '>=', from)
        .where('entries.idx', '<', Math.min(end, from + rowsAtOnce))
        .orderBy('entries.idx')
        .execute()
      yield rows.flatMap((row) => {
        const note = notes.get(row.idx + 1)
        return [entryLine(this.#lineOf(row)), ...(note === undefined ? [] : [checkpointLine(note)])]
      })
    }
    const after = await subtreesOf(end, newest.size, tiles)
    yield [endLine(after.map(hex)), checkpointLine(newest.note)]
  }

  #lineOf(row: EntryRow) {
    const opened = this.#opened(row)
    return {
      index: row.idx,
      commitment: hex(row.commitment),
      salt: opened === undefined ? null : hex(opened.salt),
      body: opened?.body ?? null,
    }
  }

  #open(row: EntryRow): AuditEntry {
    const { body, ...line } = this.#lineOf(row)
    return {
      ...line,
      at: new Date(row.at).toISOString(),
      kind: entryKinds[row.kind] ?? 'gap',
      body: body === null ? null : JSON.parse(body),
    }
  }

  #opened({ box, wrapped }: EntryRow): { salt: Buffer; body: string } | undefined {
    if (box === null || wrapped === null) return undefined
    return openEntry(createSecretKey(this.#auditKey.unwrap(wrapped)), box)
  }

  #rows() {
    return this.#store.db
      .selectFrom('entries')
      .leftJoin('person_keys', 'person_keys.id', 'entries.key_id')
      .select(['entries.idx', 'entries.at', 'kind', 'commitment', 'box', 'wrapped'])
  }

  /** Of a retrieval and of the events about it. */
  async #indexesOf(retrievalId: string): Promise<number[]> {
    const { db } = this.#store
    const retrieval = await db
      .selectFrom('retrievals')
      .select('idx')
      .where('retrieval_id', '=', retrievalId)
      .executeTakeFirst()
    if (retrieval === undefined) return [-1]
    const events = await db
      .selectFrom('events')
      .select('idx')
      .where('retrieval_idx', '=', retrieval.idx)
      .execute()
    return [retrieval.idx, ...events.map(({ idx }) => idx)]
  }

  /** Tiles of the tree as it was with `size` leaves. */
  #tileSource(size: number): TileSource {
    return {
      tile: async (level, index) => {
        const count = Math.min(tileWidth, Math.floor(size / tileWidth ** level) - index * tileWidth)
        const stored = await this.#tile(level, index, count)
        return stored.subarray(0, count * hashBytes)
      },
    }
  }

  async #tile(level: number, index: number, count: number): Promise<Uint8Array> {
    const place = `${level}/${index}`
    const known = this.#tiles.get(place)
    if (known !== undefined) return known
    const row = await this.#store.db
      .selectFrom('tiles')
      .select('hashes')
      .where('level', '=', level)
      .where('idx', '=', index)
      .executeTakeFirst()
    // The last tile of leaves is stored when it is complete; until then the entries have them.
    const tile = row?.hashes ?? (await this.#leaves(index * tileWidth, index * tileWidth + count))
    if (tile.length === tileWidth * hashBytes) this.#tiles.set(place, tile)
    return tile
  }

  async #leaves(from: number, end: number): Promise<Uint8Array> {
    const rows = await this.#store.db
      .selectFrom('entries')
      .select('commitment')
      .where('idx', '>=', from)
      .where('idx', '<', end)
      .orderBy('idx')
      .execute()
    return Buffer.concat(rows.map(({ commitment }) => leafHash(commitment)))
  }
}

/** Since when entries may be looked up. */
export function searchableFrom(now: number, searchableDays: number): number {
  return now - searchableDays * dayMs
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function notFound(message: string): CuecardError {
  return new CuecardError('record.not_found', message)
}
