// What the rest of the product may ask of the record: the audit log, insight over it, and the messages that leave it.
import type { EntryKind } from './entry-draft.ts'

/** One entry, as an officer reads it. */
export interface AuditEntry {
  readonly index: number
  /** ISO 8601. */
  readonly at: string
  readonly kind: EntryKind
  /** Hex of 32 bytes. */
  readonly commitment: string
  /** Hex of 32 bytes; null when the entry was erased or its retention is over. */
  readonly salt: string | null
  /** Null when the entry was erased or its retention is over. */
  readonly body: Readonly<Record<string, unknown>> | null
}

export interface EntriesQuery {
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number | undefined
  /** Milliseconds since the epoch, exclusive. */
  readonly to?: number | undefined
  readonly kind?: EntryKind | undefined
  readonly agentId?: string | undefined
  readonly interactionId?: string | undefined
  readonly retrievalId?: string | undefined
  /** Entries before this index, newest first: the `next` of the page before. */
  readonly before?: number | undefined
  /** 1..200, default 50. */
  readonly limit?: number | undefined
}

export interface EntriesPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[]
  /** `before` of the next page; null at the end. */
  readonly next: number | null
}

/** RFC 6962, 2.1.1. Hashes in hex. */
export interface InclusionProof {
  readonly index: number
  readonly size: number
  readonly leafHash: string
  readonly hashes: readonly string[]
  /** The signed checkpoint of this size. */
  readonly checkpoint: string
}

/** RFC 6962, 2.1.2. Hashes in hex. */
export interface ConsistencyProof {
  readonly from: number
  readonly to: number
  readonly hashes: readonly string[]
  /** The signed checkpoint of size `to`. */
  readonly checkpoint: string
}

/** A part of the log by time; both ends open by default. */
export interface ExportQuery {
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number | undefined
  /** Milliseconds since the epoch, exclusive. */
  readonly to?: number | undefined
}

export interface ExportProgress {
  readonly done: number
  readonly total: number
}

/** The log as a compliance officer uses it. */
export interface AuditTrail {
  /** Looks back as far as the log is searchable (90 days by default). */
  entries(query: EntriesQuery): Promise<EntriesPage>
  /** @throws CuecardError `record.not_found`. */
  entry(index: number): Promise<AuditEntry>
  /** The newest checkpoint, made now if entries were added since; C2SP tlog-checkpoint, a signed note. */
  checkpoint(): Promise<string>
  /** The log's verifier key, C2SP signed-note form `origin+hash+base64`. */
  verifierKey(): Promise<string>
  /** Of an entry in a checkpoint that has it. @throws CuecardError `record.not_found`. */
  inclusion(index: number): Promise<InclusionProof>
  /** Between size `from` and a checkpoint of at least that size. @throws CuecardError `record.not_found`, `request.invalid`. */
  consistency(from: number): Promise<ConsistencyProof>
  /** The export, line by line without line ends; form: docs/reference/audit-log.md. Is itself recorded, as `by`. */
  export(
    query: ExportQuery,
    by: string,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (progress: ExportProgress) => void },
  ): AsyncIterable<string>
  /** Destroys the keys of a person. Is itself recorded, as `by`. */
  erase(
    person: { readonly agentId: string } | { readonly interactionId: string },
    by: string,
  ): Promise<Erasure>
}

export interface Erasure {
  /** Keys destroyed. */
  readonly keys: number
  /** Entries whose bodies nobody can read any more. */
  readonly entries: number
}

/** What part of the record insight looks at. */
export interface InsightQuery {
  /** Milliseconds since the epoch, inclusive; default 7 days before `to`. */
  readonly from?: number | undefined
  /** Milliseconds since the epoch, exclusive; default now. */
  readonly to?: number | undefined
  readonly queueId?: string | undefined
  readonly language?: string | undefined
  /** Group by; default no groups, just the totals. Time is in steps of an hour or a day. */
  readonly by?: 'queue' | 'language' | 'hour' | 'day' | undefined
}

/** A share with its 95 % confidence interval (Wilson 1927). */
export interface Share {
  readonly count: number
  readonly of: number
  /** 0..1; null when `of` is 0. */
  readonly rate: number | null
  readonly low: number | null
  readonly high: number | null
}

