// What the tree holds of an entry: a commitment, from which nobody learns the entry without its salt.
import { hash } from 'node:crypto'

/** SHA-256 of 32 random bytes of salt followed by the body in UTF-8. */
export function commitmentOf(saltAndBody: Uint8Array): Buffer {
  // As in merkle-tree.ts: hashing to a string of bytes and back takes half the time.
  return Buffer.from(hash('sha256', saltAndBody, 'binary'), 'binary')
}
