// The record as the rest of the process sees it: what must be written before a reply leaves, and what was written.
import { type Actor, isBoundToItself } from '../access/actor.ts'
import { type AdoptionEvent, type AdoptionReceipt, parseAdoptionEvent } from '../adoption/adoption-event.ts'
import { canonicalJson } from '../audit/canonical-json.ts'
import type { Clock } from '../clock.ts'
import type { EndpointBacklog } from '../delivery/outbox.ts'
import { CuecardError, type ErrorCode } from '../errors.ts'
import type { Retrieval } from '../retrieval/retrieval.ts'
import { parseWith, plainText } from '../retrieval/retrieval-request.ts'
import type { RetrievalSituation } from '../retrieval/retrieve.ts'
import type { Adoption } from './adoption-desk.ts'
import { DraftQueue } from './draft-queue.ts'
import type { EntryDraft, EntryKind } from './entry-draft.ts'
import type { LedgerCalls } from './ledger-calls.ts'
import { LogTrail } from './log-trail.ts'
import type { ReaderCalls } from './reader-calls.ts'
import type { AuditTrail, Deliveries, Insights, PartHealth } from './record.ts'
import { type Mask, RetrievalEntries } from './retrieval-entry.ts'

export interface RecorderOptions {
  readonly ledger: LedgerCalls
  readonly reader: ReaderCalls
  readonly clock: Clock
  readonly newId: () => string
  readonly mask: Mask
  /** For ids, which must stay apart from each other. */
  readonly maskId: Mask
  /** Whether a reply waits until its entry is on disk. */
  readonly isStrict: boolean
  /** Whether nothing is answered that cannot be recorded. */
  readonly isRequired: boolean
  /** Runs a function at the end of this turn of the event loop. */
  readonly soon: (run: () => void) => void
  /** After entries were written of which messages go out. */
  readonly onDeliverable: () => void
  /** Entries that went to disk together, and the seconds that took. */
  readonly onCommitted: (entries: number, seconds: number) => void
  /** What keeps entries from being written, when that begins; undefined when it is over. */
  readonly onFailure: (failure: string | undefined) => void
}

/** A request that was denied. */
export interface DeniedRequest {
  readonly actor?: Actor | undefined
  /** What was asked for, such as `POST /v1/retrievals`. */
  readonly action: string
  readonly code: ErrorCode
  readonly agentId?: string | undefined
  readonly interactionId?: string | undefined
}

/** Entries that may wait to be written. */
const maxQueued = 20_000
/** Milliseconds that a reply waits for the disk before it says that it cannot be recorded. */
const patienceMs = 2000
/** The same for who asks how the database does, who waits for 2 s in all. */
const healthPatienceMs = 1500
/** A full disk may take what a probe writes: an entry that failed counts for so long, unless a later one is written. */
const failureCountsMs = 5000

/** A message that waits longer is a reason to look. */
const lateMs = 3_600_000

const idOf = plainText(1, 128)
const keyOf = plainText(1, 256)

export class Recorder {
  readonly audit: AuditTrail
  readonly insights: Insights
  readonly deliveries: Deliveries
  readonly #options: RecorderOptions
  readonly #entries: RetrievalEntries
  readonly #queue: DraftQueue
  #failure: string | undefined
  #failedAt = 0
  #probe: Promise<void> | undefined
  /** Of retrievals that were answered before their entries are written. */
  readonly #unwritten = new Map<string, Promise<void>>()
  #lost = { count: 0, from: 0, to: 0 }

  constructor(options: RecorderOptions) {
    this.#options = options
    const { ledger, reader, mask, maskId } = options
    this.#entries = new RetrievalEntries(mask, maskId)
    this.#queue = new DraftQueue({ send: (drafts) => this.#send(drafts), soon: options.soon, max: maxQueued })
    const draft = (kind: EntryKind, body: Readonly<Record<string, unknown>>) => this.#draft(kind, body)
    this.audit = new LogTrail({
      ledger,
      reader,
      maskId,
      append: (kind, body) => this.#queue.append(draft(kind, body)),
    })
    const insight = (name: keyof Insights) => (query: object) => reader.insight(name, query) as Promise<never>
    this.insights = {
      adoption: insight('adoption'),
      latency: insight('latency'),
      freshness: insight('freshness'),
      content: insight('content'),
      gaps: insight('gaps'),
      use: insight('use'),
    }
    this.deliveries = {
      list: (query) => ledger.listDeliveries(query),
      replay: async (ids) => {
        const count = await ledger.replay(ids)
        options.onDeliverable()
        return count
      },
    }
  }

