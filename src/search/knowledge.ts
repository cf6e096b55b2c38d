// What is known of the articles: their terms, what they are about, and their texts.
import type { Subjects } from './subjects.ts'
import type { TextIndex } from './text-index.ts'
import type { Vocabulary } from './vocabulary.ts'

export interface Knowledge {
  readonly vocabulary: Vocabulary
  readonly subjects: Subjects
  readonly texts: TextIndex
}

/** The term of a word, undefined where no article holds it now: the vocabulary does not forget. */
export function heldTerm({ vocabulary, texts }: Knowledge, word: string): number | undefined {
  const term = vocabulary.find(word)
  return term === undefined || texts.holders(term) === 0 ? undefined : term
}
