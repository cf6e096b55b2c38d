// The thread for what takes its time: searches, exports, figures, and the deliveries.
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../clock.ts'
import { Secret } from '../secret.ts'
import { openStore, sqliteFileOf } from '../storage/open-store.ts'
import { keepWalShort } from '../storage/wal-keeper.ts'
import { AuditKey } from './audit-key.ts'
import type { LedgerCalls } from './ledger-calls.ts'
import { Peer } from './peer.ts'
import { openReader, type ReaderSettings } from './reader-calls.ts'
import { reopening } from './reopening.ts'
import type { ThreadData } from './thread.ts'

const { url, connections, auditKey, settings } = workerData as ThreadData<ReaderSettings>

async function open(main: Peer) {
  const ledger = main.calls<LedgerCalls>('ledger')
  // The ledger makes the tables.
  await ledger.identity()
  const store = await openStore({ url: new Secret(url), connections }, { readOnly: true })
  const file = sqliteFileOf(new Secret(url))
  const stopKeeping = file === undefined ? () => {} : keepWalShort(file, systemClock)
  const calls = openReader(store, new AuditKey(auditKey), settings, {
    clock: systemClock,
    random: Math.random,
    ledger,
    // Nobody waits for it, and there is nothing to do if it fails.
    onSettled: (...settled) => void main.call('settled', ...settled).catch(() => {}),
  })
  return {
    ...calls,
    async close() {
      stopKeeping()
      await calls.close()
      await store.close()
    },
  }
}

if (parentPort) {
  const handlers = reopening(() => open(main), systemClock)
  const main: Peer = new Peer(parentPort, handlers)
  // The deliveries begin without being asked to.
  handlers.wake().catch(() => {})
}
