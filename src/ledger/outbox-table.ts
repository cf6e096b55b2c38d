// The messages that leave the record, in the store: leased, settled, kept when given up.
import { sql } from 'kysely'
import { canonicalJson } from '../audit/canonical-json.ts'
import type { Clock } from '../clock.ts'
import type { DeliveryOutcome } from '../delivery/outbox.ts'
import type { LedgerStore } from '../storage/ledger-store.ts'
import type { EntryDraft } from './entry-draft.ts'
import type { LedgerWriter } from './ledger-writer.ts'
import { dead, pending } from './outbox-backlog.ts'
import type { Deliveries, DeliveryRecord } from './record.ts'

/** A leased message, still without its content. */
export interface ClaimedMessage {
  readonly entryIndex: number
  readonly attempts: number
}

export class OutboxTable {
  readonly #store: LedgerStore
  readonly #writer: LedgerWriter
  readonly #clock: Clock
  readonly #prefix: string

  /** `logId`: letters and digits that tell this log from others. */
  constructor(store: LedgerStore, writer: LedgerWriter, clock: Clock, logId: string) {
    this.#store = store
    this.#writer = writer
    this.#clock = clock
    this.#prefix = `msg_${logId}_`
  }

  idOf(entryIndex: number): string {
    return this.#prefix + entryIndex
  }

  /** Up to `max` due messages of an endpoint, the longest due first; nobody else gets them for `leaseMs`. */
  claim(endpoint: string, max: number, leaseMs: number): Promise<readonly ClaimedMessage[]> {
    const now = this.#clock.wallTime()
    return this.#writer.between(async () => {
      const due = this.#store.db
        .selectFrom('outbox')
        .select('entry_idx')
        .where('endpoint', '=', endpoint)
        .where('state', '=', pending)
        .where('due_at', '<=', now)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('endpoints').select('name').where('name', '=', endpoint))),
        )
        .orderBy('due_at')
        .limit(max)
      const rows = await this.#store.db
        .updateTable('outbox')
        .set({ due_at: now + leaseMs })
        .where('endpoint', '=', endpoint)
        .where('entry_idx', 'in', this.#store.dialect === 'postgres' ? due.forUpdate().skipLocked() : due)
        .returning(['entry_idx', 'attempts'])
        .execute()
      return rows
        .map(({ entry_idx, attempts }) => ({ entryIndex: entry_idx, attempts }))
        .sort((a, b) => a.entryIndex - b.entryIndex)
    })
  }

  async settle(outcomes: readonly DeliveryOutcome[]): Promise<void> {
    const given = outcomes.filter(({ result }) => result === 'dead')
    // First the entry, then the change: if it ends between, it is told twice rather than never.
    if (given.length > 0) await this.#writer.append(given.map((outcome) => this.#failureOf(outcome)))
    await this.#writer.between(() =>
      this.#store.transaction(async (db) => {
        for (const group of groupsOf(outcomes)) {
          const [{ endpoint, result }] = group
          const ids = group.map(({ id }) => this.#indexOf(id)).filter((index) => index !== undefined)
          // PostgreSQL refuses an empty list.
          if (ids.length === 0) continue
          if (result === 'delivered' || result === 'dropped')
            await db
              .deleteFrom('outbox')
              .where('endpoint', '=', endpoint)
              .where('entry_idx', 'in', ids)
              .execute()
          else
            await db
              .updateTable('outbox')
              .set(changeOf(group[0]))
              .where('endpoint', '=', endpoint)
              .where('entry_idx', 'in', ids)
              .execute()
        }
      }),
    )
  }

  /** After 410: nothing more is sent there until it is replayed. */
  async disable(endpoint: string, reason: string): Promise<void> {
    await this.#writer.append([
      this.#draft({ kind: 'delivery_failure', endpoint, error: reason, messageId: null }),
    ])
    await this.#writer.between(async () => {
      await this.#store.db
        .insertInto('endpoints')
        .values({ name: endpoint, disabled: reason })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ disabled: reason }))
        .execute()
    })
  }

  async list({
    state,
    endpoint,
    limit = 50,
  }: Parameters<Deliveries['list']>[0] = {}): Promise<readonly DeliveryRecord[]> {
    let query = this.#store.db.selectFrom('outbox').selectAll().orderBy('entry_idx').limit(limit)
    if (state !== undefined) query = query.where('state', '=', state === 'dead' ? dead : pending)
    if (endpoint !== undefined) query = query.where('endpoint', '=', endpoint)
    return (await query.execute()).map((row) => ({
      id: this.idOf(row.entry_idx),
      endpoint: row.endpoint,
      state: row.state === dead ? 'dead' : 'pending',
      attempts: row.attempts,
      entryIndex: row.entry_idx,
      dueAt: row.state === dead ? null : new Date(row.due_at).toISOString(),
      lastError: row.error,
    }))
  }

  /** Makes dead letters due, all or those named, and switches their endpoints on again. How many. */
  replay(ids?: readonly string[]): Promise<number> {
    const indexes = ids?.map((id) => this.#indexOf(id)).filter((index) => index !== undefined)
    return this.#writer.between(() =>
      this.#store.transaction(async (db) => {
        let update = db
          .updateTable('outbox')
          .set({ state: pending, attempts: 0, due_at: this.#clock.wallTime(), error: null })
          .where('state', '=', dead)
        if (indexes !== undefined) {
          if (indexes.length === 0) return 0
          update = update.where('entry_idx', 'in', indexes)
        }
        const rows = await update.returning('endpoint').execute()
        const enabled = ids === undefined ? undefined : [...new Set(rows.map(({ endpoint }) => endpoint))]
        if (enabled === undefined) await db.deleteFrom('endpoints').execute()
        else if (enabled.length > 0) await db.deleteFrom('endpoints').where('name', 'in', enabled).execute()
        return rows.length
      }),
    )
  }

  #indexOf(id: string): number | undefined {
    const digits = id.startsWith(this.#prefix) ? id.slice(this.#prefix.length) : ''
    return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined
  }

  #failureOf(outcome: DeliveryOutcome): EntryDraft {
    const error = 'error' in outcome ? outcome.error : ''
    return this.#draft({ kind: 'delivery_failure', endpoint: outcome.endpoint, error, messageId: outcome.id })
  }

  #draft(body: Record<string, unknown> & { readonly kind: EntryDraft['kind'] }): EntryDraft {
    const at = this.#clock.wallTime()
    const text = canonicalJson({ ...body, at: new Date(at).toISOString() })
    return { kind: body.kind, at, agentId: '', interactionId: '', body: text }
  }
}

/** Outcomes that make the same change go together: after an outage there are thousands. */
function groupsOf(outcomes: readonly DeliveryOutcome[]): [DeliveryOutcome, ...DeliveryOutcome[]][] {
  const groups = new Map<string, [DeliveryOutcome, ...DeliveryOutcome[]]>()
  for (const outcome of outcomes) {
    const { id: _, ...change } = outcome
    const key = JSON.stringify(change)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [outcome])
    else group.push(outcome)
  }
  return [...groups.values()]
}

function changeOf(outcome: DeliveryOutcome) {
  const attempts = sql<number>`attempts + 1`
  if (outcome.result === 'dead') return { state: dead, attempts, error: outcome.error }
  if (outcome.result !== 'retry') return {}
  const { at, counts, error } = outcome
  return counts ? { due_at: at, attempts, error } : { due_at: at }
}
