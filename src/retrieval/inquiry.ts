// What is asked: the parsed request, merged with what is known of the interaction and of the caller.
import type { Audience } from '../access/audience.ts'
import type { Turn } from '../search/knowledge-query.ts'
import type { RetrievalRequest } from './retrieval-request.ts'

/** A period of time in milliseconds since the epoch; `start < end`. */
export interface AvailabilityWindow {
  readonly start: number
  readonly end: number
}

/** What is asked. Canonical: lists are sorted and free of duplicates, strings are in Unicode NFC. */
export interface Question {
  /** As it was sent, where it was: completed again, it asks the same of what is known by then. */
  readonly request?: RetrievalRequest
  readonly interactionId: string
  readonly agentId: string
  readonly audience: Audience
  readonly entityIds: readonly string[]
  /** What to search for: the request's own query, else the customer's last words, else the tags; may be empty. */
  readonly query: string
  readonly contextTags: readonly string[]
  /** What was said in the interaction, the oldest first; absent: nothing is known. */
  readonly turns?: readonly Turn[]
  /** What this interaction has seen before, and what its agent put aside; absent: nothing. */
  readonly shownIds?: ReadonlySet<string> | undefined
  readonly dismissedIds?: ReadonlySet<string> | undefined
  /** Canonical BCP 47. */
  readonly language: string
  /** 1..50. */
  readonly maxResults: number
  readonly contentTypes: readonly string[]
  /** 0..1. */
  readonly minRelevanceScore: number
  readonly availabilityWindow: AvailabilityWindow | undefined
  readonly boostCompliance: boolean
}

/** A question with what is worked out of it once, since the same inquiry comes again and again. */
export interface Inquiry extends Question {
  /** Everything in it that judging and ranking look at, in one canonical text. */
  readonly situation: string
  /** Where its answer is kept, by the name of the source; filled in by the cache. */
  readonly cacheKeys: Map<string, string>
}

/** Makes an inquiry of a question, which becomes part of it. */
export function inquiryOf(question: Question): Inquiry {
  return Object.assign(question, { situation: situationOf(question), cacheKeys: new Map<string, string>() })
}

/** Lengths and their order keep the parts apart. */
function situationOf(question: Question): string {
  const { audience, contextTags, contentTypes, availabilityWindow, minRelevanceScore } = question
  let text = `${question.maxResults}${question.boostCompliance ? '+' : '-'}${question.language} `
  text += `${audience.key.length}:${audience.key}`
  for (const tag of contextTags) text += `${tag.length}:${tag}`
  if (minRelevanceScore > 0) text += `>${minRelevanceScore}`
  for (const type of contentTypes) text += `|${type.length}:${type}`
  if (availabilityWindow !== undefined) text += `/${availabilityWindow.start}/${availabilityWindow.end}`
  return text
}
