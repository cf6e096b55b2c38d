// Where this process believes the log to stand, and batches made from there.
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { leafHash } from '../audit/merkle-tree.ts'
import type { Batch, LedgerStore, NewEntry, NewTile } from '../storage/ledger-store.ts'
import { type AuditKey, nonceBytes } from './audit-key.ts'
import { type EntryDraft, type EntryKind, entryKinds, type RetrievalFacts } from './entry-draft.ts'
import { entropyBytes, sealEntry } from './sealed-entry.ts'
import { TileBuilder } from './tile-builder.ts'

/** An entry that is to be written; `event` with the index of the retrieval that it is about. */
export interface PendingEntry {
  readonly draft: EntryDraft
  readonly event?: NewEntry['event']
}

/** A batch, and what holds once it is written. */
export interface PreparedBatch {
  readonly batch: Batch
  readonly tiles: TileBuilder
  readonly keys: ReadonlyMap<string, PersonKey>
}

interface PersonKey {
  readonly id: number
  readonly key: KeyObject
}

const secretBytes = 32
/** Random bytes that an entry takes, with a key of its own if there is none for its persons yet. */
const entropyAtMost = entropyBytes + secretBytes + nonceBytes

/** Keys of persons at hand, some 0.5 KB each. */
const keysKept = 20_000
/** Leaves read at a time. */
const leavesAtOnce = 4096

/** Somewhere a message goes of each entry of these kinds. */
export interface LedgerEndpoint {
  readonly name: string
  readonly kinds: readonly EntryKind[]
}

export class LogEdge {
  readonly #store: LedgerStore
  readonly #auditKey: AuditKey
  readonly #endpoints: ReadonlyMap<EntryKind, readonly string[]>
  readonly #keys = new LRUCache<string, PersonKey>({ max: keysKept })
  #tiles = new TileBuilder()
  #keyEpoch = -1
  #nextKey = 0
  #isCurrent = false
  #catchingUp: Promise<void> | undefined

