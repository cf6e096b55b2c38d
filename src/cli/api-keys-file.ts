// Where the API keys of the service are kept.
import { defaultKeysFile } from '../access/first-key.ts'
import type { RecordConfig } from '../config/config-schema.ts'
import { sqliteFileOf } from '../storage/sqlite-file.ts'

/** As configured; without any credentials beside the database; undefined where callers show tokens only. */
export function apiKeysFileOf({
  access,
  database,
}: Pick<RecordConfig, 'access' | 'database'>): string | undefined {
  if (access.apiKeysFile !== undefined || access.jwt !== undefined) return access.apiKeysFile
  return defaultKeysFile(database && sqliteFileOf(database.url))
}
