// Which words of names a sentence holds, also when misspelt or run together, as speech recognition does.
import { tokenize } from '../articles/tokenize.ts'
import { heldTerm, type Knowledge } from './knowledge.ts'
import { filler } from './words.ts'

/** Shorter words are alike by chance. */
const shortest = 5
/** The share of trigrams in common from which on a word may be a misspelt name, and what such a find is worth. */
const leastLikeness = 0.5
const worth = 0.8

/** Terms of names, each with 0..1 for how surely the sentence holds it. */
export function mentionsIn(sentence: string, knowledge: Knowledge): Map<number, number> {
  const { subjects, vocabulary } = knowledge
  const found = new Map<number, number>()
  const note = (term: number | undefined, quality: number) => {
    if (term === undefined || subjects.named(term).size === 0) return
    if (quality > (found.get(term) ?? 0)) found.set(term, quality)
  }
  let before = ''
  for (const word of tokenize(sentence)) {
    if (before !== '') note(heldTerm(knowledge, before + word), 1)
    before = word
    if (filler.has(word)) continue
    const term = heldTerm(knowledge, word)
    if (term !== undefined) note(term, 1)
    else if (word.length >= shortest)
      for (const name of subjects.termsFrom(word.charAt(0))) {
        const likeness = likenessOf(word, vocabulary.termOf(name))
        if (likeness >= leastLikeness) note(name, worth * likeness)
      }
  }
  return found
}

/** Dice's coefficient of the words' trigrams. */
function likenessOf(a: string, b: string): number {
  if (b.length < shortest - 1 || Math.abs(a.length - b.length) > 3) return 0
  const first = trigramsOf(a)
  const second = trigramsOf(b)
  return (2 * first.intersection(second).size) / (first.size + second.size)
}

function trigramsOf(word: string): Set<string> {
  const padded = ` ${word} `
  return new Set(Array.from({ length: padded.length - 2 }, (_, start) => padded.slice(start, start + 3)))
}
