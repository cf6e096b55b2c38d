// One process at a time syncs a mirror.
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

const busy = 5

/**
 * Takes the right to sync the mirror at `path`, and returns how to give it back; undefined while another process has
 * it. The system gives it back for a process that was killed: it is a lock on an empty database beside the mirror.
 */
export function takeSyncLock(path: string): (() => void) | undefined {
  if (path === ':memory:') return () => {}
  const file = `${path}.lock`
  closeSync(openSync(file, 'a', 0o600))
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    database.exec('begin exclusive')
    return () => database.close()
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return undefined
    throw error
  }
}
