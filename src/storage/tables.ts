// The tables of the store, the same in SQLite and PostgreSQL. Times are milliseconds since the epoch.

/** The one row of the log's head. */
export interface HeadTable {
  id: 1
  origin: string
  /** 32 bytes, Ed25519. */
  public_key: Uint8Array
  /** PKCS #8, sealed under the audit key. */
  signing_key: Uint8Array
  /** How many entries the log has. */
  size: number
  /** The next id of a person's key. */
  next_key: number
  /** Goes up when keys are destroyed, so that no process uses them any longer. */
  key_epoch: number
  created_at: number
  /** Digest of the configuration that the log last told of. */
  configuration: string
}

export interface EntriesTable {
  /** From 0, without gaps. */
  idx: number
  at: number
  kind: number
  key_id: number
  /** 32 bytes. */
  commitment: Uint8Array
  /** Salt and body, sealed under the key `key_id`; null when erased or past retention. */
  box: Uint8Array | null
}

/** One key for each pair of agent and interaction: destroying it erases what was recorded of both together. */
export interface PersonKeysTable {
  id: number
  agent_id: string
  interaction_id: string
  /** Sealed under the audit key. */
  wrapped: Uint8Array
}

/** What insight asks of a retrieval. */
export interface RetrievalsTable {
  /** Of its entry. */
  idx: number
  retrieval_id: string
  queue_id: string
  language: string
  freshness: string
  degraded: string
  latency_us: number
  items: number
  profile: string
  /** 8 bytes, keyed; null when there was no query or it was erased. */
  query_digest: Uint8Array | null
}

/** What insight asks of an adoption event. */
export interface EventsTable {
  /** Of its entry. */
  idx: number
  retrieval_idx: number
  /** `rated_positive` or `rated_negative` for a rating; otherwise the event's own. */
  type: string
  content_id: string
  queue_id: string
  language: string
}

/** Hashes of the tree, in the geometry of C2SP tlog-tiles: complete ones of level 0, all of the higher levels. */
export interface TilesTable {
  level: number
  idx: number
  /** 1..256 hashes of 32 bytes. */
  hashes: Uint8Array
}

export interface CheckpointsTable {
  size: number
  /** C2SP signed note. */
  note: string
}

export interface OutboxTable {
  entry_idx: number
  endpoint: string
  /** Not before. */
  due_at: number
  attempts: number
  /** 0 pending, 1 dead. */
  state: number
  error: string | null
}

/** Endpoints that are switched off. */
export interface EndpointsTable {
  name: string
  disabled: string
}

export interface IdempotencyTable {
  /** Digest of caller and key, 32 bytes in hex. */
  key: string
  /** Of what was asked, 32 bytes in hex. */
  request: string
  /** JSON of what was answered. */
  receipt: string
  at: number
}

/** The schema, for kysely. */
export interface Tables {
  ledger_head: HeadTable
  entries: EntriesTable
  person_keys: PersonKeysTable
  retrievals: RetrievalsTable
  events: EventsTable
  tiles: TilesTable
  checkpoints: CheckpointsTable
  outbox: OutboxTable
  endpoints: EndpointsTable
  idempotency: IdempotencyTable
}
