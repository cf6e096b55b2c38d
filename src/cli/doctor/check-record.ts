// Checks of the record: its key, and the database, which is never made here.
import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { RecordConfig } from '../../config/config-schema.ts'
import { isCuecardError } from '../../errors.ts'
import { AuditKey, readAuditKey } from '../../ledger/audit-key.ts'
import { LogSigner } from '../../ledger/log-signer.ts'
import type { LedgerStore } from '../../storage/ledger-store.ts'
import { openStore, type StoreSettings } from '../../storage/open-store.ts'
import { sqliteFileOf } from '../../storage/sqlite-file.ts'
import type { HeadTable } from '../../storage/tables.ts'
import { type Finding, failed, failedBy, noted, passed } from './finding.ts'

/** What `cuecard serve` will use: the key first, since a log can only be opened with its own. */
export async function* checkRecord({ database, auditLog }: RecordConfig): AsyncGenerator<Finding> {
  if (database === undefined) {
    yield noted('database', 'not configured')
    return
  }
  const file = sqliteFileOf(database.url)
  const keyFile = auditLog.keyFile ?? (file === undefined ? undefined : `${file}.key`)
  if (file !== undefined && isEmpty(file)) {
    yield checkFolder(file)
    if (auditLog.keyFile !== undefined) yield checkAuditKey(auditLog.keyFile).finding
    return
  }
  const { finding, secret } = checkAuditKey(keyFile)
  yield finding
  yield secret === undefined
    ? noted('database', 'not opened, for want of the audit key')
    : await checkDatabase(database, new AuditKey(secret))
}

function isEmpty(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0
}

/** Of a SQLite file that is still to be made. */
function checkFolder(file: string): Finding {
  try {
    accessSync(dirname(file), constants.W_OK)
    return noted('database', `${file} is not there yet or empty; \`cuecard serve\` makes it`)
  } catch {
    return failed(
      'database',
      `${file} is not there and cannot be made`,
      'Make its folder, and let this user write it',
    )
  }
}

/** Who can read it can read the log. The group may: so systemd and Kubernetes hand secrets on. */
const othersMay = 0o027

/** The key, where it can be read, beside the finding. */
function checkAuditKey(file: string | undefined): { readonly finding: Finding; readonly secret?: Buffer } {
  const name = 'audit key'
  const advice = 'Name the file with the key of this log in CUECARD_AUDIT_KEY_FILE'
  if (file === undefined)
    return { finding: failed(name, 'none is configured, and PostgreSQL needs one', advice) }
  try {
    const secret = readAuditKey(file)
    const mode = statSync(file).mode & 0o777
    if ((mode & othersMay) === 0) return { finding: passed(name, `${file} has one`), secret }
    const problem = `${file} is open to others (mode ${mode.toString(8)})`
    return { finding: failed(name, problem, `chmod 600 ${file}`), secret }
  } catch (error) {
    if (!isCuecardError(error)) throw error
    return { finding: failed(name, error.message.split('; ')[0] ?? '', advice) }
  }
}

async function checkDatabase(settings: StoreSettings, auditKey: AuditKey): Promise<Finding> {
  const name = 'database'
  try {
    // Only looked at first: opened for writing, an empty one would be filled with tables.
    const head = await using(await openStore(settings, { readOnly: true }), (store) => store.head())
    if (head === undefined) return noLogYet(name)
    void new LogSigner(head, auditKey)
    await using(await openStore(settings), write)
    return passed(name, `can be written; ${sizeOf(head)} in the log ${head.origin}`)
  } catch (error) {
    if (!isCuecardError(error)) throw error
    if (/ledger_head/.test(error.message)) return noLogYet(name)
    return failedBy(name, error, 'Check CUECARD_DATABASE_URL, the server and its rights')
  }
}

function noLogYet(name: string): Finding {
  return noted(name, 'answers, and has no log yet; `cuecard serve` begins one')
}

function sizeOf({ size }: HeadTable): string {
  return size === 1 ? '1 entry' : `${size.toLocaleString('en')} entries`
}

/** Changes a row to what it is. */
async function write(store: LedgerStore): Promise<void> {
  await store.transaction((db) => db.updateTable('ledger_head').set({ id: 1 }).execute())
}

async function using<T>(store: LedgerStore, work: (store: LedgerStore) => Promise<T>): Promise<T> {
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
