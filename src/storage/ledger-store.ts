// The port to the database: one batch is one transaction, and nobody's head moves unseen.
import type { Kysely } from 'kysely'
import type { HeadTable, Tables } from './tables.ts'

/** Rows that enter the log together, durable when `commit` has resolved. */
export interface Batch {
  /** What the writer believes the head to be. */
  readonly size: number
  readonly keyEpoch: number
  readonly nextKey: number
  readonly keys: readonly {
    readonly agentId: string
    readonly interactionId: string
    readonly wrapped: Uint8Array
  }[]
  readonly entries: readonly NewEntry[]
  readonly tiles: readonly NewTile[]
  readonly checkpoint?: { readonly size: number; readonly note: string } | undefined
  readonly idempotency: readonly Tables['idempotency'][]
}

export interface NewEntry {
  readonly at: number
  readonly kind: number
  readonly keyId: number
  readonly commitment: Uint8Array
  readonly box: Uint8Array
  /** To each of these goes a message. */
  readonly endpoints: readonly string[]
  readonly retrieval?: Omit<Tables['retrievals'], 'idx'> | undefined
  readonly event?: Omit<Tables['events'], 'idx'> | undefined
}

export interface NewTile {
  readonly level: number
  readonly index: number
  readonly hashes: Uint8Array
}

/** A database that holds one log. One connection writes; reads may go beside it. */
export interface LedgerStore {
  /** For everything that is not in anyone's way. */
  readonly db: Kysely<Tables>
  readonly dialect: 'sqlite' | 'postgres'
  /** How many commits may be under way; they are done in the order in which they were begun. */
  readonly commitsAtOnce: number
  head(): Promise<HeadTable | undefined>
  /** Makes the head of a new log, unless another process was faster. */
  create(head: HeadTable): Promise<void>
  /**
   * Writes a batch as one durable transaction if the head is still what the batch says; false if it has moved.
   * @throws CuecardError `record.unavailable`: nothing of it was written.
   */
  commit(batch: Batch): Promise<boolean>
  /** Runs statements on `db` as one transaction that no other writer comes between. */
  transaction<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  /** Takes what was deleted out of the database's own log, too; false where that is in use, to be tried again. */
  scrub(): Promise<boolean>
  close(): Promise<void>
}
