// An article as the index sees it: its terms in order, cut into sentences.
import type { Article } from '../articles/article.ts'
import { tokenize } from '../articles/tokenize.ts'
import type { Vocabulary } from './vocabulary.ts'
import { firstPerson, sentencesOf } from './words.ts'

export interface AnalysedArticle {
  readonly article: Article
  /** Title, body and labels, one after the other. */
  readonly terms: Uint32Array
  /** Where each sentence ends in `terms`; the first is the title, the last the labels. */
  readonly ends: Uint32Array
  /** 0..1: how much it reads as somebody's own experience. */
  readonly personal: number
  /** Breaks ties: neutral, and the same in every process. */
  readonly tieBreak: number
}

/** This share of words in the first person is as much as it takes. */
const personalShare = 0.04

export function analyseArticle(article: Article, vocabulary: Vocabulary): AnalysedArticle {
  const terms: number[] = []
  const ends: number[] = []
  let personal = 0
  let words = 0
  const add = (sentence: readonly string[]) => {
    for (const term of vocabulary.learnWords(sentence)) terms.push(term)
    ends.push(terms.length)
  }
  add(tokenize(article.title))
  for (const sentence of sentencesOf(article.body)) {
    const tokens = tokenize(sentence)
    for (const token of tokens) if (firstPerson.has(token)) personal++
    words += tokens.length
    add(tokens)
  }
  add(tokenize([...article.tags, article.category, ...article.entityIds].join(' ')))
  return {
    article,
    terms: Uint32Array.from(terms),
    ends: Uint32Array.from(ends),
    personal: Math.min(1, personal / (personalShare * words || 1)),
    tieBreak: hashOf(article.id),
  }
}

/** FNV-1a, 32 bits. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
