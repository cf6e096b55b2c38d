// A JSON body, read strictly: UTF-8, one value, no key that reaches an object's prototype.
import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { HttpRefusal } from './problems.ts'

/** A parameter `charset` with another value than UTF-8, which RFC 8259 leaves no choice but. */
const otherCharset = /;\s*charset\s*=(?!\s*"?utf-?8"?\s*(?:;|$))/i

/** @throws HttpRefusal `body.malformed`, `body.unsupported`. */
export function parseBody(bytes: Buffer, headers: IncomingHttpHeaders = {}): unknown {
  const { 'content-encoding': encoding, 'content-type': type = '' } = headers
  if (otherCharset.test(type))
    throw new HttpRefusal('body.unsupported', 'The body must be in UTF-8: Content-Type: application/json.')
  if (encoding !== undefined && encoding !== 'identity')
    throw new HttpRefusal('body.unsupported', 'The body must come as it is, without a Content-Encoding.')
  if (!isUtf8(bytes)) throw new HttpRefusal('body.malformed', 'The body is not valid UTF-8.')
  const text = bytes.toString()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Not the parser's words: they quote the body.
    throw new HttpRefusal(
      'body.malformed',
      bytes.length === 0 ? 'The body is empty.' : 'The body is no JSON.',
    )
  }
  // The key may be written with escapes; few bodies have any.
  if ((text.includes('__proto__') || text.includes('\\u')) && reachesPrototype(value))
    throw new HttpRefusal('body.malformed', 'The key "__proto__" is refused.', { field: '__proto__' })
  return value
}

/** Without recursion: a body may be nested as deep as it is long. */
function reachesPrototype(value: unknown): boolean {
  const open = [value]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at !== 'object' || at === null) continue
    if (Object.hasOwn(at, '__proto__')) return true
    for (const inner of Object.values(at)) if (typeof inner === 'object' && inner !== null) open.push(inner)
  }
  return false
}
