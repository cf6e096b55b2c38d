// What is known of one interaction, as it is told to those who answer and rank.
import type { Turn } from './utterances.ts'

/** What callers and Genesys tell of an interaction, besides what is said in it. */
export interface Known {
  readonly tags?: readonly string[] | undefined
  readonly entityIds?: readonly string[] | undefined
  readonly queueId?: string | undefined
  readonly language?: string | undefined
}

/** What is known of one interaction. Immutable: an update makes a new one. */
export interface InteractionContext {
  readonly tags: readonly string[]
  readonly entityIds: readonly string[]
  readonly queueId: string | undefined
  readonly language: string | undefined
  /** The last turns, oldest first. */
  readonly turns: readonly Turn[]
  /** Ids of what was shown here before the last change: what is shown now does not count against itself. */
  readonly shown: readonly string[]
  /** Ids of what the agent opened, copied or inserted here. */
  readonly used: readonly string[]
  /** Ids of what the agent dismissed here. */
  readonly dismissed: readonly string[]
}

const none: readonly string[] = []

export const nothingKnown: InteractionContext = {
  tags: none,
  entityIds: none,
  queueId: undefined,
  language: undefined,
  turns: [],
  shown: none,
  used: none,
  dismissed: none,
}

/** The same list where it holds the same. */
export function keptList(before: readonly string[], after: readonly string[] | undefined): readonly string[] {
  if (after === undefined) return before
  return before.length === after.length && before.every((one, index) => one === after[index]) ? before : after
}
