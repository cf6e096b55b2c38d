// Cuts a passage into what matches the words asked for and what does not.

export interface TextPart {
  readonly text: string
  readonly isMarked: boolean
}

const segmenters = new Map<string, Intl.Segmenter>()

function segmenterOf(language: string): Intl.Segmenter {
  const known = segmenters.get(language)
  if (known !== undefined) return known
  const made = new Intl.Segmenter(language, { granularity: 'word' })
  segmenters.set(language, made)
  return made
}

/** The words of a text, folded so that case and accents make no difference. */
function wordsOf(text: string, language: string): string[] {
  return [...segmenterOf(language).segment(text)].flatMap(({ segment, isWordLike }) =>
    isWordLike ? [fold(segment)] : [],
  )
}

function fold(word: string): string {
  return word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** A word matches one of the same beginning: `fee` and `fees`, but not `car` and `carpet`. */
function matches(word: string, wanted: string): boolean {
  if (word === wanted) return true
  const [short, long] = word.length < wanted.length ? [word, wanted] : [wanted, word]
  return short.length >= 3 && long.length - short.length <= 2 && long.startsWith(short)
}

/** The parts in their order; joined they are the text. Words of one or two Latin letters are never marked. */
export function markText(text: string, words: string, language = 'en'): TextPart[] {
  const wanted = wordsOf(words, language).filter(
    (word) => word.length > 2 || /[^\p{Script=Latin}\d]/u.test(word),
  )
  if (wanted.length === 0) return text === '' ? [] : [{ text, isMarked: false }]
  const parts: TextPart[] = []
  for (const { segment, isWordLike } of segmenterOf(language).segment(text)) {
    const isMarked = isWordLike === true && wanted.some((word) => matches(fold(segment), word))
    const last = parts.at(-1)
    if (last?.isMarked === isMarked) parts[parts.length - 1] = { text: last.text + segment, isMarked }
    else parts.push({ text: segment, isMarked })
  }
  return parts
}
