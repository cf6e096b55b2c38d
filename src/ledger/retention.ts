// What leaves the record: persons who are erased, and what is past its time. Never a node of the tree.
import { sql } from 'kysely'
import { canonicalJson } from '../audit/canonical-json.ts'
import type { Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import { keyGroup, keyGroupOf } from '../storage/key-group.ts'
import type { LedgerStore } from '../storage/ledger-store.ts'
import { idempotencyMs } from './adoption-desk.ts'
import type { AuditKey } from './audit-key.ts'
import type { LedgerWriter } from './ledger-writer.ts'
import type { Erasure } from './record.ts'

/** Rows changed in one transaction, so that no reply waits long behind it. */
const rowsAtOnce = 500
const dayMs = 24 * 3_600_000
/** Milliseconds for which it is tried to scrub what was deleted, and between two tries. */
const scrubMs = 10_000
const betweenScrubsMs = 200

export type Person = { readonly agentId: string } | { readonly interactionId: string }

export interface RetentionOptions {
  readonly store: LedgerStore
  readonly writer: LedgerWriter
  readonly auditKey: AuditKey
  readonly clock: Clock
  /** Bodies are kept this many months, and can be searched for this many days. */
  readonly months: number
  readonly searchableDays: number
}

export class Retention {
  readonly #options: RetentionOptions
  /** Everything before this index has no body any more. */
  #emptyBefore = 0

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  /** PostgreSQL's index is by the key itself. */
  get #isByGroup(): boolean {
    return this.#options.store.dialect === 'sqlite'
  }

  /** Destroys the keys of a person at once, then the boxes that nobody can open any more. `by`: who asked. */
  async erase(person: Person, by: string): Promise<Erasure> {
    const { store, writer, auditKey, clock } = this.#options
    const [column, id] =
      'agentId' in person
        ? (['agent_id', person.agentId] as const)
        : (['interaction_id', person.interactionId] as const)
    const keys = await writer.between(() =>
      store.transaction(async (db) => {
        const rows = await db.deleteFrom('person_keys').where(column, '=', id).returning('id').execute()
        if (rows.length > 0) await raiseKeyEpoch(db)
        return rows.map((row) => row.id)
      }),
    )
    const entries = await this.#empty(keys)
    const at = clock.wallTime()
    const body = canonicalJson({
      kind: 'erasure',
      at: new Date(at).toISOString(),
      by,
      entries,
      keys: keys.length,
      // Who knows the id can check that it was this one; the entry does not tell it.
      person: {
        digest: auditKey.digest(id).toString('hex'),
        type: 'agentId' in person ? 'agent' : 'interaction',
      },
    })
    await writer.append([{ kind: 'erasure', at, agentId: '', interactionId: '', body }])
    await this.#scrub()
    return { keys: keys.length, entries }
  }

  /** Lets go of what is past its time. How many entries lost their body. */
  async run(): Promise<number> {
    const { store, writer, clock, months, searchableDays } = this.#options
    const now = clock.wallTime()
    await writer.between(async () => {
      await store.db
        .deleteFrom('idempotency')
        .where('at', '<', now - idempotencyMs)
        .execute()
    })
    const searchable = await this.#firstSince(now - searchableDays * dayMs)
    for (const table of ['retrievals', 'events'] as const) await this.#forget(table, searchable)
    const date = new Date(now)
    const end = await this.#firstSince(date.setUTCMonth(date.getUTCMonth() - months))
    let emptied = 0
    while (this.#emptyBefore < end) {
      const to = Math.min(end, this.#emptyBefore + rowsAtOnce)
      emptied += await writer.between(() => this.#emptyRange(this.#emptyBefore, to))
      this.#emptyBefore = to
    }
    return emptied
  }

  /** Index of the first entry that is not older than `at`; the log's size where all are. */
  async #firstSince(at: number): Promise<number> {
    const row = await this.#options.store.db
      .selectFrom('entries')
      .select('idx')
      .where('at', '>=', at)
      .orderBy('at')
      .limit(1)
      .executeTakeFirst()
    return row?.idx ?? this.#options.writer.size
  }

  async #forget(table: 'retrievals' | 'events', before: number): Promise<void> {
    const { store, writer } = this.#options
    const some = () =>
      store.db
        .deleteFrom(table)
        .where(
          'idx',
          'in',
          store.db.selectFrom(table).select('idx').where('idx', '<', before).orderBy('idx').limit(rowsAtOnce),
        )
        .executeTakeFirst()
    while (Number((await writer.between(some)).numDeletedRows) === rowsAtOnce);
  }

  #emptyRange(from: number, to: number): Promise<number> {
    return this.#options.store.transaction(async (db) => {
      const rows = await db
        .updateTable('entries')
        .set({ box: null })
        .where('idx', '>=', from)
        .where('idx', '<', to)
        .where('box', 'is not', null)
        .returning('key_id')
        .execute()
      await this.#letGoOfKeys(db, [...new Set(rows.map((row) => row.key_id))], to)
      return rows.length
    })
  }

  /** Keys whose last box is gone; before `end` there is none any more. */
  async #letGoOfKeys(db: LedgerStore['db'], keys: readonly number[], end: number): Promise<void> {
    if (keys.length === 0) return
    const gone = await db
      .deleteFrom('person_keys')
      .where('id', 'in', keys)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('entries')
              .select('idx')
              .whereRef('entries.key_id', '=', 'person_keys.id')
              .$if(this.#isByGroup, (query) =>
                query
                  .where(keyGroup('entries.key_id'), '=', keyGroup('person_keys.id'))
                  .where('idx', '>=', end),
              )
              .where('box', 'is not', null),
          ),
        ),
      )
      .returning('id')
      .execute()
    if (gone.length > 0) await raiseKeyEpoch(db)
  }

  /** Takes away the boxes of destroyed keys. */
  async #empty(keys: readonly number[]): Promise<number> {
    const { store, writer } = this.#options
    let emptied = 0
    for (let from = 0; from < keys.length; from += rowsAtOnce) {
      const some = keys.slice(from, from + rowsAtOnce)
      const groups = [...new Set(some.map(keyGroupOf))]
      const next = () =>
        store.transaction(async (db) => {
          const rows = await db
            .updateTable('entries')
            .set({ box: null })
            .where(
              'idx',
              'in',
              db
                .selectFrom('entries')
                .select('idx')
                .where('key_id', 'in', some)
                .$if(this.#isByGroup, (query) => query.where(keyGroup('key_id'), 'in', groups))
                .where('box', 'is not', null)
                .limit(rowsAtOnce),
            )
            .returning('idx')
            .execute()
          const indexes = rows.map(({ idx }) => idx)
          if (indexes.length > 0)
            await db
              .updateTable('retrievals')
              .set({ query_digest: null })
              .where('idx', 'in', indexes)
              .execute()
          return indexes.length
        })
      for (let count = await writer.between(next); count > 0; count = await writer.between(next))
        emptied += count
    }
    return emptied
  }

  /** Deleted keys may still lie beside the tables, for as long as somebody reads there. */
  async #scrub(): Promise<void> {
    const { store, writer, clock } = this.#options
    const startedAt = clock.now()
    while (!(await writer.between(() => store.scrub()))) {
      if (clock.now() - startedAt > scrubMs)
        throw new CuecardError(
          'record.unavailable',
          'The keys are destroyed, but copies still lie in the write-ahead log of the database, which another program reads; end that program and erase again',
        )
      await new Promise<void>((resolve) => clock.after(betweenScrubsMs, resolve))
    }
  }
}

/** Whoever holds one of the destroyed keys in memory finds that the head has moved. */
async function raiseKeyEpoch(db: LedgerStore['db']): Promise<void> {
  await db.updateTable('ledger_head').set({ key_epoch: sql<number>`key_epoch + 1` }).execute()
}
