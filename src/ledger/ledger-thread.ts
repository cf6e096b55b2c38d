// The thread that writes the log: cryptography, tree and SQL, away from the replies.
import { type MessagePort, parentPort } from 'node:worker_threads'
import { systemClock } from '../clock.ts'
import { Secret } from '../secret.ts'
import { openStore } from '../storage/open-store.ts'
import { AuditKey } from './audit-key.ts'
import { type FlatDrafts, unflattenDrafts } from './flat-drafts.ts'
import { type LedgerSettings, openLedger } from './ledger-calls.ts'
import { Peer } from './peer.ts'
import { reopening } from './reopening.ts'
import type { ThreadData } from './thread.ts'

async function open({ url, connections, auditKey, settings }: ThreadData<LedgerSettings>) {
  const store = await openStore({ url: new Secret(url), connections }, { walIsKept: true })
  try {
    const calls = await openLedger(store, new AuditKey(auditKey), systemClock, settings)
    return {
      ...calls,
      appendFlat: (drafts: FlatDrafts) => calls.append(unflattenDrafts(drafts)),
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

function begin(port: MessagePort, data: ThreadData<LedgerSettings>): void {
  new Peer(
    port,
    reopening(() => open(data), systemClock),
  )
}

parentPort?.once('message', begin.bind(undefined, parentPort))
