// The record, as the configuration wants it.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { masker } from './audit/mask.ts'
import type { Clock } from './clock.ts'
import type { RecordConfig } from './config/config-schema.ts'
import { startRelay } from './delivery/relay.ts'
import { webhookEndpoints } from './delivery/start-webhooks.ts'
import { writeBackEndpoint, writeBackName } from './delivery/write-back.ts'
import { CuecardError } from './errors.ts'
import type { GenesysEngagement } from './genesys/engagement.ts'
import { AuditKey, auditKeyFileOf, readAuditKey, readOrMakeAuditKey } from './ledger/audit-key.ts'
import { LedgerOutbox } from './ledger/ledger-outbox.ts'
import { type OpenRecord, openRecordInThreads, type RecordSettings } from './ledger/open-record.ts'
import { Recorder } from './ledger/recorder.ts'
import type { Mask } from './ledger/retrieval-entry.ts'
import type { WaitingWorkers } from './ledger/thread-workers.ts'
import type { Random } from './random.ts'
import { sqliteFileOf } from './storage/sqlite-file.ts'

/** The record of one cuecard. */
export interface ComposedRecord extends OpenRecord {
  readonly recorder: Recorder
  /** As it writes texts and ids. */
  readonly mask: { readonly text: Mask; readonly id: Mask }
}

export interface RecordPorts {
  readonly clock: Clock
  readonly newId: () => string
  /** Everything in this thread, on this clock: for tests. */
  readonly isInline: boolean
  /** How Genesys is told what agents did, where it is. */
  readonly writeBack?: GenesysEngagement | undefined
  /** Nothing is made: for commands over a record that is there. */
  readonly isExisting?: boolean
  readonly random: Random
  readonly workers?: WaitingWorkers | undefined
  /** Of a delivery: `delivered`, `retry`, `dead` or `dropped`; seconds where an attempt was made. */
  readonly onSettled: (endpoint: string, outcome: string, seconds?: number) => void
  /** Entries that went to disk together, and the seconds that took. */
  readonly onCommitted: (entries: number, seconds: number) => void
  /** What keeps entries from being written, when that begins; undefined when it is over. */
  readonly onFailure?: ((failure: string | undefined) => void) | undefined
}

/** So long entries gather for which no reply waits: one transaction of many costs each of them much less. */
const gatheringMs = 5

/**
 * Opens the record; undefined where no database is configured. A database that cannot be reached yet is no error.
 * @throws CuecardError `config.invalid`.
 */
export async function composeRecord(
  config: RecordConfig,
  ports: RecordPorts,
): Promise<ComposedRecord | undefined> {
  if (config.database === undefined) return undefined
  const { clock, newId } = ports
  // A database in memory cannot be shared with a thread.
  const isInline = ports.isInline || sqliteFileOf(config.database.url) === ':memory:'
  if (ports.isExisting) demandDatabase(config)
  const auditKey = auditKeyOf(config)
  const { allowedHosts, timeoutSeconds, concurrency } = config.delivery
  const deliveries = {
    webhooks: ports.isExisting ? [] : config.delivery.webhooks.map(plainWebhook),
    allowedHosts,
    timeoutSeconds,
    concurrency,
  }
  if (deliveries.webhooks.some(({ name }) => name === writeBackName))
    throw new CuecardError(
      'config.invalid',
      `delivery.webhooks: must not be named ${writeBackName}, as Genesys itself is`,
      { field: 'delivery.webhooks' },
    )
  // Refuses addresses and secrets here, where somebody reads the error.
  void webhookEndpoints(deliveries, clock).sender.close()
  const settings: RecordSettings = {
    database: config.database,
    auditKey,
    origin: config.auditLog.origin ?? `cuecard.invalid/audit-log/${randomBytes(6).toString('hex')}`,
    endpoints: [
      ...config.delivery.webhooks.map(({ name }) => ({ name, kinds: ['retrieval', 'adoption'] as const })),
      ...(config.writeBack.enabled ? [{ name: writeBackName, kinds: ['adoption'] as const }] : []),
    ],
    retentionMonths: config.auditLog.retentionMonths,
    searchableDays: config.auditLog.searchableDays,
    latencyBudgetMs: config.latencyBudgetMs,
    deliveries,
    configuration: ports.isExisting ? undefined : shownOf(config),
  }
  const mask = masker(config.auditLog.maskPatterns)
  const open = isInline ? await openHere(settings, ports) : openRecordInThreads(settings, ports)
  // In this thread: it spends the quota of the client that retrieves.
  const writeBack =
    ports.writeBack && config.writeBack.enabled
      ? startRelay({
          ...ports,
          outbox: new LedgerOutbox(open.ledger, open.reader),
          endpoints: [writeBackEndpoint(ports.writeBack)],
        })
      : undefined
  const isStrict = config.durability === 'strict'
  const maskId = idMasker(mask, new AuditKey(auditKey))
  const recorder = new Recorder({
    ...open,
    clock,
    newId,
    mask,
    maskId,
    isStrict,
    isRequired: config.audit === 'required',
    soon: isInline ? queueMicrotask : isStrict ? setImmediate : (run) => void clock.after(gatheringMs, run),
    onCommitted: ports.onCommitted,
    onFailure: (failure) => ports.onFailure?.(failure),
    onDeliverable: () => void (deliveries.webhooks.length > 0 && open.reader.wake().catch(() => {})),
  })
  return {
    ...open,
    recorder,
    mask: { text: mask, id: maskId },
    async close() {
      await recorder.close()
      await writeBack?.close()
      await open.close()
    },
  }
}

