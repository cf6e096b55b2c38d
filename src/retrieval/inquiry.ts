// What is asked: the parsed request, merged with what is known of the interaction and of the caller.
import type { Audience } from '../access/audience.ts'

/** A period of time in milliseconds since the epoch; `start < end`. */
export interface AvailabilityWindow {
  readonly start: number
  readonly end: number
}

/** All that retrieval works from. Canonical: lists are sorted and free of duplicates, strings are in Unicode NFC. */
export interface Inquiry {
  readonly interactionId: string
  readonly agentId: string
  readonly audience: Audience
  readonly entityIds: readonly string[]
  /** What to search for: the request's own query, else the customer's last words, else the tags; may be empty. */
  readonly query: string
  readonly contextTags: readonly string[]
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
