// Tells of most canonical texts that they are, several times faster than reading and writing them: verifying a log is
// little else. What it does not know for certain it leaves to `parseCanonical`.

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const openBracket = 0x5b
const closeBrace = 0x7d
const closeBracket = 0x5d
const colon = 0x3a
const comma = 0x2c
const dot = 0x2e
const zero = 0x30
/** What may follow a backslash; control characters that need four digits are left to the slow way. */
const escapable = /["\\bfnrt]/

/**
 * How many characters of a text would be escaped if it were written as a JSON string. Undefined: it may not be in the
 * canonical form of RFC 8785.
 */
export function escapesInCanonical(text: string): number | undefined {
  const scan = new CanonicalScan(text)
  return scan.isCanonical() ? scan.escapes : undefined
}

class CanonicalScan {
  readonly #text: string
  #at = 0
  #escapes = 0

  constructor(text: string) {
    this.#text = text
  }

  get escapes(): number {
    return this.#escapes
  }

  isCanonical(): boolean {
    return this.#text.isWellFormed() && this.#value(0) && this.#at === this.#text.length
  }

  #value(depth: number): boolean {
    const code = this.#text.charCodeAt(this.#at)
    if (code === quote) return this.#string()
    if (code === openBrace) return depth < 64 && this.#object(depth + 1)
    if (code === openBracket) return depth < 64 && this.#array(depth + 1)
    return isOfNumber(code) ? this.#number() : this.#word()
  }

  #word(): boolean {
    const word = ['null', 'true', 'false'].find((known) => this.#text.startsWith(known, this.#at))
    this.#at += word?.length ?? 0
    return word !== undefined
  }

  #object(depth: number): boolean {
    this.#at++
    if (this.#skip(closeBrace)) return true
    let last: string | undefined
    do {
      const from = this.#at
      const before = this.#escapes
      if (!this.#string() || this.#escapes !== before + 2) return false
      const name = this.#text.slice(from + 1, this.#at - 1)
      if (last !== undefined && name <= last) return false
      last = name
      if (!this.#skip(colon) || !this.#value(depth)) return false
    } while (this.#skip(comma))
    return this.#skip(closeBrace)
  }

  #array(depth: number): boolean {
    this.#at++
    if (this.#skip(closeBracket)) return true
    do if (!this.#value(depth)) return false
    while (this.#skip(comma))
    return this.#skip(closeBracket)
  }

  #string(): boolean {
    const text = this.#text
    if (text.charCodeAt(this.#at) !== quote) return false
    let escapes = 2
    let at = this.#at + 1
    for (let code = text.charCodeAt(at); code !== quote; code = text.charCodeAt(++at)) {
      // At the end of the text the code is NaN.
      if (!(code >= 0x20)) return false
      if (code !== backslash) continue
      const next = text.charAt(++at)
      if (!escapable.test(next)) return false
      escapes += next === '"' || next === '\\' ? 2 : 1
    }
    this.#at = at + 1
    this.#escapes += escapes
    return true
  }

  #number(): boolean {
    const text = this.#text
    const from = this.#at
    let at = from
    let dots = 0
    let others = 0
    for (let code = text.charCodeAt(at); isOfNumber(code); code = text.charCodeAt(++at))
      if (code === dot) dots++
      else if (!isDigit(code)) others++
    this.#at = at
    const [first, last] = [text.charCodeAt(from), text.charCodeAt(at - 1)]
    const startsWell = first === zero ? at - from === 1 || isSmall(text, from) : isDigit(first)
    const endsWell = dots === 0 || (dots === 1 && isDigit(last) && last !== zero)
    // Up to 15 digits are their double's shortest form (IEEE 754), and need not be converted.
    if (others === 0 && at - from - dots <= 15 && startsWell && endsWell) return true
    const digits = text.slice(from, at)
    return String(Number(digits)) === digits
  }

  #skip(code: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== code) return false
    this.#at++
    return true
  }
}

/** `0.` and not so many zeros that an exponent is due. */
function isSmall(text: string, from: number): boolean {
  return text.charCodeAt(from + 1) === dot && !text.startsWith('000000', from + 2)
}

function isDigit(code: number): boolean {
  return code >= zero && code <= 0x39
}

/** Digits, `+`, `-`, `.` and `e`. */
function isOfNumber(code: number): boolean {
  return isDigit(code) || code === 0x2b || code === 0x2d || code === dot || code === 0x65
}
