// The port through which the relay hands a message on, and what may become of it.
import type { OutboxMessage } from './outbox.ts'

/** A message that still has something to tell. */
export type DueMessage = OutboxMessage & { readonly entry: NonNullable<OutboxMessage['entry']> }

/** What became of one attempt. `error` is one sentence without any secret. */
export type Attempt =
  | { readonly result: 'delivered' }
  /** There was nothing to tell this endpoint. */
  | { readonly result: 'dropped' }
  /** Tried again by the schedule, and no sooner than the receiver asked. */
  | { readonly result: 'failed'; readonly error: string; readonly retryAfterMs?: number | undefined }
  /** Not sent, for a reason of our own such as the quota: later again, and no attempt is counted. */
  | { readonly result: 'postponed'; readonly error: string; readonly delayMs: number }
  /** The receiver will never take this message. */
  | { readonly result: 'refused'; readonly error: string }
  /** The receiver wants no more messages, of any kind. */
  | { readonly result: 'gone'; readonly error: string }

/** Somewhere messages go. */
export interface Endpoint {
  readonly name: string
  /** Messages under way at a time, at least 1. */
  readonly concurrency: number
  /** Milliseconds that an attempt may take; then its signal fires. */
  readonly timeoutMs: number
  /** Makes one attempt. Settles soon after the signal fires, whose reason is a sentence. What it throws counts as failed. */
  send(message: DueMessage, signal: AbortSignal): Promise<Attempt>
}
