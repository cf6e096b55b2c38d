// Puts the record together from its two threads.
import type { Clock } from '../clock.ts'
import type { Random } from '../random.ts'
import type { StoreSettings } from '../storage/open-store.ts'
import type { EntryDraft } from './entry-draft.ts'
import { flattenDrafts } from './flat-drafts.ts'
import type { LedgerCalls, LedgerSettings } from './ledger-calls.ts'
import type { ReaderCalls, ReaderPorts, ReaderSettings } from './reader-calls.ts'
import { Thread } from './thread.ts'
import type { WaitingWorkers } from './thread-workers.ts'

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
  /** What its threads are made of; started here where they are not yet. */
  readonly workers?: WaitingWorkers | undefined
}

/** Opens the record in threads of its own: no write and no search holds up a reply. */
export function openRecordInThreads(
  settings: RecordSettings,
  { clock, onSettled, workers }: RecordPorts,
): OpenRecord {
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
    worker: workers?.take('ledger-thread'),
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
    worker: workers?.take('reader-thread'),
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
