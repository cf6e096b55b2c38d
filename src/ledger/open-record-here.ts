// Puts the record together in this thread: for commands, for a database in memory, and where a test moves the clock.
import { CuecardError } from '../errors.ts'
import type { LedgerStore } from '../storage/ledger-store.ts'
import { openStore } from '../storage/open-store.ts'
import { AuditKey } from './audit-key.ts'
import { openLedger } from './ledger-calls.ts'
import type { OpenRecord, RecordPorts, RecordSettings } from './open-record.ts'
import { openReader } from './reader-calls.ts'
import { reopening } from './reopening.ts'

/** Opens the record in this thread, on the given clock. */
export function openRecordHere(settings: RecordSettings, ports: RecordPorts): OpenRecord {
  const { clock } = ports
  const auditKey = new AuditKey(settings.auditKey)
  const opened: (() => Promise<void>)[] = []
  // One connection for both: of a database in memory there is no other.
  let store: LedgerStore | undefined
  const ledger = reopening(async () => {
    store = await openStore(settings.database)
    const calls = await openLedger(store, auditKey, clock, settings)
    opened.push(() => calls.close())
    return calls
  }, clock)
  const reader = reopening(async () => {
    await ledger.identity()
    if (store === undefined) throw new CuecardError('record.unavailable', 'The record is not open')
    const calls = await openReader(store, auditKey, settings, { ...ports, ledger })
    opened.unshift(() => calls.close())
    return calls
  }, clock)
  return {
    ledger,
    reader,
    async close() {
      for (const close of opened.splice(0)) await close()
    },
  }
}