  constructor(store: LedgerStore, auditKey: AuditKey, endpoints: readonly LedgerEndpoint[]) {
    this.#store = store
    this.#auditKey = auditKey
    this.#endpoints = new Map(
      entryKinds.map((kind) => [
        kind,
        endpoints.filter(({ kinds }) => kinds.includes(kind)).map(({ name }) => name),
      ]),
    )
  }

  /** How many entries the log has, as far as this process knows. */
  get size(): number {
    return this.#tiles.size
  }

  root(): Buffer {
    return this.#tiles.root()
  }

  /** Forgets what is not in the store: a batch that was counted on did not get there. */
  reset(): void {
    this.#tiles = new TileBuilder()
    this.#keys.clear()
    this.#isCurrent = false
  }

  /** Takes notice of what the store has, after a reset; once for all who ask meanwhile. */
  async ensureCurrent(): Promise<void> {
    if (this.#isCurrent) return
    this.#catchingUp ??= this.catchUp().finally(() => {
      this.#catchingUp = undefined
    })
    await this.#catchingUp
  }

  /** Takes notice of what other processes wrote. */
  async catchUp(): Promise<void> {
    const head = await this.#store.head()
    if (head === undefined) throw new Error('the log has no head')
    if (this.#tiles.size === 0) this.#tiles = await storedTiles(this.#store, head.size)
    while (this.#tiles.size < head.size) {
      const leaves = await leavesOf(
        this.#store,
        this.#tiles.size,
        Math.min(head.size, this.#tiles.size + leavesAtOnce),
      )
      for (const leaf of leaves) this.#tiles.add(leaf)
    }
    if (head.key_epoch !== this.#keyEpoch) this.#keys.clear()
    this.#keyEpoch = head.key_epoch
    this.#nextKey = head.next_key
    this.#isCurrent = true
  }

  /** A batch that adds these entries to the log as it is known here. */
  prepare(pending: readonly PendingEntry[]): PreparedBatch {
    const tiles = pending.length === 0 ? this.#tiles : this.#tiles.clone()
    const changed = new Map<string, NewTile>()
    const keys = new Map<string, PersonKey>()
    const wrapped: { agentId: string; interactionId: string; wrapped: Uint8Array }[] = []
    // Asking for random bytes costs as much as encrypting an entry, however few they are.
    const entropy = randomBytes(entropyAtMost * pending.length)
    let taken = 0
    const take = (bytes: number) => {
      taken += bytes
      return entropy.subarray(taken - bytes, taken)
    }
    const entries = pending.map(({ draft, event }): NewEntry => {
      const pair = `${draft.agentId.length}:${draft.agentId}${draft.interactionId}`
      let person = this.#keys.get(pair) ?? keys.get(pair)
      if (person === undefined) {
        const secret = take(secretBytes)
        person = { id: this.#nextKey + wrapped.length, key: createSecretKey(secret) }
        keys.set(pair, person)
        const { agentId, interactionId } = draft
        wrapped.push({ agentId, interactionId, wrapped: this.#auditKey.wrap(secret, take(nonceBytes)) })
      }
      const { commitment, box } = sealEntry(person.key, take(entropyBytes), draft.body)
      tiles.add(Buffer.from(leafHash(commitment)), changed)
      return {
        at: draft.at,
        kind: entryKinds.indexOf(draft.kind),
        keyId: person.id,
        commitment,
        box,
        endpoints: this.#endpoints.get(draft.kind) ?? [],
        retrieval: draft.retrieval && this.#retrievalRow(draft.retrieval),
        event,
      }
    })
    const batch: Batch = {
      size: this.#tiles.size,
      keyEpoch: this.#keyEpoch,
      nextKey: this.#nextKey,
      keys: wrapped,
      entries,
      tiles: [...changed.values()],
      idempotency: [],
    }
    return { batch, tiles, keys }
  }

  /** Counts on the batch: the next one is made from where this one ends. */
  take({ batch, tiles, keys }: PreparedBatch): void {
    this.#tiles = tiles
    this.#nextKey = batch.nextKey + batch.keys.length
    for (const [pair, key] of keys) this.#keys.set(pair, key)
  }

  #retrievalRow(facts: RetrievalFacts): NewEntry['retrieval'] {
    const query = facts.query.toLowerCase().trim()
    return {
      retrieval_id: facts.retrievalId,
      queue_id: facts.queueId,
      language: facts.language,
      freshness: facts.freshness,
      degraded: facts.degraded,
      latency_us: facts.latencyUs,
      items: facts.items,
      profile: facts.profile,
      query_digest: query === '' ? null : this.#auditKey.digest(query).subarray(0, 8),
    }
  }
}

/** The edge of a tree that lies in the store. */
async function storedTiles(store: LedgerStore, size: number): Promise<TileBuilder> {
  const edge = [await leavesOf(store, size - (size % 256), size)]
  for (let level = 1; size >= 256 ** level; level++) {
    const count = Math.floor(size / 256 ** level)
    const hashes = count % 256 === 0 ? [] : hashesOf(await tileOf(store, level, Math.floor(count / 256)))
    // Another process may have added to it since the size was read.
    edge.push(hashes.slice(0, count % 256))
  }
  return TileBuilder.restore(size, edge)
}

async function leavesOf({ db }: LedgerStore, from: number, end: number): Promise<Buffer[]> {
  const rows = await db
    .selectFrom('entries')
    .select('commitment')
    .where('idx', '>=', from)
    .where('idx', '<', end)
    .orderBy('idx')
    .execute()
  return rows.map(({ commitment }) => Buffer.from(leafHash(commitment)))
}

async function tileOf({ db }: LedgerStore, level: number, index: number): Promise<Uint8Array> {
  const row = await db
    .selectFrom('tiles')
    .select('hashes')
    .where('level', '=', level)
    .where('idx', '=', index)
    .executeTakeFirst()
  return row?.hashes ?? new Uint8Array()
}

function hashesOf(tile: Uint8Array): Buffer[] {
  return Array.from({ length: tile.length / 32 }, (_, index) =>
    Buffer.from(tile.subarray(32 * index, 32 * index + 32)),
  )
}
