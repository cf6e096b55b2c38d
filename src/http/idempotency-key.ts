// The header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a quoted string, taken without quotes too.
import { CuecardError } from '../errors.ts'

/** RFC 8941 string: printable ASCII, with `\` before a quote or another `\`. */
const quoted = /^"((?:[ !#-[\]-~]|\\["\\])+)"$/
/** Without a comma: that is how two headers of this name arrive. */
const bare = /^[!#-+\--[\]-~]+$/

const longest = 255

/** @throws CuecardError `request.invalid` where it is missing or malformed. */
export function idempotencyKeyOf(header: string | string[] | undefined): string {
  const field = 'Idempotency-Key'
  if (header === undefined)
    throw new CuecardError(
      'request.invalid',
      `${field}: is missing; send a new one with each event, and the same one when you repeat it`,
      { field },
    )
  const text = String(header)
  const key = quoted.exec(text)?.[1]?.replaceAll(/\\(["\\])/g, '$1') ?? bare.exec(text)?.[0]
  if (key === undefined || key.length > longest)
    throw new CuecardError(
      'request.invalid',
      `${field}: must be one string of 1 to ${longest} printable ASCII characters`,
      { field },
    )
  return key
}
