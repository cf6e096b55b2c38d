// Keeps SQLite's write-ahead log short, from a connection of its own: whoever writes never waits for the large file.
import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { CancelTimer, Clock } from '../clock.ts'

/** Milliseconds between two looks at the log, and the bytes from which it is copied into the file. */
const everyMs = 200
const fromBytes = 4 * 1024 * 1024

/** Starts; ends with the function that is returned. */
export function keepWalShort(file: string, clock: Clock): () => void {
  let database: DatabaseSync | undefined
  let cancel: CancelTimer
  const look = () => {
    try {
      if (walBytes(file) > fromBytes) {
        database ??= new DatabaseSync(file)
        // Passive: it waits for nobody, and nobody for it.
        database.exec('pragma synchronous = full; pragma wal_checkpoint(passive)')
      }
    } catch {
      // Tried again; and where it keeps failing, the writer does it.
      database?.close()
      database = undefined
    }
    cancel = clock.after(everyMs, look, true)
  }
  cancel = clock.after(everyMs, look, true)
  return () => {
    cancel()
    database?.close()
  }
}

/** 0 where there is none. */
export function walBytes(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
}
