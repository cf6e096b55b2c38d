// The port behind which every source of content stands, and every decorator of one.
import type { ContentItem } from './content-item.ts'
import type { Inquiry } from './inquiry.ts'

/** Who goes first when calls are scarce, in this order. */
export const priorities = ['interactive', 'revalidate', 'prefetch', 'mirror'] as const
export type Priority = (typeof priorities)[number]

/** Name of the local copy among the sources: a reply that rests on it says so. */
export const mirrorName = 'mirror'

/** What a call may cost and how long it may take. Passed down unchanged, or tightened. */
export interface SourceCall {
  /** Absolute time on `Clock.now()`, in milliseconds, at which the answer is no longer wanted. */
  readonly deadline: number
  /** Fires when nobody waits any more; absent: nobody can give up. */
  readonly signal?: AbortSignal | undefined
  /** W3C trace context of the request that this call is made for. */
  readonly traceparent?: string | undefined
  /** May rise while the call waits: an agent now asks for what was only being prepared. */
  readonly priority: Priority
  /** Calls back when `priority` has risen. */
  onRise?(listener: () => void): void
}

/** What a source answered. Immutable and shared. */
export interface SourceAnswer {
  readonly source: string
  readonly items: readonly ContentItem[]
  /** When it was fetched, on `Clock.now()`. */
  readonly fetchedAt: number
  /** Until then it counts as fresh, on `Clock.now()`. */
  readonly freshUntil: number
  /** Milliseconds the call itself took, and milliseconds it waited for the quota before. */
  readonly upstreamMs: number
  readonly queuedMs: number
}

/**
 * Where content items come from. An answer that is at hand comes back at once, not as a promise: the hit path runs
 * without a single turn of the event loop.
 */
export interface ContentSource {
  readonly name: string
  /**
   * The canonical form of everything in the inquiry that can change this source's answer, or undefined when this
   * source has nothing to be asked. It depends on the inquiry alone. Equal keys mean equal answers; the audience partition is added by the cache.
   */
  key(inquiry: Inquiry): string | undefined
  /** True while asking would be in vain, as where the organisation lacks the endpoint; no failure. */
  isAbsent?(): boolean
  /**
   * Settles by `call.deadline`.
   * @throws CuecardError with any `genesys.*`, `oauth.*`, `quota.*`, `breaker.*`, `bulkhead.*`, `deadline.*` code.
   */
  retrieve(inquiry: Inquiry, call: SourceCall): SourceAnswer | Promise<SourceAnswer>
}

/** A source with all that stands before it, as a retrieval asks it. */
export interface AskedSource {
  readonly name: string
  /**
   * The answer, settled by `call.deadline`; at once where it is at hand; undefined where there is nothing to ask.
   * @throws CuecardError as {@link ContentSource.retrieve}.
   */
  ask(inquiry: Inquiry, call: SourceCall): SourceAnswer | Promise<SourceAnswer> | undefined
  /** What answers in its place, at once, where `ask` failed. */
  standIn?(inquiry: Inquiry): SourceAnswer | undefined
}
