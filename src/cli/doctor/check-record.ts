// Checks of the record: its key, and the database, which is never made here.
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { RecordConfig } from '../../config/config-schema.ts'
import { isCuecardError } from '../../errors.ts'
import { AuditKey, readAuditKey } from '../../ledger/audit-key.ts'
import { LogSigner } from '../../ledger/log-signer.ts'
import type { LedgerStore } from '../../storage/ledger-store.ts'
import { openStore, type StoreSettings, sqliteFileOf } from '../../storage/open-store.ts'
import type { HeadTable } from '../../storage/tables.ts'
import { type Finding, failed, noted, passed } from './finding.ts'

/** What `cuecard serve` will use: the key first, since a log can only be opened with its own. */
export async function* checkRecord({ database, auditLog }: RecordConfig): AsyncGenerator<Finding> {
  if (database === undefined) {
    yield noted('database', 'not configured')
    return
  }
  const file = sqliteFileOf(database.url)
  const keyFile = auditLog.keyFile ?? (file === undefined ? undefined : `${file}.key`)
  if (file !== undefined && !existsSync(file)) {
    yield checkFolder(file)
    if (auditLog.keyFile !== undefined) yield checkAuditKey(auditLog.keyFile)
    return
  }
  const key = checkAuditKey(keyFile)
  yield key
  if (keyFile === undefined || (key.result === 'failed' && !isReadable(keyFile)))
    yield noted('database', 'not opened, for want of the audit key')
  else yield await checkDatabase(database, new AuditKey(readAuditKey(keyFile)))
}

/** Of a SQLite file that is still to be made. */
function checkFolder(file: string): Finding {
  try {
    accessSync(dirname(file), constants.W_OK)
    return noted('database', `${file} is not there yet; \`cuecard serve\` makes it`)
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

function checkAuditKey(file: string | undefined): Finding {
  const name = 'audit key'
  const advice = 'Name the file with the key of this log in CUECARD_AUDIT_KEY_FILE'
  if (file === undefined)
    return failed(name, 'none is configured, and PostgreSQL needs one', `${advice}; docs/operations.md`)
  try {
    readAuditKey(file)
  } catch (error) {
    if (!isCuecardError(error)) throw error
    const [problem = '', next] = error.message.split('; ')
    return failed(name, problem, existsSync(file) && next !== undefined ? `With ${next}` : advice)
  }
  const mode = statSync(file).mode & 0o777
  if ((mode & othersMay) === 0) return passed(name, `${file} has one`)
  return failed(name, `${file} is open to others (mode ${mode.toString(8)})`, `chmod 600 ${file}`)
}

function isReadable(file: string): boolean {
  try {
    return readAuditKey(file).length > 0
  } catch {
    return false
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
    const [problem = '', advice] = error.message.split('; ')
    return failed(name, problem, advice ?? 'Check CUECARD_DATABASE_URL, the server and its rights')
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
