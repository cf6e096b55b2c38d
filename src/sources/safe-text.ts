// Text for a card: plain, safe, short.

/** The longest snippet, in UTF-16 units. */
export const snippetLength = 600

/** The longest title, in UTF-16 units. */
const titleLength = 300

/** The longest tag: a request's are no longer either. */
const tagLength = 128

/** The longest address: what every browser takes. */
const addressLength = 2048

/** A card's text: one line, cut at a word's end with an ellipsis. */
export function snippetOf(text: string): string {
  return shortened(plainLine(text), snippetLength)
}

/** A card's title: one line. */
export function titleOf(text: string | null | undefined): string {
  return shortened(plainLine(text ?? ''), titleLength)
}

/** Tags in the form in which a request's tags are: otherwise equal ones would not match. */
export function tagsOf(texts: readonly string[]): string[] {
  const tags = texts.map((text) => shortened(plainLine(text.normalize('NFC')), tagLength))
  return [...new Set(tags.filter((tag) => tag !== ''))]
}

/** What most texts are: nothing to take out. Telling so takes a tenth of the time of looking for it. */
const printableAscii = /^[ -~]*$/

/** Overrides of the writing direction could make a text read as something else; joiners and marks stay. */
const unsafeFormat = /[\u202A-\u202E\u2066-\u2069\u200B\uFEFF]+/g

/** Without control characters, runs of white space and whatever hides or turns text. */
function plainLine(text: string): string {
  // Looks at a little more than is kept: an article may be a megabyte.
  const start = text.length > 4 * snippetLength ? text.slice(0, 4 * snippetLength) : text
  if (printableAscii.test(start) && !start.includes('  ')) return start.trim()
  return start
    .toWellFormed()
    .replace(unsafeFormat, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}

function shortened(plain: string, max: number): string {
  if (plain.length <= max) return plain
  const cut = plain.slice(0, max - 1)
  const lastSpace = cut.lastIndexOf(' ')
  // Scripts without spaces, and very long words, are cut where they stand, but never inside a character.
  const kept = lastSpace > max / 2 ? cut.slice(0, lastSpace).trimEnd() : cut.replace(/[\uD800-\uDBFF]$/, '')
  // A copy: a part of a text keeps the whole of it in memory.
  return Buffer.from(`${kept}…`).toString()
}

/**
 * An address that a browser may open, in its normal form: http or https, nothing that runs, and no credentials, with
 * which `https://bank.example@elsewhere.example` looks like another place. Null for anything else.
 */
export function webAddress(address: string | null | undefined): string | null {
  if (typeof address !== 'string' || address.length > addressLength) return null
  if (!/^https?:\/\//i.test(address)) return null
  const url = URL.parse(address)
  return url === null || url.username + url.password !== '' ? null : url.href
}
