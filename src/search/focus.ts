// What the conversation is about: how strongly its turns, of both speakers, mention the names of subjects.

import type { Knowledge } from './knowledge.ts'
import { type KnowledgeQuery, spokenTurns, type Turn } from './knowledge-query.ts'
import { mentionsIn } from './mentions.ts'
import type { Subject } from './subjects.ts'
import { numberWord, sentencesOf } from './words.ts'

/** A mention weighs this much of one a turn later. */
const decay = 0.95
/** The agent has checked what the customer means. */
const agentWeight = 1.1
/** What each further mention adds. */
const repetition = 0.1
/** What the last turn with a strong mention adds, and how near the strongest that must be. */
const recency = 0.25
const strongShare = 0.7
/** The evidence at which a name is as good as certain; it counts less in a turn of more sentences than this. */
const sureMass = 0.3
const manySentences = 8
/** Below this the strongest mention of all is weak, and so is the focus. */
const sureStrength = 0.7
/** A single article's name is its title; a subject has more. */
const fewestMembers = 3
/** A subject of more articles than this power of their number selects little. */
const selectiveShare = 0.4
/** From here on the words of a name are not part of what is asked. */
const clearly = 0.5

export interface Focus {
  /** 0..1 for each subject mentioned. */
  readonly strengths: ReadonlyMap<Subject, number>
  /** The largest of them: how far it is known what the conversation is about. */
  readonly certainty: number
  /** Terms by which the clear ones were mentioned. */
  readonly nameTerms: ReadonlySet<number>
}

interface Mention {
  strength: number
  readonly terms: Set<number>
}

export function focusOf(query: KnowledgeQuery, knowledge: Knowledge): Focus {
  const turns = spokenTurns(query)
  const weightOf = weighing(knowledge)
  const perTurn = turns.map((turn, position) => {
    const mentions = mentionedIn(turn, knowledge, weightOf)
    const scale = decay ** (turns.length - 1 - position) * (turn.speaker === 'agent' ? agentWeight : 1)
    for (const mention of mentions.values()) mention.strength *= scale
    return mentions
  })
  const values = combined(perTurn)
  for (const [subject, value] of values) value.strength *= selectivityOf(subject, knowledge)
  const top = largest([...values.values()].map(({ strength }) => strength))
  const strengths = new Map<Subject, number>()
  const nameTerms = new Set<number>()
  for (const [subject, { strength, terms }] of values) {
    const share = strength / Math.max(top, sureStrength)
    strengths.set(subject, share)
    if (share >= clearly) for (const term of terms) nameTerms.add(term)
  }
  for (const id of query.entityIds) {
    const subject = knowledge.subjects.called(id)
    if (subject !== undefined) strengths.set(subject, 1)
  }
  return { strengths, nameTerms, certainty: largest(strengths.values()) }
}

/** A word of a name says more the fewer names hold it, and the less it is used where the name is not meant. */
function weighing({ vocabulary, subjects, texts }: Knowledge): (term: number) => number {
  const weights = new Map<number, number>()
  return (term) => {
    const known = weights.get(term)
    if (known !== undefined) return known
    const named = subjects.named(term)
    let members = 0
    for (const subject of named) members += subject.members.size
    const rarity = Math.log((subjects.size + 1) / named.size) / Math.log(subjects.size + 1)
    const ownership = Math.min(1, members / Math.max(1, texts.holders(term))) ** 0.75
    const weight = Math.max(0.02, rarity) * ownership * (numberWord.test(vocabulary.termOf(term)) ? 0.5 : 1)
    weights.set(term, weight)
    return weight
  }
}

/** Each subject that the turn mentions, by the sentence that does so best. */
function mentionedIn(
  { text }: Turn,
  knowledge: Knowledge,
  weightOf: (term: number) => number,
): Map<Subject, Mention> {
  const { vocabulary, subjects } = knowledge
  const mentions = new Map<Subject, Mention>()
  const sentences = sentencesOf(text)
  const dilution = Math.max(1, sentences.length / manySentences)
  for (const sentence of sentences) {
    const found = mentionsIn(sentence, knowledge)
    const touched = new Set([...found.keys()].flatMap((term) => [...subjects.named(term)]))
    for (const subject of touched) {
      if (subject.members.size < fewestMembers) continue
      const held = subject.terms.filter((term) => found.has(term))
      if (held.every((term) => numberWord.test(vocabulary.termOf(term)))) continue
      const mass = held.reduce((sum, term) => sum + weightOf(term) * (found.get(term) ?? 0), 0)
      const whole = subject.terms.reduce((sum, term) => sum + weightOf(term), 0)
      const evidence = (mass / whole) * (1 - Math.exp(-mass / sureMass))
      const strength = (evidence * Math.sqrt(exclusivityOf(subject, held, knowledge))) / dilution
      const mention = mentions.get(subject) ?? { strength: 0, terms: new Set() }
      mention.strength = Math.max(mention.strength, strength)
      for (const term of held) mention.terms.add(term)
      mentions.set(subject, mention)
    }
  }
  return mentions
}

/**
 * 0..1: of the articles that would hold these words if each fell where it does independently, the share that are the
 * subject's own. The name of a product is its own; one that is a topic's word, such as *app*, is said everywhere.
 */
function exclusivityOf({ members }: Subject, terms: readonly number[], { texts }: Knowledge): number {
  const others = texts.size - members.size
  let alike = others
  for (const term of terms) alike *= Math.max(0, texts.holders(term) - members.size) / Math.max(1, others)
  return members.size / (members.size + alike)
}

/** The strongest mention of each subject, with a little for each other and for the last strong one. */
function combined(perTurn: readonly ReadonlyMap<Subject, Mention>[]): Map<Subject, Mention> {
  const values = new Map<Subject, Mention>()
  const strongest = new Map<Subject, number>()
  for (const mentions of perTurn)
    for (const [subject, { strength, terms }] of mentions) {
      const value = values.get(subject) ?? { strength: 0, terms: new Set() }
      values.set(subject, {
        strength: value.strength + repetition * strength,
        terms: value.terms.union(terms),
      })
      strongest.set(subject, Math.max(strength, strongest.get(subject) ?? 0))
    }
  const strong = strongShare * largest(strongest.values())
  const recent = perTurn.findLast((mentions) =>
    [...mentions.values()].some(({ strength }) => strength > 0 && strength >= strong),
  )
  for (const [subject, value] of values)
    value.strength += (strongest.get(subject) ?? 0) + recency * (recent?.get(subject)?.strength ?? 0)
  return values
}

/** 1 for a subject of few articles, 0 for one of all. */
function selectivityOf({ members }: Subject, { texts: { size } }: Knowledge): number {
  return Math.min(1, Math.log((size + 1) / members.size) / Math.log(size + 1) / selectiveShare)
}

/** Not by Math.max with so many arguments: there may be as many names as articles. */
function largest(values: Iterable<number>): number {
  let most = 0
  for (const value of values) most = Math.max(most, value)
  return most
}
