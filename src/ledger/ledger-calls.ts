// What the ledger's thread does for others: one table of calls, the same with and without a thread between.
import { hash } from 'node:crypto'
import type { AdoptionReceipt } from '../adoption/adoption-event.ts'
import { canonicalJson } from '../audit/canonical-json.ts'
import type { Clock } from '../clock.ts'
import type { DeliveryOutcome } from '../delivery/outbox.ts'
import { CuecardError } from '../errors.ts'
import type { LedgerStore } from '../storage/ledger-store.ts'
import type { Adoption } from './adoption-desk.ts'
import type { AuditKey } from './audit-key.ts'
import type { SizedNote } from './audit-reader.ts'
import type { EntryDraft } from './entry-draft.ts'
import { LedgerWriter } from './ledger-writer.ts'
import type { LedgerEndpoint } from './log-edge.ts'
import { LogSigner, newHead } from './log-signer.ts'
import { type ClaimedMessage, OutboxTable } from './outbox-table.ts'
import type { Deliveries, DeliveryRecord, Erasure } from './record.ts'
import { type Person, Retention } from './retention.ts'

/** What a log is and where it goes. */
export interface LogIdentity {
  readonly origin: string
  readonly verifierKey: string
  /** Prefix of the ids of its messages. */
  readonly messagePrefix: string
}

export interface LedgerCalls {
  identity(): Promise<LogIdentity>
  append(drafts: readonly EntryDraft[]): Promise<void>
  adopt(adoption: Adoption): Promise<AdoptionReceipt>
  /** Of at least `size` entries; without it, of all there are. */
  checkpoint(size?: number): Promise<SizedNote>
  /** The last line of an export; `digest`: SHA-256 over every byte before it, in hex. */
  seal(digest: string): Promise<string>
  claim(endpoint: string, max: number, leaseMs: number): Promise<readonly ClaimedMessage[]>
  settle(outcomes: readonly DeliveryOutcome[]): Promise<void>
  disable(endpoint: string, reason: string): Promise<void>
  listDeliveries(query: Parameters<Deliveries['list']>[0]): Promise<readonly DeliveryRecord[]>
  replay(ids: readonly string[] | undefined): Promise<number>
  erase(person: Person, by: string): Promise<Erasure>
  retain(): Promise<number>
  /** Whether the store can be written now. @throws CuecardError `record.unavailable`. */
  probe(): Promise<void>
  close(): Promise<void>
}

export interface LedgerSettings {
  /** Of a new log; an old one keeps its own. */
  readonly origin: string
  readonly endpoints: readonly LedgerEndpoint[]
  readonly retentionMonths: number
  readonly searchableDays: number
  /** Recorded if it is another one than the log last told of; without secrets. Absent: nothing is told. */
  readonly configuration?: Readonly<Record<string, unknown>> | undefined
}

/** Milliseconds between two looks at what is past its time. */
const retainEveryMs = 3_600_000
/** The first one comes sooner, for services that are restarted often. */
const firstRetainMs = 60_000

/**
 * Takes up the log that lies in a store, or begins one.
 * @throws CuecardError `record.unavailable`, `record.incompatible`.
 */
export async function openLedger(
  store: LedgerStore,
  auditKey: AuditKey,
  clock: Clock,
  settings: LedgerSettings,
): Promise<LedgerCalls> {
  let head = await store.head()
  if (head === undefined) {
    await store.create(newHead(settings.origin, auditKey, clock.wallTime()))
    head = await store.head()
  }
  if (head === undefined)
    throw new CuecardError('record.unavailable', 'The database lost the head of the log')
  const signer = new LogSigner(head, auditKey)
  const writer = await LedgerWriter.open({ store, auditKey, signer, clock, endpoints: settings.endpoints })
  if (settings.configuration) await tellOfConfiguration(store, writer, clock, settings.configuration)
  const logId = hash('sha256', signer.verifierKey, 'hex').slice(0, 12)
  const outbox = new OutboxTable(store, writer, clock, logId)
  const { retentionMonths: months, searchableDays } = settings
  const retention = new Retention({ store, writer, auditKey, clock, months, searchableDays })
  const retain = async () => {
    // What fails is tried again in an hour; that the store fails is told of by every append.
    await retention.run().catch(() => 0)
    timer = clock.after(retainEveryMs, retain, true)
  }
  let timer = clock.after(firstRetainMs, retain, true)
  return {
    identity: async () => ({
      origin: signer.origin,
      verifierKey: signer.verifierKey,
      messagePrefix: outbox.idOf(0).slice(0, -1),
    }),
    append: (drafts) => writer.append(drafts),
    adopt: (adoption) => writer.adopt(adoption),
    checkpoint: (size) => writer.checkpoint(size),
    seal: async (digest) => signer.seal(digest),
    claim: (endpoint, max, leaseMs) => outbox.claim(endpoint, max, leaseMs),
    settle: (outcomes) => outbox.settle(outcomes),
    disable: (endpoint, reason) => outbox.disable(endpoint, reason),
    listDeliveries: (query) => outbox.list(query),
    replay: (ids) => outbox.replay(ids),
    erase: (person, by) => retention.erase(person, by),
    retain: () => retention.run(),
    probe: () =>
      writer.between(async () => {
        await store.transaction((db) => db.updateTable('ledger_head').set({ id: 1 }).execute())
      }),
    async close() {
      timer()
      await writer.close()
      await store.close()
    },
  }
}

async function tellOfConfiguration(
  store: LedgerStore,
  writer: LedgerWriter,
  clock: Clock,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const digest = hash('sha256', canonicalJson(settings), 'hex')
  const head = await store.head()
  if (head?.configuration === digest) return
  const at = clock.wallTime()
  const body = canonicalJson({ kind: 'configuration', at: new Date(at).toISOString(), digest, settings })
  await writer.append([{ kind: 'configuration', at, agentId: '', interactionId: '', body }])
  await writer.between(async () => {
    await store.db.updateTable('ledger_head').set({ configuration: digest }).execute()
  })
}
