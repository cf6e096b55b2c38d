// What is asked: the terms of the conversation, and how much each counts.
import { tokenize } from '../articles/tokenize.ts'
import { heldTerm, type Knowledge } from './knowledge.ts'
import { type KnowledgeQuery, spokenTurns } from './knowledge-query.ts'
import { evaluative, filler, sentencesOf } from './words.ts'

/** Beside a question in the customer's last turn, what else is said there counts this much. */
const statementWeight = 0.4
/** Older turns say a little of what is asked now, and more of its background. */
const olderAsked = { customer: 0.1, agent: 0.05 }
const background = { customer: 1, agent: 0.6 }
const decay = 0.7
const evaluativeWeight = 0.5

export interface Question {
  /** Terms of what is asked now, each with its weight. */
  readonly asked: ReadonlyMap<number, number>
  /** Pairs of terms that follow each other in it. */
  readonly phrases: ReadonlyMap<number, number>
  /** Terms of all turns. */
  readonly background: ReadonlyMap<number, number>
  /** Whether it asks for a judgement: good, clean, worth it. */
  readonly asksJudgement: boolean
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
  const question = {
    asked: new Map<number, number>(),
    phrases: new Map<number, number>(),
    background: new Map<number, number>(),
    asksJudgement: false,
  }
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
        if (judges && weight === 1) question.asksJudgement = true
        if (filler.has(word)) continue
        const term = heldTerm(knowledge, word)
        const isLeft = term === undefined || left.has(term)
        if (!isLeft) {
          raise(question.asked, term, weight * (judges ? evaluativeWeight : 1))
          raise(question.background, term, background[speaker] * age)
          if (before !== undefined) raise(question.phrases, phraseOf(before, term), weight)
        }
        before = isLeft ? undefined : term
      }
    }
  }
  return question
}

function raise(weights: Map<number, number>, key: number, weight: number): void {
  if (weight > (weights.get(key) ?? 0)) weights.set(key, weight)
}
