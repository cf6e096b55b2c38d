// What must never stand in a log line: by the name of the field, and by the form of the text.
import { masker } from '../audit/mask.ts'
import { CuecardError } from '../errors.ts'

const hidden = '[redacted]'

/** Names of fields whose value never goes out; lower case, letters and digits only. */
const hiddenFields = new RegExp(
  [
    'authorization|cookie|password|passwd|secret|token|credential|assertion|signature',
    'apikey|privatekey|wrappingkey|^keys?$|^redisurl$|^databaseurl$',
    // What customers said, and how it is masked.
    '^quer(y|ies)$|utterance|^turns?$|^(mask)?patterns?$',
  ].join('|'),
)

const base64 = '[A-Za-z0-9_+/=-]'

/** Forms of secrets, looked for in every string. */
const secretForms: readonly (readonly [form: RegExp, replacement: string])[] = [
  [new RegExp(`(ck|whsec|whpk|whsk)_${base64}{6,}`, 'g'), hidden],
  [/\b(Bearer|Basic)[ \t]+[^\s"',;]+/gi, `$1 ${hidden}`],
  // JSON Web Tokens, and whatever else begins as JSON in base64url does.
  [/eyJ[\w-]{5,}(\.[\w-]*)*/g, hidden],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
  // User and password in an address.
  [/(:\/\/)[^\s/@"']+@/g, `$1${hidden}@`],
  [/\b(\w{0,20}(?:secret|token|password|api_?key))(["']?\s*[=:]\s*["']?)[^\s&"']+/gi, `$1$2${hidden}`],
]

/** A log line is for people: deeper, longer or more than this helps nobody. */
const maxDepth = 8
const maxEntries = 100
const maxText = 8192

/** Makes plain data for JSON of anything, without secrets. */
export class Redactor {
  readonly #mask: (text: string) => string

  /**
   * `maskPatterns`: regular expressions of what is masked besides card numbers.
   * @throws CuecardError `config.invalid`: a pattern that is none.
   */
  constructor(maskPatterns: readonly string[] = []) {
    this.#mask = masker(maskPatterns)
  }

  text(text: string): string {
    let redacted = text.length > maxText ? `${text.slice(0, maxText)}...` : text
    // Before cards, which may stand inside of a secret and would hide its form.
    for (const [form, replacement] of secretForms) redacted = redacted.replace(form, replacement)
    return this.#mask(redacted)
  }

  fields(fields: object, depth = 0): Record<string, unknown> {
    const entries = Object.entries(fields).slice(0, maxEntries)
    return Object.fromEntries(
      entries.map(([name, value]) => {
        const isHidden = hiddenFields.test(name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
        const isTelling = value !== undefined && value !== null && typeof value !== 'boolean'
        return [this.text(name), isHidden && isTelling ? hidden : this.value(value, depth + 1)]
      }),
    )
  }

  value(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number' || typeof value === 'bigint') return this.#number(value)
    if (value === null || value === undefined || typeof value === 'boolean') return value
    if (typeof value !== 'object') return `[${typeof value}]`
    if (depth >= maxDepth) return '[too deep]'
    if (Array.isArray(value)) return value.slice(0, maxEntries).map((entry) => this.value(entry, depth + 1))
    if (value instanceof Error) return this.#error(value, depth)
    // A buffer would give its bytes to JSON.
    if (ArrayBuffer.isView(value)) return `[${value.constructor.name}]`
    // Secrets, dates and other values that know what they look like.
    if ('toJSON' in value && typeof value.toJSON === 'function') return this.value(value.toJSON(), depth + 1)
    const prototype: unknown = Object.getPrototypeOf(value)
    // A request or a socket may hold anything.
    if (prototype !== null && prototype !== Object.prototype)
      return `[${value.constructor?.name ?? 'object'}]`
    return this.fields(value, depth)
  }

  /** Not by 13 digits, which times in milliseconds have. */
  #number(value: number | bigint): unknown {
    const text = String(value)
    if (/^\d{14,19}$/.test(text) && this.#mask(text) !== text) return hidden
    return typeof value === 'bigint' ? text : value
  }

  #error(error: Error, depth: number): unknown {
    const { name, message, stack, cause } = error
    const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
    const known = error instanceof CuecardError ? error.toJSON() : { name, message, code }
    return this.fields({ ...known, stack, ...(cause !== undefined && { cause }) }, depth)
  }
}
