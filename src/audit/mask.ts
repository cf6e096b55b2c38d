// Takes card numbers, and whatever else is configured, out of a text before anything is stored.
import { CuecardError } from '../errors.ts'

/** Digits of a payment card number (ISO/IEC 7812). */
const minDigits = 13
/** Lengths in the order in which they are tried: a check number that follows 16 digits is not taken for their end. */
const lengths = [16, 15, 14, 19, 18, 17, 13]
/** Characters that a configured expression is given at a time: it may take long, and is not ours. */
const maxPiece = 2000

/** Spaces and dashes that people write between the groups of a number, and what is not seen at all. */
const between = String.raw`[\s\p{Pd}\p{Cf}\u2212]{0,3}`
const numbers = new RegExp(String.raw`\p{Nd}(?:${between}\p{Nd}){${minDigits - 1},}`, 'gu')
const digits = /\p{Nd}/gu
/** With dots, strokes or such between groups as cards have them; in other groups these are addresses and dates. */
const dotted = /\p{Nd}{4}([._/·])(?:\p{Nd}{4}\1\p{Nd}{4}\1\p{Nd}{1,7}|\p{Nd}{6}\1\p{Nd}{4,5})(?!\p{Nd})/gu

/** As ids are: one in 350 holds digits that are right for a card. */
const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

/**
 * Makes a function that masks texts. A card number, 13 to 19 digits of any script with a right check digit (Luhn) and
 * spaces, dashes or dots between them, becomes `[card 1111]` with its last four digits; what one of `patterns` matches
 * becomes `[masked]`. A text that is a UUID holds no card.
 * @throws CuecardError `config.invalid`: a pattern that is no regular expression (flags `gu`), or matches nothing at all.
 */
export function masker(patterns: readonly string[]): (text: string) => string {
  const expressions = patterns.map(compile)
  return (text) => {
    const masked = mayHoldNumber(text) && !uuid.test(text) ? maskNumbers(text) : text
    return expressions.length === 0 ? masked : maskPatterns(masked, expressions)
  }
}

/** Again while there are cards: what one leaves over may be another. */
function maskNumbers(text: string): string {
  let masked = text.replace(dotted, (run) => {
    const card = run.replaceAll(/[._/·]/g, ' ').replace(numbers, maskNumber)
    return card.startsWith('[') ? card : run
  })
  for (let before = ''; before !== masked; ) {
    before = masked
    masked = masked.replace(numbers, maskNumber)
  }
  return masked
}

function compile(pattern: string, index: number): RegExp {
  const field = `maskPatterns[${index}]`
  let expression: RegExp
  try {
    expression = new RegExp(pattern, 'gu')
  } catch {
    throw new CuecardError('config.invalid', `${field}: must be a regular expression`, { field })
  }
  if (''.search(expression) === 0)
    throw new CuecardError('config.invalid', `${field}: must not match the empty text`, { field })
  return expression
}

/** Most texts have few digits: they are told apart without an expression. */
function mayHoldNumber(text: string): boolean {
  let count = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if ((code >= 0x30 && code <= 0x39) || code >= 0x660) count++
  }
  return count >= minDigits
}

/** A digit: its value, and where its characters begin and end in the text. */
interface Digit {
  readonly value: number
  readonly from: number
  readonly end: number
}

/** Masks the cards in a run of digits, from the left. */
function maskNumber(run: string): string {
  const found = Array.from(run.matchAll(digits), ({ 0: digit, index }) => ({
    value: digitValue(digit),
    from: index,
    end: index + digit.length,
  }))
  let masked = ''
  let kept = 0
  let start = 0
  while (start + minDigits <= found.length) {
    const card = cardAt(found, start)
    if (card === undefined) start++
    else {
      const lastFour = card.slice(-4).map(({ value }) => value)
      masked += `${run.slice(kept, card[0]?.from)}[card ${lastFour.join('')}]`
      kept = card.at(-1)?.end ?? kept
      start += card.length
    }
  }
  return masked + run.slice(kept)
}

/**
 * The card that begins at a digit. Between the separators of the text, any length counts. Within a longer unbroken
 * number only 16 digits that begin with 2 to 6, at one of its ends: a date or a check number may be written to it, while
 * anywhere else one in ten windows would be right by chance.
 */
function cardAt(found: readonly Digit[], start: number): readonly Digit[] | undefined {
  const isBreak = (index: number) => found[index - 1]?.end !== found[index]?.from
  const opens = isBreak(start)
  const first = found[start]?.value ?? 0
  for (const length of lengths) {
    const card = found.slice(start, start + length)
    if (card.length < length) continue
    const closes = isBreak(start + length)
    const isGlued = (opens || closes) && length === 16 && first >= 2 && first <= 6 && isUnbroken(card)
    if (((opens && closes) || isGlued) && isLuhn(card)) return card
  }
  return undefined
}

function isUnbroken(card: readonly Digit[]): boolean {
  return card.every(({ end }, index) => index === card.length - 1 || end === card[index + 1]?.from)
}

/** ISO/IEC 7812-1, annex B. */
function isLuhn(card: readonly Digit[]): boolean {
  const sum = card.toReversed().reduce((total, { value }, index) => {
    const weighted = index % 2 === 0 ? value : 2 * value
    return total + (weighted > 9 ? weighted - 9 : weighted)
  }, 0)
  // Zeroes alone are right by form, and no card.
  return sum > 0 && sum % 10 === 0
}

/** The decimal digits of a script follow one another from zero, and whole sets of ten follow sets of ten. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  let below = 0
  while (/\p{Nd}/u.test(String.fromCodePoint(code - below - 1))) below++
  return below % 10
}

/** Masks with configured expressions; a text that is long is cut at spaces. */
function maskPatterns(text: string, expressions: readonly RegExp[]): string {
  let masked = ''
  for (let from = 0; from < text.length; ) {
    let end = Math.min(text.length, from + maxPiece)
    if (end < text.length) end = text.lastIndexOf(' ', end) > from ? text.lastIndexOf(' ', end) : end
    masked += expressions.reduce(
      (piece, expression) => piece.replace(expression, '[masked]'),
      text.slice(from, end),
    )
    from = end
  }
  return masked
}
