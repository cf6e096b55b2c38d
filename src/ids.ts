// Ids of retrievals: unique, and made a million times a second.
import { randomBytes } from 'node:crypto'

/**
 * A source of UUIDs of version 8 (RFC 9562, 5.8): 74 random bits of this source, then a count of 48 bits that starts
 * at random. `crypto.randomUUID` would take a third of the time of a cached retrieval.
 */
export function idSource(): () => string {
  const bytes = randomBytes(16)
  const hex = bytes.toString('hex')
  const variant = (0x8 | ((bytes[8] ?? 0) & 0x3)).toString(16)
  const prefix = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-`
  // The count in two halves of 24 bits: small integers become text much faster than large ones.
  let high = bytes.readUIntBE(10, 3)
  let low = bytes.readUIntBE(13, 3)
  let start = prefix + sixDigits(high)
  return () => {
    if (++low === 2 ** 24) {
      low = 0
      high = (high + 1) % 2 ** 24
      start = prefix + sixDigits(high)
    }
    return start + sixDigits(low)
  }
}

function sixDigits(number: number): string {
  return (0x1000000 + number).toString(16).slice(1)
}