/** Loaded only here: with threads of its own the record's modules are theirs alone. */
async function openHere(settings: RecordSettings, ports: RecordPorts): Promise<OpenRecord> {
  const { openRecordHere } = await import('./ledger/open-record-here.ts')
  return openRecordHere(settings, ports)
}

/** What of the configuration may be told: no secret, and of addresses that may hold one only the host. */
function shownOf(config: RecordConfig): Record<string, unknown> {
  const { access, auditLog, delivery } = config
  const webhooks = delivery.webhooks.map(({ name, url }) => ({ name, host: new URL(url).host }))
  const jwt = access.jwt && { ...access.jwt, jwksUrl: new URL(access.jwt.jwksUrl).host }
  const shown = {
    ...config,
    access: { ...access, jwt },
    // One may be the very word that is to be masked.
    auditLog: { ...auditLog, maskPatterns: auditLog.maskPatterns.length },
    delivery: { ...delivery, webhooks },
  }
  // What is a secret says so when it is turned into JSON.
  return JSON.parse(JSON.stringify(shown))
}

/** As threads pass it on. @throws CuecardError `config.invalid`. */
export function plainWebhook({
  name,
  url,
  secrets,
  secretFile,
}: RecordConfig['delivery']['webhooks'][number]) {
  const field = `delivery.webhooks.${name}`
  if (secretFile === undefined) return { name, url, secrets: secrets?.map((secret) => secret.reveal()) ?? [] }
  try {
    return { name, url, secrets: readFileSync(secretFile, 'utf8').split(/\s+/).filter(Boolean) }
  } catch {
    throw new CuecardError('config.invalid', `${field}.secretFile: ${secretFile} cannot be read`, { field })
  }
}

/** @throws CuecardError `record.unavailable` where a SQLite file is to be read that is not there. */
function demandDatabase({ database }: RecordConfig): void {
  const file = database && sqliteFileOf(database.url)
  if (file === undefined || existsSync(file)) return
  throw new CuecardError(
    'record.unavailable',
    `There is no database ${file}; name the right one in CUECARD_DATABASE_URL, or begin one with "cuecard serve"`,
  )
}

/** The key, from its file; with SQLite a new one is made beside the database. */
function auditKeyOf({ auditLog, database }: RecordConfig): Buffer {
  if (auditLog.keyFile !== undefined) return readAuditKey(auditLog.keyFile)
  const file = database && sqliteFileOf(database.url)
  if (file === ':memory:') return randomBytes(32)
  if (!/^postgres(ql)?:/.test(database?.url.reveal() ?? 'postgres:') && file === undefined)
    throw new CuecardError(
      'config.invalid',
      'database.url: must be sqlite:<file> or postgres://user@host/database',
      {
        field: 'database.url',
      },
    )
  if (file === undefined)
    throw new CuecardError(
      'config.invalid',
      'auditLog.keyFile: is missing; make a key with "openssl rand -base64 32 > audit.key" and name the file in CUECARD_AUDIT_KEY_FILE',
      { field: 'auditLog.keyFile' },
    )
  const keyFile = auditKeyFileOf(file)
  if (existsSync(keyFile) || !holdsSomething(file)) return readOrMakeAuditKey(keyFile)
  throw new CuecardError(
    'config.invalid',
    `The database ${file} is there, and its audit key ${keyFile} is not: put it back from your backup, since nothing can be read without it`,
    { field: 'auditLog.keyFile' },
  )
}

/**
 * Ids may look like card numbers too, and are masked then; but two of them must not become one, or one agent could act
 * for another. A keyed digest, which tells nothing of the id, keeps them apart.
 */
function idMasker(mask: Mask, key: AuditKey): Mask {
  return (id) => {
    const masked = mask(id)
    return masked === id ? id : `${masked} ${key.digest(id).toString('hex').slice(0, 16)}`
  }
}

function holdsSomething(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0
}
