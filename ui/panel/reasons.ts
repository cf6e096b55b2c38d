// The terms of a score in words: what speaks for an item and what against it, the strongest first.
import type { Messages } from './messages.ts'
import type { Reason } from './retrieval.ts'

/** One bar. */
export interface Bar {
  readonly label: keyof Messages
  /** Points of the score; below 0: against the item. */
  readonly contribution: number
  /** Its length against the longest, 0..1. */
  readonly share: number
}

/** Features that say the same to an agent stand under one word. */
const labels: Readonly<Record<string, keyof Messages>> = {
  relevance: 'rSource',
  matchingTags: 'rTags',
  compliance: 'rCompliance',
  resolution: 'rUse',
  adoption: 'rUse',
  experience: 'rUse',
  learntWords: 'rUse',
  age: 'rAge',
  shown: 'rSeen',
  dismissed: 'rSeen',
  duplicate: 'rDuplicate',
  focus: 'rTags',
  related: 'rTags',
  askedInFocus: 'rMatch',
  text: 'rMatch',
  openText: 'rMatch',
  openPhrases: 'rMatch',
  openSentence: 'rMatch',
  openCoverage: 'rMatch',
}

/** Less than this is nothing that an agent could see. */
const least = 0.005

export function barsOf(explanation: readonly Reason[]): Bar[] {
  const sums = new Map<keyof Messages, number>()
  for (const { feature, contribution } of explanation) {
    const label = labels[feature] ?? 'rOther'
    sums.set(label, (sums.get(label) ?? 0) + contribution)
  }
  const longest = Math.max(...[...sums.values()].map(Math.abs), 0)
  return [...sums]
    .filter(([, sum]) => Math.abs(sum) >= least)
    .sort(([, one], [, other]) => Math.abs(other) - Math.abs(one))
    .map(([label, contribution]) => ({ label, contribution, share: Math.abs(contribution) / longest }))
}

const sources: Readonly<Record<string, keyof Messages>> = {
  'knowledge-search': 'sKnowledge',
  'copilot-suggestions': 'sSuggestion',
  'assist-content': 'sAssist',
  mirror: 'sKnowledge',
}

/** The word for a source; undefined: its own name has to do. */
export function sourceLabel(source: string): keyof Messages | undefined {
  return sources[source]
}
