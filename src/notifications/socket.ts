// The port through which notifications come: a WebSocket in production, the simulator's own in fast tests.

/** What becomes of one connection. `closed` is called once, and nothing after it. */
export interface SocketEvents {
  opened(): void
  message(text: string): void
  /** In a few words without secrets. */
  closed(reason: string): void
}

/** One connection. */
export interface NotificationSocket {
  /** Before it is open, or after its end, it does nothing. */
  send(text: string): void
  /** Ends it at once; nothing is told of it any more. Safe to call twice. */
  close(): void
}

/** Connects to a `ws:` or `wss:` address. Tells of nothing before it has returned. */
export type OpenSocket = (url: string, events: SocketEvents) => NotificationSocket
