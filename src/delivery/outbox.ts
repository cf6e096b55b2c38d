// What the relay needs of the store: messages that are due, and a place to say what became of them.

/** A message that is due. */
export interface OutboxMessage {
  /** Stable and unique: the same for each attempt, `msg_` and letters, digits, `_`, `-`. Goes into `webhook-id`. */
  readonly id: string
  readonly endpoint: string
  /** Attempts made so far. */
  readonly attempts: number
  readonly entryIndex: number
  /** Milliseconds since the epoch: when the entry was made. */
  readonly at: number
  /** The audit entry it tells of, parsed; null when it was erased, so that there is nothing to deliver any more. */
  readonly entry: Readonly<Record<string, unknown>> | null
}

/** What became of an attempt. `error` is one sentence without any secret. */
export type DeliveryOutcome =
  | { readonly id: string; readonly endpoint: string; readonly result: 'delivered' }
  /** Nothing to deliver any more. */
  | { readonly id: string; readonly endpoint: string; readonly result: 'dropped' }
  /** `at` in milliseconds since the epoch. `counts`: false when no attempt was made (breaker open, shutting down). */
  | {
      readonly id: string
      readonly endpoint: string
      readonly result: 'retry'
      readonly at: number
      readonly counts: boolean
      readonly error: string
    }
  /** Given up: kept as a dead letter, and an audit entry tells of it. */
  | { readonly id: string; readonly endpoint: string; readonly result: 'dead'; readonly error: string }

export interface EndpointBacklog {
  readonly endpoint: string
  readonly pending: number
  readonly dead: number
  /** Milliseconds since the epoch, of the oldest pending message; null when there is none. */
  readonly oldestAt: number | null
  /** Why it is switched off; null when it is on. */
  readonly disabled: string | null
}

/** The outbox. Safe with several relays: a message is leased to one at a time. */
export interface Outbox {
  /** Up to `max` messages of an endpoint that are due, the longest due first, leased for `leaseMs` milliseconds. */
  claim(endpoint: string, max: number, leaseMs: number): Promise<readonly OutboxMessage[]>
  settle(outcomes: readonly DeliveryOutcome[]): Promise<void>
  /** After 410: nothing more is sent, messages are kept, and an audit entry tells of it. */
  disable(endpoint: string, reason: string): Promise<void>
  backlog(): Promise<readonly EndpointBacklog[]>
}
