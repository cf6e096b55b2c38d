// The canonical form of JSON (RFC 8785): one spelling for each value, so that equal values have equal hashes.
import { CuecardError } from '../errors.ts'

/** A value that JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue }

/** Objects and lists within one another; deeper is refused, so that nothing overflows the stack. */
const maxDepth = 64

/**
 * The canonical text of a value. Members that are undefined are left out; a lone surrogate, which UTF-8 cannot hold,
 * becomes U+FFFD.
 * @throws CuecardError `data.invalid`: NaN, an infinity, something JSON has no form for, or more than 64 levels.
 */
export function canonicalJson(value: unknown): string {
  // What is in order already is written several times faster by the engine itself.
  return isInOrder(value, 0) ? JSON.stringify(value) : write(value, 0)
}

/** Whether a text is the canonical form of some value. */
export function isCanonical(text: string): boolean {
  try {
    return canonicalJson(JSON.parse(text)) === text
  } catch {
    return false
  }
}

/**
 * Reads a text that must be canonical.
 * @throws CuecardError `data.invalid`: no JSON, or not the canonical form of its value.
 */
export function parseCanonical(text: string): JsonValue {
  let value: JsonValue
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new CuecardError('data.invalid', 'it is no JSON', {}, error)
  }
  if (canonicalJson(value) !== text)
    throw new CuecardError('data.invalid', 'it is not in the canonical form of RFC 8785')
  return value
}

/** Whether `JSON.stringify` writes the canonical form of this value. */
function isInOrder(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value === 'number') return Number.isFinite(value)
  if (value === null || typeof value === 'boolean') return true
  if (typeof value !== 'object' || depth === maxDepth) return false
  if (Array.isArray(value)) return value.every((item) => isInOrder(item, depth + 1))
  if (!isPlain(value)) return false
  let last = ''
  for (const name in value) {
    // Names compare by UTF-16 code units, in the RFC as in JavaScript. An inherited name is not written.
    if (name < last || !name.isWellFormed() || !Object.hasOwn(value, name)) return false
    const member = value[name]
    if (member !== undefined && !isInOrder(member, depth + 1)) return false
    last = name
  }
  return true
}

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed())
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return JSON.stringify(value)
  if (typeof value !== 'object' || !(Array.isArray(value) || isPlain(value)))
    throw new CuecardError('data.invalid', `JSON has no form for ${describe(value)}`)
  if (depth === maxDepth) throw new CuecardError('data.invalid', `JSON has more than ${maxDepth} levels`)
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => `${write(name, depth)}:${write(value[name], depth + 1)}`)
  return `{${members.join(',')}}`
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value)
}

function describe(value: unknown): string {
  return typeof value === 'number' ? String(value) : `a value of type ${typeof value}`
}
