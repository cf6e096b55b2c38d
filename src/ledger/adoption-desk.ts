// Judges what agents report: was it shown to them, and was it reported before?
import { createSecretKey, hash } from 'node:crypto'
import type { Actor } from '../access/actor.ts'
import type { AdoptionEvent, AdoptionReceipt } from '../adoption/adoption-event.ts'
import { canonicalJson } from '../audit/canonical-json.ts'
import { CuecardError } from '../errors.ts'
import type { LedgerStore } from '../storage/ledger-store.ts'
import type { IdempotencyTable } from '../storage/tables.ts'
import type { AuditKey } from './audit-key.ts'
import type { PendingEntry } from './log-edge.ts'
import { openEntry } from './sealed-entry.ts'

/** An event that was reported, with all that is not known from the retrieval. Masked already. */
export interface Adoption {
  readonly retrievalId: string
  readonly event: AdoptionEvent
  readonly eventId: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly actor: Pick<Actor, 'id' | 'roles' | 'via'>
  /** An agent that may report of its own retrievals only. */
  readonly boundTo: string | undefined
  /** The caller's own, unique among its keys; without one each report counts. */
  readonly idempotencyKey: string | undefined
}

export interface Judgement {
  readonly answer: AdoptionReceipt | CuecardError
  /** Absent where nothing new is to be recorded. */
  readonly entry?: PendingEntry
  readonly receipt?: IdempotencyTable
}

/** Milliseconds for which an idempotency key is remembered. */
export const idempotencyMs = 24 * 3_600_000

/** What is needed of the retrieval's own entry. */
interface RetrievalEntry {
  readonly agentId: string
  readonly interactionId: string
  readonly language: string
  readonly queueId: string | null
  readonly items: readonly {
    readonly contentId: string
    readonly version: string | null
    readonly source: string
  }[]
  readonly complianceFlags: unknown
  readonly freshness: unknown
  readonly profile: string
  readonly timings: { readonly totalMs: number }
}

interface FoundRetrieval {
  readonly index: number
  readonly body: RetrievalEntry
}

export class AdoptionDesk {
  readonly #store: LedgerStore
  readonly #auditKey: AuditKey

  constructor(store: LedgerStore, auditKey: AuditKey) {
    this.#store = store
    this.#auditKey = auditKey
  }

  /** In their order: of two reports with one key the first counts. */
  async judge(adoptions: readonly Adoption[]): Promise<Judgement[]> {
    const retrievals = await this.#find(adoptions.map(({ retrievalId }) => retrievalId))
    const receipts = await this.#receipts(adoptions)
    return adoptions.map((adoption) => {
      const key = keyOf(adoption)
      const request = digestOf(canonicalJson({ event: adoption.event, retrievalId: adoption.retrievalId }))
      const known = key === undefined ? undefined : receipts.get(key)
      if (known !== undefined && known.at > adoption.at - idempotencyMs)
        return known.request === request ? { answer: JSON.parse(known.receipt) } : { answer: conflict() }
      const judgement = judgeNew(adoption, retrievals.get(adoption.retrievalId))
      if (key === undefined || judgement.answer instanceof CuecardError) return judgement
      const receipt = { key, request, receipt: JSON.stringify(judgement.answer), at: adoption.at }
      receipts.set(key, receipt)
      return { ...judgement, receipt }
    })
  }

