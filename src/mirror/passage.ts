// The part of an article that answers best: what a card shows of it.
import { stemmer } from 'stemmer'
import { tokenize } from '../articles/tokenize.ts'
import { filler } from '../search/words.ts'
import { snippetLength, snippetOf } from '../sources/safe-text.ts'

/** So much of a text is looked through, in UTF-16 units: ten cards must be made in milliseconds. */
const maxLooked = 20_000

/** Words looked for, the newest first. */
const maxWords = 60

/** What is looked for in a text: the beginnings that the forms of each word share, and how much each counts. */
export interface WantedWords {
  readonly pattern: RegExp
  readonly weights: ReadonlyMap<string, number>
}

/** The words of what is asked, the newest text first: those of older ones count less. */
export function wantedWords(texts: readonly string[]): WantedWords {
  const weights = new Map<string, number>()
  texts.forEach((text, age) => {
    for (const word of tokenize(text)) {
      if (filler.has(word) || weights.size === maxWords) continue
      const beginning = sharedBeginning(word, stemmer(word))
      if (!weights.has(beginning)) weights.set(beginning, 1 / (1 + age))
    }
  })
  // Longer ones first: of two that fit, the one that says more. Words are letters and digits, so that none is a sign.
  const parts = [...weights.keys()].sort((a, b) => b.length - a.length)
  return { pattern: new RegExp(parts.join('|'), 'gu'), weights }
}

/** `polic` for `policy`, whose stem is `polici`. */
function sharedBeginning(word: string, stem: string): string {
  let length = 0
  while (length < word.length && word[length] === stem[length]) length++
  return length < 3 ? word : word.slice(0, length)
}

/**
 * The run of sentences, at most 600 characters long, that holds most of the words wanted, each counted once, filled up
 * with what follows; the beginning where none is found, and the earliest of equals. Lists keep a bullet in the one line.
 */
export function passageOf(body: string, { pattern, weights }: WantedWords): string {
  if (body.length <= snippetLength || weights.size === 0) return snippetOf(body.replace(/^- /gm, '• '))
  const looked = body.slice(0, maxLooked)
  const sentences = looked.split(/(?<=[.!?])\s+|(?<=[。！？])|\n+/).filter((sentence) => sentence !== '')
  const words = sentences.map((sentence) => wordsIn(sentence, pattern))
  let best = { first: 0, worth: 0 }
  for (let first = 0; first < sentences.length; first++) {
    if (words[first]?.size === 0) continue
    const found = new Set<string>()
    let length = -1
    let worth = 0
    for (let last = first; last < sentences.length; last++) {
      length += 1 + (sentences[last] as string).length
      if (length > snippetLength && last > first) break
      for (const word of words[last] ?? [])
        if (!found.has(word)) {
          found.add(word)
          worth += weights.get(word) ?? 0
        }
    }
    if (worth > best.worth) best = { first, worth }
  }
  const shown = sentences.slice(best.first, best.first + maxShown)
  return snippetOf(shown.map((sentence) => sentence.replace(/^- /, '• ')).join(' '))
}

/** Sentences that could go into a snippet. */
const maxShown = snippetLength

/** A letter or digit, where it is not of a script that puts no space between words. */
const withinWord = /[[\p{L}\p{N}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]]/v

const ascii = /^[ -~]*$/

/** The words wanted that a sentence has, in its own form or another one. */
function wordsIn(sentence: string, pattern: RegExp): ReadonlySet<string> {
  const found = new Set<string>()
  // As `tokenize` has it; most sentences have no marks.
  const letters = ascii.test(sentence) ? sentence : sentence.normalize('NFKD').replace(/\p{Mn}/gu, '')
  const plain = letters.toLowerCase()
  for (const { 0: word, index } of plain.matchAll(pattern))
    if (!found.has(word) && !withinWord.test(plain[index - 1] ?? '')) found.add(word)
  return found
}
