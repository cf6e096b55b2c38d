// A text as the set of its shingles: each three words that follow each other, as one number.
import { tokenize } from '../articles/tokenize.ts'

/** Three numbers of words fit exactly into one. With more words than this some share a number, and few texts a shingle. */
const wordsAtMost = 2 ** 17

/** Numbers for the words of all texts of one comparison. */
export class Shingles {
  readonly #words = new Map<string, number>()

  /** Ascending and each once. A text of one or two words is one shingle; one of none has none. */
  of(text: string): Float64Array {
    const words = tokenize(text).map((word) => this.#numberOf(word))
    const count = Math.max(words.length - 2, Math.min(words.length, 1))
    const shingles = Float64Array.from({ length: count }, (_, at) => {
      const [first = 0, second = 0, third = 0] = [words[at], words[at + 1], words[at + 2]]
      return (first * wordsAtMost + second) * wordsAtMost + third
    }).sort()
    return shingles.filter((shingle, at) => shingle !== shingles[at - 1])
  }

  /** From 1 on. */
  #numberOf(word: string): number {
    const known = this.#words.get(word)
    if (known !== undefined) return known
    const number = 1 + (this.#words.size % (wordsAtMost - 1))
    this.#words.set(word, number)
    return number
  }
}

/** Jaccard's index: what two sets have in common, of all that is in either; 0..1. Both ascending. */
export function similarityOf(a: Float64Array, b: Float64Array): number {
  let common = 0
  for (let at = 0, other = 0; at < a.length && other < b.length; ) {
    const difference = (a[at] ?? 0) - (b[other] ?? 0)
    if (difference === 0) common++
    if (difference <= 0) at++
    if (difference >= 0) other++
  }
  return a.length + b.length === 0 ? 1 : common / (a.length + b.length - common)
}
