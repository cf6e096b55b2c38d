// What is asked: the terms of the conversation, and how much each counts.
import { tokenize } from '../articles/tokenize.ts'
import { heldTerm, type Knowledge } from './knowledge.ts'
import { type KnowledgeQuery, spokenTurns } from './knowledge-query.ts'
import { evaluative, filler, sentencesOf } from './words.ts'

/** Beside a question in the customer's last turn, what else is said there counts this much. */
const statementWeight = 0.4
/** Older turns say a little of what is asked now, and more of its background. */
const olderAsked = { customer: 0.1, agent: 0.05 }
const backgroundWeight = { customer: 1, agent: 0.6 }
const decay = 0.7
const evaluativeWeight = 0.5
/** From this share of words that judge on, a judgement is all that is asked for. */
const judgingShare = 0.1

export interface Question {
  /** Terms of what is asked now, each with its weight. */
  readonly asked: ReadonlyMap<number, number>
  /** Pairs of terms that follow each other in it. */
  readonly phrases: ReadonlyMap<number, number>
  /** Terms of all turns. */
  readonly background: ReadonlyMap<number, number>
  /** 0..1: how far it asks for a judgement: good, clean, worth it. One such word in a long account asks for none. */
  readonly judgement: number
}

/** A number for two terms in this order; exact up to four million terms. */
export function phraseOf(first: number, second: number): number {
  return first * 2 ** 22 + second
}

/** The first term of a phrase. */
export function firstOf(phrase: number): number {
  return Math.floor(phrase / 2 ** 22)
}

/** `left` are the terms to leave out: names of what the conversation is about. */
export function questionOf(query: KnowledgeQuery, knowledge: Knowledge, left: ReadonlySet<number>): Question {
  const turns = spokenTurns(query)
  const asked = new Map<number, number>()
  const phrases = new Map<number, number>()
  const background = new Map<number, number>()
  let judging = 0
  let words = 0
  const current = turns.findLastIndex(({ speaker }) => speaker === 'customer')
  for (const [position, { speaker, text }] of turns.entries()) {
    const age = decay ** (turns.length - 1 - position)
    const hasQuestion = text.includes('?')
    for (const sentence of sentencesOf(text)) {
      const isAside = hasQuestion && !sentence.includes('?')
      const weight = position !== current ? olderAsked[speaker] * age : isAside ? statementWeight : 1
      let before: number | undefined
      for (const word of tokenize(sentence)) {
        const judges = evaluative.has(word)
        if (filler.has(word)) continue
        if (weight === 1) {
          words++
          if (judges) judging++
        }
        const term = heldTerm(knowledge, word)
        const isLeft = term === undefined || left.has(term)
        if (!isLeft) {
          add(asked, term, weight * (judges ? evaluativeWeight : 1))
          add(background, term, backgroundWeight[speaker] * age)
          if (before !== undefined) add(phrases, phraseOf(before, term), weight)
        }
        before = isLeft ? undefined : term
      }
    }
  }
  return { asked, phrases, background, judgement: Math.min(1, judging / (judgingShare * words || 1)) }
}

/** What is said again counts again, as the terms of a query do in BM25: it is how a long account tells what it is about. */
function add(weights: Map<number, number>, key: number, weight: number): void {
  weights.set(key, (weights.get(key) ?? 0) + weight)
}
