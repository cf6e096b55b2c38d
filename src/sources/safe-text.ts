// Text for a card: plain, safe, short.

/** The longest snippet, in UTF-16 units. */
export const snippetLength = 600

/** One line of plain text: no control characters, no runs of white space, cut at a word's end with an ellipsis. */
export function snippetOf(text: string): string {
  // Looks at a little more than is kept: an article may be a megabyte.
  const plain = text
    .slice(0, 4 * snippetLength)
    .toWellFormed()
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, (run) => (/\s|\p{Cc}/u.test(run) ? ' ' : run.replace(unsafeFormat, '')))
    .trim()
  if (plain.length <= snippetLength) return plain
  const cut = plain.slice(0, snippetLength - 1)
  const lastSpace = cut.lastIndexOf(' ')
  // Scripts without spaces, and very long words, are cut where they stand, but never inside a character.
  const end = lastSpace > snippetLength / 2 ? lastSpace : cut.length
  return `${cut
    .slice(0, end)
    .trimEnd()
    .replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** Overrides of the writing direction could make a text read as something else; joiners and marks stay. */
const unsafeFormat = /[\u202A-\u202E\u2066-\u2069\u200B\uFEFF]/g

/** An address that a browser may open: http or https, nothing that runs. Null for anything else. */
export function webAddress(address: string | null | undefined): string | null {
  if (address === null || address === undefined || !URL.canParse(address)) return null
  return /^https?:$/.test(new URL(address).protocol) ? address : null
}
