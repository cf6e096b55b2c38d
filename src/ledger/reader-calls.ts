// What the reader's thread does for others: long reads, which nobody's reply waits for.
import type { Clock } from '../clock.ts'
import type { EndpointBacklog } from '../delivery/outbox.ts'
import type { Relay } from '../delivery/relay.ts'
import type { WebhookPorts, WebhookSettings } from '../delivery/start-webhooks.ts'
import { CuecardError } from '../errors.ts'
import type { LogPage, UsesPage } from '../learning/read-log.ts'
import type { KnownRates } from '../learning/use-rates.ts'
import type { Random } from '../random.ts'
import type { LedgerStore } from '../storage/ledger-store.ts'
import type { AuditKey } from './audit-key.ts'
import { AuditReader, type SizedNote, searchableFrom } from './audit-reader.ts'
import type { LedgerCalls } from './ledger-calls.ts'
import { LedgerOutbox } from './ledger-outbox.ts'
import { backlogOf } from './outbox-backlog.ts'
import type {
  AuditEntry,
  ConsistencyProof,
  EntriesPage,
  EntriesQuery,
  ExportQuery,
  InclusionProof,
  Insights,
} from './record.ts'

/** An export that was begun: `next` gives its lines until there are none. */
export interface OpenExport {
  readonly id: number
  readonly first: number
  readonly end: number
}

export interface ReaderCalls {
  entries(query: EntriesQuery): Promise<EntriesPage>
  entry(index: number): Promise<AuditEntry>
  bodies(
    indexes: readonly number[],
  ): Promise<Map<number, { at: number; body: Record<string, unknown> | null }>>
  inclusion(index: number, newest: SizedNote): Promise<InclusionProof>
  consistency(from: number, newest: SizedNote): Promise<ConsistencyProof>
  openExport(
    query: ExportQuery,
    newest: SizedNote,
    log: { origin: string; publicKey: string },
  ): Promise<OpenExport>
  /** The next lines; undefined at the end. */
  nextLines(id: number): Promise<readonly string[] | undefined>
  closeExport(id: number): Promise<void>
  insight(name: keyof Insights, query: Parameters<Insights['gaps']>[0]): Promise<unknown>
  /** What was shown and used, newest first: entries before `before`, or from the end. */
  logPage(before?: number): Promise<LogPage>
  /** How often articles were used and what came of it, as of now. */
  useRates(): Promise<KnownRates>
  /** What was used for which question, as of a day ago and before, newest first. */
  usesPage(before?: number): Promise<UsesPage>
  backlog(): Promise<readonly EndpointBacklog[]>
  /** There is something to deliver. */
  wake(): Promise<void>
  close(): Promise<void>
}

export interface ReaderSettings {
  readonly searchableDays: number
  readonly latencyBudgetMs: number
  readonly deliveries: WebhookSettings
}

export interface ReaderPorts {
  readonly clock: Clock
  readonly random: Random
  /** The ledger, in its own thread. */
  readonly ledger: LedgerCalls
  /** Of a delivery: `delivered`, `retry`, `dead` or `dropped`; seconds where an attempt was made. */
  readonly onSettled: (endpoint: string, outcome: string, seconds?: number) => void
}

/** Exports under way at a time. */
const maxExports = 8

export async function openReader(
  store: LedgerStore,
  auditKey: AuditKey,
  { searchableDays, latencyBudgetMs, deliveries }: ReaderSettings,
  { clock, random, ledger, onSettled }: ReaderPorts,
): Promise<ReaderCalls> {
  const reader = new AuditReader(store, auditKey)
  const read = {
    bodies: (indexes: readonly number[]) => reader.bodies(indexes),
    backlog: () => backlogOf(store),
  }
  const relay = await relayOf(deliveries, {
    outbox: new LedgerOutbox(ledger, read),
    clock,
    random,
    onSettled,
  })
  const exports = new Map<number, AsyncGenerator<string[]>>()
  let count = 0
  return {
    entries: (query) => reader.entries(query, searchableFrom(clock.wallTime(), searchableDays)),
    entry: (index) => reader.entry(index),
    inclusion: (index, newest) => reader.inclusion(index, newest),
    consistency: (from, newest) => reader.consistency(from, newest),
    async openExport(query, newest, log) {
      if (exports.size >= maxExports)
        throw new CuecardError(
          'record.overloaded',
          `${maxExports} exports are under way; wait for one to end`,
        )
      const range = await reader.rangeOf(query, newest.size)
      const id = ++count
      exports.set(id, reader.export(range, newest, log))
      return { id, ...range }
    },
    async nextLines(id) {
      const lines = await exports.get(id)?.next()
      if (lines === undefined || lines.done) {
        exports.delete(id)
        return undefined
      }
      return lines.value
    },
    async closeExport(id) {
      await exports.get(id)?.return(undefined)
      exports.delete(id)
    },
    async insight(name, query) {
      // Loaded when it is asked for: the start does not wait for it.
      const { StoreInsights } = await import('../insight/store-insights.ts')
      return new StoreInsights({ store, clock, latencyBudgetMs, bodiesOf: read.bodies })[name](query)
    },
    async logPage(before) {
      const { readLogPage } = await import('../learning/read-log.ts')
      return readLogPage({ db: store.db, bodiesOf: read.bodies }, before)
    },
    async useRates() {
      const { readRates } = await import('../learning/read-log.ts')
      return readRates({ db: store.db, bodiesOf: read.bodies }, clock.wallTime())
    },
    async usesPage(before) {
      const { readUsesPage } = await import('../learning/read-log.ts')
      return readUsesPage({ db: store.db, bodiesOf: read.bodies }, clock.wallTime(), before)
    },
    ...read,
    wake: async () => relay?.wake(),
    async close() {
      await relay?.close()
    },
  }
}

/** Their client is loaded only where there is somebody to send to. */
async function relayOf(settings: WebhookSettings, ports: WebhookPorts): Promise<Relay | undefined> {
  if (settings.webhooks.length === 0) return undefined
  const { startWebhooks } = await import('../delivery/start-webhooks.ts')
  return startWebhooks(settings, ports)
}