export interface Grouped<T> {
  readonly from: string
  readonly to: string
  readonly total: T
  /** Queue id, language, or the ISO 8601 start of the hour or day. */
  readonly groups: readonly ({ readonly group: string } & T)[]
}

export interface AdoptionFigures {
  readonly retrievals: number
  /** Items shown, counted once for each retrieval. */
  readonly shown: number
  readonly opened: Share
  readonly copied: Share
  readonly inserted: Share
  /** Opened, copied or inserted. */
  readonly used: Share
  readonly dismissed: Share
  readonly ratedPositive: Share
  /** Of the retrievals' interactions that ended with an outcome. */
  readonly resolved: Share
}

export interface LatencyFigures {
  readonly retrievals: number
  /** Milliseconds; null without retrievals. */
  readonly p50: number | null
  readonly p99: number | null
  readonly p999: number | null
  /** Of the retrievals, those within the latency budget. */
  readonly withinBudget: Share
}

export interface FreshnessFigures {
  readonly retrievals: number
  readonly fresh: Share
  readonly stale: Share
  readonly mirror: Share
  readonly none: Share
  /** By reason code. */
  readonly degraded: Readonly<Record<string, number>>
}

export interface ContentFigures {
  readonly contentId: string
  readonly shown: number
  readonly used: Share
  readonly dismissed: Share
}

export interface ContentReport {
  readonly from: string
  readonly to: string
  readonly mostUsed: readonly ContentFigures[]
  /** Shown and not once used, most shown first. */
  readonly neverUsed: readonly ContentFigures[]
}

/** A query, and what came of the retrievals that asked it. */
export interface QueryFigures {
  /** One of the wordings; null when none can be read any more. */
  readonly query: string | null
  readonly retrievals: number
  /** Of those, without any item. */
  readonly empty: number
  /** The same as a share. */
  readonly unanswered: Share
  /** Of the retrievals, those after which something was used. */
  readonly used: Share
  /** ISO 8601. */
  readonly lastAt: string
}

export interface GapsReport {
  readonly from: string
  readonly to: string
  /** Queries after which nothing was used, most frequent first. */
  readonly gaps: readonly QueryFigures[]
  /** Queries to which there was no item, the one most often so first, whatever was used after others. */
  readonly unanswered: readonly QueryFigures[]
}

/** What was done with each content that was shown, in no order. */
export interface ContentUse {
  readonly from: string
  readonly to: string
  readonly retrievals: number
  readonly contents: readonly {
    readonly contentId: string
    readonly shown: number
    readonly used: number
    readonly dismissed: number
  }[]
}

/** What the record tells of how well cuecard serves. */
export interface Insights {
  adoption(query: InsightQuery): Promise<Grouped<AdoptionFigures>>
  latency(query: InsightQuery): Promise<Grouped<LatencyFigures>>
  freshness(query: InsightQuery): Promise<Grouped<FreshnessFigures>>
  content(query: InsightQuery & { readonly limit?: number | undefined }): Promise<ContentReport>
  gaps(query: InsightQuery & { readonly limit?: number | undefined }): Promise<GapsReport>
  /** All of it: `limit` shortens nothing. */
  use(query: InsightQuery & { readonly limit?: number | undefined }): Promise<ContentUse>
}

/** A message of the outbox, or one that was given up. */
export interface DeliveryRecord {
  /** Stable: the same for each attempt. */
  readonly id: string
  readonly endpoint: string
  readonly state: 'pending' | 'dead'
  readonly attempts: number
  readonly entryIndex: number
  /** ISO 8601 of the next attempt; null for a dead letter. */
  readonly dueAt: string | null
  readonly lastError: string | null
}

/** The deliveries, for who looks after them. */
export interface Deliveries {
  list(query?: {
    readonly state?: 'pending' | 'dead' | undefined
    readonly endpoint?: string | undefined
    /** 1..1000, default 50. */
    readonly limit?: number | undefined
  }): Promise<readonly DeliveryRecord[]>
  /** Makes dead letters due now, all or those named, and enables endpoints that were disabled. How many. */
  replay(ids?: readonly string[]): Promise<number>
}

/** The state of one part, for `/readyz` and `doctor`. */
export interface PartHealth {
  readonly ok: boolean
  /** False: what is asked is answered without it, if less well. */
  readonly essential: boolean
  /** One sentence: what is well, or what is wrong and what to do. */
  readonly message: string
}
