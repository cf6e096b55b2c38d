// Whether the customer's last turn needs an article at all, and the first one fits: so that a card can stay away.
import { tokenize } from '../articles/tokenize.ts'
import { fullScore } from '../search/content-features.ts'
import type { KnowledgeHit } from '../search/knowledge-index.ts'
import { type KnowledgeQuery, spokenTurns } from '../search/knowledge-query.ts'
import {
  aboutThird,
  closings,
  details,
  judging,
  lastQuestionOf,
  openings,
  records,
  requests,
} from './turn-words.ts'

/** Each 0..1. */
export interface NeedSignals {
  /** It has a question mark. */
  readonly question: number
  /** Its last question begins as one for a fact: is, does, how, any. */
  readonly opening: number
  /** It asks about a third: is it, do they, are the. */
  readonly aboutThird: number
  /** It asks for a judgement. */
  readonly judgement: number
  /**
   * It asks to act, or says what is wanted, as far as the subject is clear: about a known one that is done in a system
   * of record; of an unknown one it is how a need is told.
   */
  readonly request: number
  /** It asks for a detail that a system of record holds: an address, a number. */
  readonly record: number
  /** It gives details, numbers, days, times, as far as the subject is clear. */
  readonly details: number
  /** It thanks or says goodbye. */
  readonly closing: number
  /** How clear the first article's subject is, how much of what is asked it holds, and its score. */
  readonly focus: number
  readonly asked: number
  readonly score: number
  /** It tells of an experience where a judgement is asked for. */
  readonly experience: number
}

/** Set by hand near a logistic regression; docs/ranking.md tells how well they do. */
export const needWeights: NeedSignals = {
  question: 1.7,
  opening: 0.9,
  aboutThird: 0.9,
  judgement: 1.2,
  request: -1,
  record: -2,
  details: -1.9,
  closing: -1.6,
  focus: 1.1,
  asked: 1.2,
  score: 0.6,
  experience: 1.1,
}
const bias = -5

/**
 * 0..1, from the customer's last turn and the hits for the query, best first. A reply carries this number, and
 * `cuecard rank evaluate` judges by it.
 */
export function needConfidence(query: KnowledgeQuery, hits: readonly KnowledgeHit[]): number {
  const signals = needSignals(query, hits)
  let sum = bias
  for (const name of Object.keys(needWeights) as (keyof NeedSignals)[])
    sum += needWeights[name] * signals[name]
  return 1 / (1 + Math.exp(-sum))
}

/** So many details make a turn one that gives them. */
const manyDetails = 2

export function needSignals(query: KnowledgeQuery, hits: readonly KnowledgeHit[]): NeedSignals {
  const text = spokenTurns(query).findLast(({ speaker }) => speaker === 'customer')?.text ?? ''
  const words = tokenize(text)
  const said = words.join(' ')
  const lastQuestion = lastQuestionOf(text)
  const best = hits[0]
  const focus = best?.features.focus ?? 0
  const given = words.filter((word) => details.has(word) || /\d/.test(word)).length
  return {
    question: Number(lastQuestion !== ''),
    opening: Number(openings.has(tokenize(lastQuestion)[0] ?? '')),
    aboutThird: Number(aboutThird.test(said)),
    judgement: Number(words.some((word) => judging.has(word))),
    request: focus * Number(requests.test(said)),
    record: Number(words.some((word) => records.has(word))),
    details: focus * Math.min(1, given / manyDetails),
    closing: Number(words.some((word) => closings.has(word))),
    focus,
    asked: best?.features.askedInFocus ?? 0,
    score: Math.min(1, (best?.score ?? 0) / fullScore),
    experience: best?.features.experience ?? 0,
  }
}
