// Whether the customer's last turn needs an article at all, and the first one fits: so that a card can stay away.
import { tokenize } from '../articles/tokenize.ts'
import { fullScore } from '../search/content-features.ts'
import type { KnowledgeHit } from '../search/knowledge-index.ts'
import type { Turn } from '../search/knowledge-query.ts'
import { evaluative } from '../search/words.ts'

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
  /** It asks to act, or says what is wanted. */
  readonly request: number
  /** It asks for a detail that a system of record holds: an address, a number. */
  readonly record: number
  /** It gives details: numbers, days, times. */
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

/** 0..1, from the turns, of which the last of the customer counts, and the hits for them, best first. */
export function needConfidence(turns: readonly Turn[], hits: readonly KnowledgeHit[]): number {
  const signals = needSignals(turns, hits)
  let sum = bias
  for (const name of Object.keys(needWeights) as (keyof NeedSignals)[])
    sum += needWeights[name] * signals[name]
  return 1 / (1 + Math.exp(-sum))
}

const openings = /^\W*(is|are|was|were|do|does|did|has|have|how|what|which|will|can|could|would|any)\b/
const third =
  /\b(is|are|was|were|do|does|did|has|have) (it|its|they|their|there|that|this|these|those|the|any|either|all|both)\b/
const requests =
  /\b(can|could|would|will) (you|i|we)\b.*\b(book|reserve|order|cancel|change|send|give|find|get|help)\b|\b(i|we)('d| would)? (need|want|like)\b|\blooking for\b/
const records = wordSet(
  'address area code email number numbers phone postal postcode price reference telephone zip',
)
const days = wordSet(
  'am days friday monday night nights people person pm saturday sunday thursday today tomorrow tonight tuesday wednesday',
)
const closings = wordSet('bye goodbye thank thanks')
/** So many details make a turn one that gives them. */
const manyDetails = 2

export function needSignals(turns: readonly Turn[], hits: readonly KnowledgeHit[]): NeedSignals {
  const text = (turns.findLast(({ speaker }) => speaker === 'customer')?.text ?? '').toLowerCase()
  const words = tokenize(text)
  const lastQuestion = text.match(/[^.!?]*\?/g)?.at(-1) ?? ''
  const best = hits[0]
  const details = words.filter((word) => days.has(word) || /\d/.test(word)).length
  return {
    question: Number(lastQuestion !== ''),
    opening: Number(openings.test(lastQuestion)),
    aboutThird: Number(third.test(text)),
    judgement: Number(words.some((word) => evaluative.has(word))),
    request: Number(requests.test(text)),
    record: Number(words.some((word) => records.has(word))),
    details: Math.min(1, details / manyDetails),
    closing: Number(words.some((word) => closings.has(word))),
    focus: best?.features.focus ?? 0,
    asked: best?.features.askedInFocus ?? 0,
    score: Math.min(1, (best?.score ?? 0) / fullScore),
    experience: best?.features.experience ?? 0,
  }
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '))
}
