// The thread for what takes its time: searches, exports, figures, and the deliveries.
import { type MessagePort, parentPort } from 'node:worker_threads'
import { systemClock } from '../clock.ts'
import { Secret } from '../secret.ts'
import { openStore } from '../storage/open-store.ts'
import { sqliteFileOf } from '../storage/sqlite-file.ts'
import { keepWalShort } from '../storage/wal-keeper.ts'
import { AuditKey } from './audit-key.ts'
import type { LedgerCalls } from './ledger-calls.ts'
import { Peer } from './peer.ts'
import { openReader, type ReaderSettings } from './reader-calls.ts'
import { reopening } from './reopening.ts'
import type { ThreadData } from './thread.ts'

async function open({ url, connections, auditKey, settings }: ThreadData<ReaderSettings>, main: Peer) {
  const ledger = main.calls<LedgerCalls>('ledger')
  // The ledger makes the tables.
  await ledger.identity()
  const store = await openStore({ url: new Secret(url), connections }, { readOnly: true })
  const file = sqliteFileOf(new Secret(url))
  const stopKeeping = file === undefined ? () => {} : keepWalShort(file, systemClock)
  const calls = await openReader(store, new AuditKey(auditKey), settings, {
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

function begin(port: MessagePort, data: ThreadData<ReaderSettings>): void {
  const handlers = reopening(() => open(data, main), systemClock)
  const main: Peer = new Peer(port, handlers)
  // The deliveries begin without being asked to.
  handlers.wake().catch(() => {})
}

parentPort?.once('message', begin.bind(undefined, parentPort))
