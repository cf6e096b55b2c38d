// Preloaded into a service under test (`node --import`): its SQLite is full, or its writing thread dies, when a file says so.
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

const full = process.env.TEST_DISK_FULL_FILE ?? ''
const deadly = process.env.TEST_THREAD_DIES_FILE ?? ''
const execute = DatabaseSync.prototype.exec

DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
  if (sql === 'begin immediate') {
    // Of the thread, not of the process.
    if (existsSync(deadly)) process.exit(3)
    // Nothing may grow: SQLITE_FULL, as on a full disk.
    execute.call(this, `pragma max_page_count = ${existsSync(full) ? 1 : 4_294_967_294}`)
  }
  execute.call(this, sql)
}
