// How much waits for each endpoint. Looked at by the reader: after an outage there are a million rows to count.
import type { EndpointBacklog } from '../delivery/outbox.ts'
import type { LedgerStore } from '../storage/ledger-store.ts'

/** States of a row of the outbox. */
export const pending = 0
export const dead = 1

export async function backlogOf({ db }: LedgerStore): Promise<readonly EndpointBacklog[]> {
  const counts = await db
    .selectFrom('outbox')
    .select(({ fn }) => ['endpoint', 'state', fn.countAll<number>().as('count')])
    .groupBy(['endpoint', 'state'])
    .execute()
  const disabled = await db.selectFrom('endpoints').selectAll().execute()
  const names = new Set([...counts.map(({ endpoint }) => endpoint), ...disabled.map(({ name }) => name)])
  return Promise.all(
    [...names].sort().map(async (endpoint) => {
      const count = (state: number) =>
        Number(counts.find((row) => row.endpoint === endpoint && row.state === state)?.count ?? 0)
      return {
        endpoint,
        pending: count(pending),
        dead: count(dead),
        oldestAt: count(pending) === 0 ? null : await oldestAt(db, endpoint),
        disabled: disabled.find(({ name }) => name === endpoint)?.disabled ?? null,
      }
    }),
  )
}

/** Of the first entry that waits: its index is the lowest. */
async function oldestAt(db: LedgerStore['db'], endpoint: string): Promise<number | null> {
  const oldest = await db
    .selectFrom('outbox')
    .innerJoin('entries', 'entries.idx', 'outbox.entry_idx')
    .select('entries.at')
    .where('endpoint', '=', endpoint)
    .where('state', '=', pending)
    .orderBy('outbox.entry_idx')
    .limit(1)
    .executeTakeFirst()
  return oldest?.at ?? null
}
