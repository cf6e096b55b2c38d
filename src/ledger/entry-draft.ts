// What is handed to the ledger: an entry as it will stand in the log, with what the tables beside it need to know.
/** What an entry tells of. */
export const entryKinds = [
  'retrieval',
  'adoption',
  'refusal',
  'delivery_failure',
  'configuration',
  'export',
  'erasure',
  'gap',
] as const
export type EntryKind = (typeof entryKinds)[number]

/** An entry before it has its place in the log. Plain data: it crosses to the ledger's thread. */
export interface EntryDraft {
  readonly kind: EntryKind
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Whose key the body is sealed under; both empty for an entry about nobody. Masked already. */
  readonly agentId: string
  readonly interactionId: string
  /** The whole entry in the form of RFC 8785, masked already; a text or its UTF-8. */
  readonly body: string | Uint8Array
  readonly retrieval?: RetrievalFacts
}

/** What insight asks of a retrieval; no person is in it. */
export interface RetrievalFacts {
  readonly retrievalId: string
  readonly queueId: string
  readonly language: string
  /** `fresh`, `stale`, `mirror` or `none`. */
  readonly freshness: string
  /** Error or reason code; empty for a full answer. */
  readonly degraded: string
  /** Microseconds from request to reply. */
  readonly latencyUs: number
  /** How many items were shown. */
  readonly items: number
  readonly profile: string
  /** Masked; only its keyed digest is stored. */
  readonly query: string
}