  /** Entries that are not on disk yet, and those that never will be. */
  get stats(): { readonly queued: number; readonly lost: number } {
    return { queued: this.#queue.length, lost: this.#lost.count }
  }

  /**
   * Records a retrieval. Undefined when its reply need not wait.
   * @throws CuecardError `record.unavailable`, `record.overloaded` where the configuration requires the entry.
   */
  retrieved(retrieval: Retrieval, situation: RetrievalSituation): Promise<void> | undefined {
    const { clock, isStrict, isRequired } = this.#options
    const latencyUs = Math.round((clock.now() - situation.startedAt) * 1000)
    const draft = this.#entries.draft(retrieval, situation, clock.wallTime(), latencyUs)
    // What is turned away will never be on disk, whatever the durability.
    const mustWait = isStrict || this.#queue.isFull
    const written = this.#queue.append(draft)
    if (isRequired && mustWait) return written
    if (isRequired && this.#failure !== undefined) {
      written.catch(() => {})
      return Promise.reject(new CuecardError('record.unavailable', this.#failure))
    }
    const kept = written.catch(() => this.#miss(draft.at))
    // A database that hangs costs the first replies their time, not all of them.
    if (isStrict && this.#failure === undefined) return kept
    this.#unwritten.set(
      retrieval.retrievalId,
      kept.finally(() => this.#unwritten.delete(retrieval.retrievalId)),
    )
    return undefined
  }

  /**
   * Records what an agent did with an item, or how its interaction ended.
   * @throws CuecardError `request.invalid`, `retrieval.unknown`, `adoption.not_shown`, `idempotency.conflict`, `access.denied`, `record.unavailable`.
   */
  async adopted(
    retrievalId: string,
    input: unknown,
    {
      actor,
      idempotencyKey,
      boundTo,
    }: { actor: Actor; idempotencyKey?: string | undefined; boundTo: string | undefined },
  ): Promise<AdoptionReceipt> {
    const { ledger, clock, newId, mask, maskId, onDeliverable } = this.#options
    const event = parseAdoptionEvent(input)
    const adoption: Adoption = {
      retrievalId: parseWith(idOf, retrievalId, 'retrievalId'),
      event: maskedEvent(event, mask),
      eventId: newId(),
      at: clock.wallTime(),
      actor: { id: maskId(actor.id), roles: actor.roles, via: actor.via },
      boundTo: boundTo === undefined ? undefined : maskId(boundTo),
      idempotencyKey:
        idempotencyKey === undefined ? undefined : parseWith(keyOf, idempotencyKey, 'Idempotency-Key'),
    }
    await this.#unwritten.get(retrievalId)
    const receipt = await withPatience(ledger.adopt(adoption), clock)
    onDeliverable()
    return receipt
  }

  /** Records a denied request; nobody waits for it. */
  refused({ actor, action, code, agentId: named = '', interactionId = '' }: DeniedRequest): void {
    const { mask, maskId } = this.#options
    // It tells of who asked, and is erased with that one: whomever an agent named instead of itself does not stand in it.
    const agentId = actor !== undefined && isBoundToItself(actor) ? (actor.agentId ?? '') : named
    const draft = this.#draft('refusal', {
      action: mask(action),
      actor: actor ? { id: maskId(actor.id), roles: actor.roles, via: actor.via } : null,
      agentId: maskId(agentId),
      code,
      interactionId: maskId(interactionId),
    })
    this.#queue
      .append({ ...draft, agentId: maskId(agentId), interactionId: maskId(interactionId) })
      .catch(() => this.#miss(draft.at))
  }

  /** Whether the store takes entries now. */
  async health(): Promise<PartHealth> {
    const { ledger, clock } = this.#options
    // One at a time: of a database that hangs many would pile up.
    this.#probe ??= ledger.probe().finally(() => {
      this.#probe = undefined
    })
    await withPatience(this.#probe, clock, healthPatienceMs).then(
      () => {
        if (clock.now() - this.#failedAt >= failureCountsMs) this.#recovered()
      },
      (error) => this.#failed(error),
    )
    const problem = this.#failure
    return { ok: problem === undefined, essential: true, message: problem ?? 'The record is written' }
  }

  /** Whether what is to be delivered is delivered. */
  async deliveryHealth(): Promise<PartHealth> {
    const { reader, clock } = this.#options
    const problem = await withPatience(reader.backlog(), clock, healthPatienceMs).then(
      (backlog) => problemOf(backlog, clock.wallTime()),
      (error: Error) => error.message,
    )
    return { ok: problem === undefined, essential: false, message: problem ?? 'No message waits for long' }
  }

  /** Writes what waits, and tells of what was never written. */
  async close(): Promise<void> {
    this.#tellOfGap()
    await this.#queue.idle()
    const { count, from, to } = this.#lost
    if (count > 0)
      this.#options.onFailure(
        `${count} entries from ${new Date(from).toISOString()} to ${new Date(to).toISOString()} were never recorded`,
      )
  }

  async #send(drafts: readonly EntryDraft[]): Promise<void> {
    const { clock, ledger, onCommitted } = this.#options
    const startedAt = clock.now()
    try {
      await withPatience(ledger.append(drafts), clock)
      onCommitted(drafts.length, (clock.now() - startedAt) / 1000)
      this.#recovered()
      this.#options.onDeliverable()
      this.#tellOfGap()
    } catch (error) {
      this.#failed(error)
      throw error
    }
  }

  #failed(error: unknown): void {
    const isNew = this.#failure === undefined
    this.#failure = error instanceof Error ? error.message : 'The record failed'
    this.#failedAt = this.#options.clock.now()
    if (isNew) this.#options.onFailure(this.#failure)
  }

