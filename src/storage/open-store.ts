// Opens the store that a database address names.
import { CuecardError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import type { LedgerStore } from './ledger-store.ts'
import { sqliteFileOf } from './sqlite-file.ts'
import { openSqliteStore, type StoreOptions } from './sqlite-store.ts'

export interface StoreSettings {
  /** `sqlite:<file>` or `postgres://...` */
  readonly url: Secret
  readonly connections: number
}

/** @throws CuecardError `config.invalid`, `record.unavailable`, `record.incompatible`. */
export async function openStore(settings: StoreSettings, options: StoreOptions = {}): Promise<LedgerStore> {
  const file = sqliteFileOf(settings.url)
  if (file !== undefined && file !== '') return openSqliteStore(file, options)
  if (/^postgres(ql)?:\/\//.test(settings.url.reveal())) {
    // Its driver takes as long to load as everything else.
    const { openPostgresStore } = await import('./postgres-store.ts')
    return openPostgresStore({ ...settings, readOnly: options.readOnly ?? false })
  }
  throw new CuecardError(
    'config.invalid',
    'database.url: must be sqlite:<file> or postgres://user@host/database',
    {
      field: 'database.url',
    },
  )
}
