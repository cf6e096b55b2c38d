// Words of a text in any script: what the index stores and what a query is compared by.

/** Scripts written without spaces between words, where only a dictionary can tell the words apart. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const word = /[\p{L}\p{N}\p{M}]+/gu
const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

/**
 * Accents and vowel points, which people leave out. In other scripts a mark makes another letter: Japanese voicing
 * marks, Indic vowel signs, Thai tones.
 */
const omissible = /[[\p{Mn}&&[\p{Script=Inherited}\p{Script=Arabic}\p{Script=Hebrew}]]--[\u3099\u309A]]/gv

/** The words of `text` in order: compatibility-normalised, lower case, without marks such as accents. */
export function tokenize(text: string): string[] {
  const plain = text.normalize('NFKD').replace(omissible, '').toLowerCase().normalize('NFKC')
  if (!unspaced.test(plain)) return plain.match(word) ?? []
  const words: string[] = []
  // The segmenter leaves `credit_card` and `don't` whole, which are two words where no such script is near.
  for (const { segment, isWordLike } of segmenter.segment(plain))
    if (isWordLike) words.push(...(segment.match(word) ?? []))
  return words
}
