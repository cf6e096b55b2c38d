// Terms: the stems of words, each with a number.
import { stemmer } from 'stemmer'
import { tokenize } from '../articles/tokenize.ts'
import { filler } from './words.ts'

/** Terms are never forgotten, so that numbers stay good: it grows with the number of different words ever stored. */
export class Vocabulary {
  readonly #ofWord = new Map<string, number>()
  readonly #ofStem = new Map<string, number>()
  readonly #terms: string[] = []

  termOf(id: number): string {
    return this.#terms[id] ?? ''
  }

  /** The terms of a text that is stored, in order, without filler. */
  learn(text: string): number[] {
    return this.learnWords(tokenize(text))
  }

  learnWords(words: readonly string[]): number[] {
    const ids: number[] = []
    for (const word of words) {
      if (filler.has(word)) continue
      let id = this.#ofWord.get(word)
      if (id === undefined) {
        id = this.#idOfStem(stemmer(word))
        this.#ofWord.set(word, id)
      }
      ids.push(id)
    }
    return ids
  }

  /** The number of a word's term, or undefined where nothing stored ever held it. */
  find(word: string): number | undefined {
    return this.#ofWord.get(word) ?? this.#ofStem.get(stemmer(word))
  }

  #idOfStem(stem: string): number {
    let id = this.#ofStem.get(stem)
    if (id === undefined) {
      id = this.#terms.length
      this.#terms.push(stem)
      this.#ofStem.set(stem, id)
    }
    return id
  }
}