  #recovered(): void {
    if (this.#failure === undefined) return
    this.#failure = undefined
    this.#options.onFailure(undefined)
  }

  #miss(at: number): void {
    if (this.#lost.count === 0) this.#lost.from = at
    this.#lost.count++
    this.#lost.to = at
  }

  /** What was answered without an entry is at least counted in the log. */
  #tellOfGap(): void {
    const { count, from, to } = this.#lost
    if (count === 0) return
    this.#lost = { count: 0, from: 0, to: 0 }
    const body = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), missed: count }
    this.#queue.append(this.#draft('gap', body)).catch(() => {
      this.#lost = { count: this.#lost.count + count, from, to: Math.max(to, this.#lost.to) }
    })
  }

  #draft(kind: EntryKind, body: Readonly<Record<string, unknown>>): EntryDraft {
    const at = this.#options.clock.wallTime()
    const text = canonicalJson({ ...body, kind, at: new Date(at).toISOString() })
    return { kind, at, agentId: '', interactionId: '', body: text }
  }
}

/** A sentence about what is wrong with the deliveries. */
function problemOf(backlog: readonly EndpointBacklog[], now: number): string | undefined {
  for (const { endpoint, disabled, pending, oldestAt } of backlog) {
    if (disabled !== null) return `${endpoint} is switched off: ${disabled}`
    if (oldestAt !== null && now - oldestAt > lateMs)
      return `${pending} messages wait for ${endpoint}, one for over an hour`
  }
  return undefined
}

function maskedEvent(event: AdoptionEvent, mask: Mask): AdoptionEvent {
  const { reason, wrapUpCode } = event
  return {
    ...event,
    ...(reason !== undefined && { reason: mask(reason) }),
    ...(wrapUpCode !== undefined && { wrapUpCode: mask(wrapUpCode) }),
  }
}

/** A disk that hangs must not keep replies for ever. */
function withPatience<T>(work: Promise<T>, clock: Clock, ms = patienceMs): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () =>
      reject(new CuecardError('record.unavailable', `The database did not answer within ${ms / 1000} s`)),
    )
    work.then(resolve, reject).finally(cancel)
  })
}
