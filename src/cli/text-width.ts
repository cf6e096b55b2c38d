// Text in columns of a terminal: how wide it is, cut to fit, wrapped; and freed of what a terminal would obey.

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** What takes two columns: Unicode East Asian Width W and F, in the blocks that hold them, and emoji. */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}\p{Emoji_Presentation}]|\uFE0F/u
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]*$/u
const ascii = /^[ -~]*$/

/** Columns that `text` takes, as terminals commonly count them. */
export function widthOf(text: string): number {
  if (ascii.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

function graphemeWidth(grapheme: string): number {
  if (zeroWidth.test(grapheme)) return 0
  return wide.test(grapheme) ? 2 : 1
}

/**
 * One line that a terminal only shows: control characters, which it would obey, and overrides of the writing
 * direction, which would disguise the text, are gone. Titles and messages come from outside.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/[\u202A-\u202E\u2066-\u2069]/g, '')
}

/** `text` in exactly `width` columns: padded with spaces, or cut with an ellipsis. */
export function fitted(text: string, width: number): string {
  const own = widthOf(text)
  if (own <= width) return text + ' '.repeat(width - own)
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    const next = graphemeWidth(segment)
    if (used + next > width - 1) break
    kept += segment
    used += next
  }
  return `${kept}…${' '.repeat(Math.max(0, width - 1 - used))}`
}

/** `text` in lines of at most `width` columns, broken between words, and within a word where it must be. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of piecesOf(text, width)) {
    if (widthOf(line + piece.trimEnd()) > width && line !== '') {
      lines.push(line.trimEnd())
      line = ''
    }
    line += piece
  }
  return [...lines, line.trimEnd()]
}

/** Words with the space after them; a word that fills more than a line, or has no spaces at all, in its characters. */
function* piecesOf(text: string, width: number): Generator<string> {
  for (const word of text.match(/\S+\s*/g) ?? []) {
    if (widthOf(word) <= width && !wide.test(word)) yield word
    else for (const { segment } of graphemes.segment(word)) yield segment
  }
}
