// What was said in an interaction, in the order of speaking, however it arrives: late, twice, or in parts.

export type Speaker = 'customer' | 'agent'

/** One turn of a conversation. */
export interface Turn {
  readonly speaker: Speaker
  readonly text: string
  /** True while the speaker has not finished: the text is what was understood so far. */
  readonly isPartial?: true
}

/** One utterance as it was heard. */
export interface Utterance {
  /** The same for all that is heard of one utterance. */
  readonly id: string
  readonly speaker: Speaker
  readonly text: string
  /** Milliseconds on a time line of the interaction's own. */
  readonly at: number
  readonly isFinal: boolean
  /** Of two parts of one utterance the one that was made later counts: milliseconds since the epoch, or 0. */
  readonly madeAt: number
}

/** How many utterances of an interaction are kept: the last ones. */
export const turnsKept = 20

/**
 * The utterances with one more, in the order of speaking. What is final stays as it is; a part gives way to what was
 * made later. The same list where nothing changes.
 */
export function withUtterance(before: readonly Utterance[], heard: Utterance): readonly Utterance[] {
  const known = before.find(({ id }) => id === heard.id)
  if (known !== undefined && !replaces(heard, known)) return before
  const others = known === undefined ? before : before.filter((utterance) => utterance !== known)
  const place = others.findLastIndex((other) => isBefore(other, heard)) + 1
  // Older than all that is kept.
  if (place === 0 && others.length >= turnsKept) return before
  return others.toSpliced(place, 0, heard).slice(-turnsKept)
}

/** As they are told to whoever ranks by them. */
export function turnsOf(utterances: readonly Utterance[]): readonly Turn[] {
  return utterances.map(({ speaker, text, isFinal }) =>
    isFinal ? { speaker, text } : { speaker, text, isPartial: true },
  )
}

function replaces(heard: Utterance, known: Utterance): boolean {
  if (known.isFinal) return false
  return heard.isFinal || (heard.madeAt >= known.madeAt && heard.text !== known.text)
}

/** Two people may speak at once: then the ids decide, so that every process comes to the same order. */
function isBefore(a: Utterance, b: Utterance): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id)
}
