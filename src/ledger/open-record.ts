// Puts the record together: its two threads, or everything in this one where a test moves the clock.
import type { Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import type { Random } from '../random.ts'
import type { LedgerStore } from '../storage/ledger-store.ts'
import { openStore, type StoreSettings } from '../storage/open-store.ts'
import { AuditKey } from './audit-key.ts'
import type { EntryDraft } from './entry-draft.ts'
import { flattenDrafts } from './flat-drafts.ts'
import { type LedgerCalls, type LedgerSettings, openLedger } from './ledger-calls.ts'
import { openReader, type ReaderCalls, type ReaderPorts, type ReaderSettings } from './reader-calls.ts'
import { reopening } from './reopening.ts'
import { Thread } from './thread.ts'

export interface RecordSettings extends LedgerSettings, ReaderSettings {
  readonly database: StoreSettings
  /** 32 bytes. */
  readonly auditKey: Uint8Array
}

/** The calls of the record, wherever they run. */
export interface OpenRecord {
  readonly ledger: LedgerCalls
  readonly reader: ReaderCalls
  close(): Promise<void>
}

/** What the record runs on and tells of. */
export interface RecordPorts {
  readonly clock: Clock
  readonly random: Random
  readonly onSettled: ReaderPorts['onSettled']
}

/** Opens the record in threads of its own: no write and no search holds up a reply. */
export function openRecordInThreads(settings: RecordSettings, { clock, onSettled }: RecordPorts): OpenRecord {
  const { database, auditKey, origin, endpoints, retentionMonths, searchableDays, latencyBudgetMs } = settings
  const data = { url: database.url.reveal(), connections: database.connections, auditKey }
  const { configuration } = settings
  const ledgerSettings: LedgerSettings = {
    origin,
    endpoints,
    retentionMonths,
    searchableDays,
    configuration,
  }
  const ledgerThread = new Thread({
    name: 'ledger-thread',
    data: { ...data, settings: ledgerSettings },
    handlers: {},
    clock,
  })
  const calls = ledgerThread.calls<LedgerCalls>()
  const appendFlat = async (drafts: readonly EntryDraft[]) => {
    const flat = flattenDrafts(drafts)
    await ledgerThread.call('appendFlat', [flat], [flat.bodies.buffer])
  }
  const ledger = new Proxy(calls, {
    get: (_, name) => (name === 'append' ? appendFlat : calls[name as keyof LedgerCalls]),
  })
  const readerSettings: ReaderSettings = { searchableDays, latencyBudgetMs, deliveries: settings.deliveries }
  const readerThread = new Thread({
    name: 'reader-thread',
    data: { ...data, settings: readerSettings },
    handlers: {
      ledger: (name: keyof LedgerCalls, ...values: never[]) =>
        (ledger[name] as (...values: never[]) => unknown)(...values),
      settled: onSettled,
    },
    clock,
  })
  return {
    ledger,
    reader: readerThread.calls<ReaderCalls>(),
    async close() {
      // First the one that still has outcomes to settle.
      await readerThread.close()
      await ledgerThread.close()
    },
  }
}

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
    const calls = openReader(store, auditKey, settings, { ...ports, ledger })
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
