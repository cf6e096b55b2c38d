// How an entry lies in the store: salt and body together under its persons' key.
import type { KeyObject } from 'node:crypto'
import { commitmentOf } from '../audit/commitment.ts'
import { nonceBytes, seal, unseal } from './audit-key.ts'

export const saltBytes = 32
/** Random bytes that one entry takes: its salt and the nonce of its box. */
export const entropyBytes = saltBytes + nonceBytes

/** What of an entry is stored. `entropy`: {@link entropyBytes} random bytes. */
export function sealEntry(
  key: KeyObject,
  entropy: Uint8Array,
  body: string | Uint8Array,
): { commitment: Buffer; box: Buffer } {
  const plain = Buffer.allocUnsafe(saltBytes + Buffer.byteLength(body))
  plain.set(entropy.subarray(0, saltBytes))
  if (typeof body === 'string') plain.write(body, saltBytes)
  else plain.set(body, saltBytes)
  return { commitment: commitmentOf(plain), box: seal(key, entropy.subarray(saltBytes), plain) }
}

/** @throws Error when the box was changed. */
export function openEntry(key: KeyObject, box: Uint8Array): { salt: Buffer; body: string } {
  const plain = unseal(key, box)
  return { salt: plain.subarray(0, saltBytes), body: plain.toString('utf8', saltBytes) }
}
