// The outbox of the ledger, on each real store, keeps what every outbox keeps.
import { AuditKey } from '../../src/ledger/audit-key.ts'
import { AuditReader } from '../../src/ledger/audit-reader.ts'
import { openLedger } from '../../src/ledger/ledger-calls.ts'
import { LedgerOutbox } from '../../src/ledger/ledger-outbox.ts'
import { backlogOf } from '../../src/ledger/outbox-backlog.ts'
import { openStore } from '../../src/storage/open-store.ts'
import { retrievalDraft, secret, settings } from '../ledger/ledger-on-store.ts'
import { realDatabases } from '../storage/real-stores.ts'
import { outboxConformance } from './outbox-conformance.ts'

for (const [name, make] of realDatabases)
  outboxConformance(
    name,
    async (clock) => {
      const database = await make()
      const auditKey = new AuditKey(secret)
      const store = await openStore(database.settings)
      const ledger = await openLedger(store, auditKey, clock, {
        ...settings,
        endpoints: ['one', 'two'].map((name) => ({ name, kinds: ['retrieval'] as const })),
      })
      const readStore = await openStore(database.settings, { readOnly: true })
      const entries = new AuditReader(readStore, auditKey)
      const reader = {
        bodies: (indexes: readonly number[]) => entries.bodies(indexes),
        backlog: () => backlogOf(readStore),
      }
      let count = 0
      const draft = () => retrievalDraft(`retrieval-${count++}`, { at: clock.wallTime() })
      return {
        outbox: new LedgerOutbox(ledger, reader),
        other: new LedgerOutbox(ledger, reader),
        deliveries: {
          list: (query) => ledger.listDeliveries(query),
          replay: (ids) => ledger.replay(ids),
        },
        append: (size) => ledger.append(Array.from({ length: size }, draft)),
        erase: async () => {
          await ledger.erase({ agentId: 'ann' }, 'test')
        },
        async close() {
          await readStore.close()
          await ledger.close()
          await database.drop()
        },
      }
    },
    { runs: 15 },
  )