  async #find(ids: readonly string[]): Promise<Map<string, FoundRetrieval>> {
    const rows = await this.#store.db
      .selectFrom('retrievals')
      .innerJoin('entries', 'entries.idx', 'retrievals.idx')
      .innerJoin('person_keys', 'person_keys.id', 'entries.key_id')
      .select(['retrievals.idx', 'retrieval_id', 'box', 'wrapped'])
      .where('retrieval_id', 'in', [...new Set(ids)])
      .execute()
    const found = new Map<string, FoundRetrieval>()
    for (const { idx, retrieval_id, box, wrapped } of rows) {
      if (box === null) continue
      const { body } = openEntry(createSecretKey(this.#auditKey.unwrap(wrapped)), box)
      found.set(retrieval_id, { index: idx, body: JSON.parse(body) })
    }
    return found
  }

  async #receipts(adoptions: readonly Adoption[]): Promise<Map<string, IdempotencyTable>> {
    const keys = adoptions.flatMap((adoption) => keyOf(adoption) ?? [])
    if (keys.length === 0) return new Map()
    const rows = await this.#store.db.selectFrom('idempotency').selectAll().where('key', 'in', keys).execute()
    return new Map(rows.map((row) => [row.key, row]))
  }
}

function judgeNew(adoption: Adoption, retrieval: FoundRetrieval | undefined): Judgement {
  const { event, boundTo, retrievalId } = adoption
  if (retrieval === undefined)
    return {
      answer: new CuecardError(
        'retrieval.unknown',
        'There is no such retrieval: it was never recorded, was erased, or is past its retention',
        { field: 'retrievalId' },
      ),
    }
  const { body, index } = retrieval
  if (boundTo !== undefined && body.agentId !== boundTo)
    return { answer: new CuecardError('access.denied', 'This retrieval was made for another agent') }
  const place = body.items.findIndex(({ contentId }) => contentId === event.contentId)
  if (event.contentId !== undefined && place < 0)
    return {
      answer: new CuecardError(
        'adoption.not_shown',
        'contentId: is not among the items that this retrieval showed',
        {
          field: 'contentId',
        },
      ),
    }
  const answer: AdoptionReceipt = {
    eventId: adoption.eventId,
    retrievalId,
    type: event.type,
    contentId: event.contentId ?? null,
    recordedAt: new Date(adoption.at).toISOString(),
  }
  const draft = {
    kind: 'adoption' as const,
    at: adoption.at,
    agentId: body.agentId,
    interactionId: body.interactionId,
    body: canonicalJson(bodyOf(adoption, body, place)),
  }
  const row = {
    retrieval_idx: index,
    type: event.type === 'rated' ? `rated_${event.rating}` : event.type,
    content_id: event.contentId ?? '',
    queue_id: body.queueId ?? '',
    language: body.language,
  }
  return { answer, entry: { draft, event: row } }
}

/** The entry tells all that a message to the coaching platform does, without a look at the retrieval's own entry. */
function bodyOf(adoption: Adoption, retrieval: RetrievalEntry, place: number): Record<string, unknown> {
  const { event, actor } = adoption
  const item = retrieval.items[place]
  return {
    kind: 'adoption',
    actor: { id: actor.id, roles: actor.roles, via: actor.via },
    agentId: retrieval.agentId,
    at: new Date(adoption.at).toISOString(),
    contentId: event.contentId ?? null,
    eventId: adoption.eventId,
    interactionId: retrieval.interactionId,
    item: item === undefined ? null : { source: item.source, version: item.version },
    position: item === undefined ? null : place,
    rating: event.rating ?? null,
    reason: event.reason ?? null,
    retrieval: {
      complianceFlags: retrieval.complianceFlags,
      contentIds: retrieval.items.map(({ contentId }) => contentId),
      freshness: retrieval.freshness,
      latencyMs: retrieval.timings.totalMs,
      profile: retrieval.profile,
    },
    retrievalId: adoption.retrievalId,
    type: event.type,
    wrapUpCode: event.wrapUpCode ?? null,
  }
}

/** Two callers may use the same key. */
function keyOf({ actor, idempotencyKey }: Adoption): string | undefined {
  return idempotencyKey === undefined
    ? undefined
    : digestOf(`${actor.via}:${actor.id.length}:${actor.id}${idempotencyKey}`)
}

function digestOf(text: string): string {
  return hash('sha256', text, 'hex')
}

function conflict(): CuecardError {
  return new CuecardError(
    'idempotency.conflict',
    'This idempotency key came with another event within the last 24 hours; use a new key for a new event',
  )
}
