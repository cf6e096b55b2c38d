// The reply: ranked items with their reasons, and how fresh they are, where they came from and why.
import type { ErrorCode } from '../errors.ts'
import type { Contribution } from '../ranking/profile.ts'
import type { Refusal } from './eligibility.ts'

/**
 * `fresh`: within its time to live. `stale`: past it, being refreshed, or Genesys could not answer. `mirror`: from the
 * local copy. `none`: nothing could be had in time, or nothing but empty answers while a source could not answer.
 */
export type FreshnessStatus = 'fresh' | 'stale' | 'mirror' | 'none'

/** One item of a reply. */
export interface RetrievedItem {
  readonly contentId: string
  readonly title: string
  /** Safe plain text, at most 600 characters. */
  readonly snippet: string
  /** http or https. */
  readonly url: string | null
  readonly contentType: string
  readonly language: string | null
  readonly tags: readonly string[]
  readonly isCompliant: boolean
  /** The source's own judgement, 0..1, untouched. */
  readonly relevanceScore: number
  /** The sum of the contributions, added in their order. */
  readonly score: number
  readonly explanation: readonly Contribution[]
  readonly source: string
  readonly version: string | null
  /** ISO 8601. */
  readonly updatedAt: string | null
}

/** Why an answer is less than it could be. */
export interface Degradation {
  /**
   * The error of the source that could not answer; or `nothing.asked`: no source takes a request of this kind;
   * `nothing.found`: all answered and found nothing; `nothing.eligible`: all that was found had to be kept back.
   */
  readonly code: ErrorCode | 'nothing.asked' | 'nothing.found' | 'nothing.eligible'
  /** One sentence for people. */
  readonly message: string
}

/** The answer to one request. Immutable: parts of it are shared with other answers. */
export interface Retrieval {
  readonly retrievalId: string
  readonly interactionId: string
  readonly items: readonly RetrievedItem[]
  /** The chance with which each item stands in its place, for the record; absent: certain, since nothing is explored. */
  readonly propensities?: readonly number[] | undefined
  /** How sure the ranking is that an article is needed here and is among the items, 0..1; absent: it cannot judge. */
  readonly confidence?: number | undefined
  readonly freshness: {
    readonly status: FreshnessStatus
    /** Seconds since the oldest part of the answer was fetched; null when there is none. */
    readonly ageSeconds: number | null
    /** The source of that oldest part. */
    readonly source: string | null
  }
  readonly degraded: Degradation | null
  readonly complianceFlags: {
    /** True only when audience rules are configured and were applied to every item found. */
    readonly accessValidated: boolean
    /** True only when items were found, and each one's state and availability window was compared with the time. */
    readonly availabilityChecked: boolean
  }
  /** Name of the ranking profile. */
  readonly profile: string
  readonly timings: {
    /** Milliseconds from request to reply; 0 when everything was at hand, which takes microseconds. */
    readonly totalMs: number
    /** Milliseconds the slowest call to Genesys took; 0 when nothing was called. */
    readonly upstreamMs: number
    /** Milliseconds waited for the quota. */
    readonly queuedMs: number
  }
  /** What was found and kept back. */
  readonly refused: readonly Refusal[]
}
