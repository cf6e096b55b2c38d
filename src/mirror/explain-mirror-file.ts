// What is wrong with the mirror's file, in one sentence with the next step.
import { CuecardError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'

/** SQLite's primary result codes. */
const reasons: ReadonlyMap<number, string> = new Map([
  [5, 'another process has been writing to it for too long'],
  [8, 'this user may not write it'],
  [10, 'the disk failed'],
  [13, 'the disk is full'],
  [14, 'it cannot be opened'],
])

/** The file is no SQLite database, or no longer a whole one. */
const damaged: ReadonlySet<number> = new Set([11, 26])

/** What the file cannot be used for, as a clause: it is somebody else's, or of a later time. */
export class UnfitFile extends Error {}

/**
 * The file is damaged. It is never replaced unasked: while Genesys is down, what can be saved from it may be the only
 * copy there is.
 */
export class DamagedMirror extends CuecardError {
  constructor(path: string, cause: unknown) {
    const next = 'to replace it by a new copy, run `cuecard mirror sync --full`'
    super('mirror.unavailable', `The mirror ${path} is damaged; ${next}`, {}, cause)
  }
}

export function explainMirrorFile(error: unknown, path: string): CuecardError {
  if (error instanceof CuecardError) return error
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : Number.NaN
  if (damaged.has(code)) return new DamagedMirror(path, error)
  const reason =
    error instanceof UnfitFile ? error.message : (reasons.get(code) ?? explainFileError(error, 'written'))
  return new CuecardError('mirror.unavailable', `The mirror ${path} cannot be used: ${reason}`, {}, error)
}
