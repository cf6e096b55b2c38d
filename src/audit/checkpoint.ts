// Signed tree heads in the C2SP tlog-checkpoint form.
import type { KeyObject } from 'node:crypto'
import { hashBytes } from './merkle-tree.ts'
import { fromBase64, openNote, signNote, type VerifierKey } from './signed-note.ts'
import { wrong } from './wrong.ts'

/** What a log said of itself: so many entries, and this root over them. */
export interface Checkpoint {
  readonly origin: string
  /** Entries of the tree. */
  readonly size: number
  /** RFC 6962 root hash, 32 bytes. */
  readonly root: Uint8Array
}

/** Signs a tree head: a note whose key name is the log's origin. @throws CuecardError `data.invalid`. */
export function signCheckpoint({ origin, size, root }: Checkpoint, privateKey: KeyObject): string {
  return signNote(`${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`, origin, privateKey)
}

/**
 * The checkpoint of a note that is signed by this key. Further signatures and extension lines are passed over.
 * @throws CuecardError `data.invalid`: malformed, of another log, or without a valid signature.
 */
export function verifyCheckpoint(note: string, key: VerifierKey): Checkpoint {
  const checkpoint = parseCheckpointText(openNote(note, key))
  if (checkpoint.origin !== key.name) throw wrong(`it is of the log ${JSON.stringify(checkpoint.origin)}`)
  return checkpoint
}

/**
 * Reads a checkpoint without a look at its signature.
 * @throws CuecardError `data.invalid`.
 */
export function parseCheckpoint(note: string): Checkpoint {
  return parseCheckpointText(note.slice(0, note.lastIndexOf('\n\n') + 1))
}

function parseCheckpointText(text: string): Checkpoint {
  const [origin = '', size = '', base64 = '', ...more] = text.split('\n')
  const root = fromBase64(base64)
  // Extension lines, if any, are not empty; the last line end is there.
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || root?.length !== hashBytes)
    throw wrong('it is no checkpoint: origin, size and root hash, one a line')
  if (!Number.isSafeInteger(Number(size)) || more.pop() !== '' || more.includes(''))
    throw wrong('it is no checkpoint: a size beyond 2^53, or an empty line')
  return { origin, size: Number(size), root }
}

export { formatVerifierKey } from './signed-note.ts'
