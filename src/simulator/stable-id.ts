// Ids that are derived from names: the same organisation has the same ids in each run and on each machine.
import { hash } from 'node:crypto'

/** A UUID (RFC 9562, version 8) made from the SHA-256 of the parts; the parts are length-prefixed, so none runs into the next. */
export function stableId(...parts: readonly (string | number)[]): string {
  let input = ''
  for (const part of parts) input += `${String(part).length}:${part}`
  const hex = hash('sha256', input, 'hex')
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
