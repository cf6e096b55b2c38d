// What the agent did, kept until the service has it: through a reload, a lost network and a busy service.

/** An event of docs/reference/library.md. */
export interface PanelEvent {
  readonly type: 'shown' | 'opened' | 'copied' | 'inserted' | 'dismissed' | 'rated'
  readonly contentId: string
  readonly reason?: string
  readonly rating?: 'positive' | 'negative'
}

/**
 * What became of a sending: `keep` it for later, `hold` it until somebody signs in again, or `drop` it, since it would be
 * refused again.
 */
export type Sent = 'done' | 'keep' | 'hold' | 'drop'

/** The part of localStorage that is used. */
export interface EventStore {
  readonly length: number
  key(index: number): string | null
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

export interface OutboxPorts {
  readonly store: EventStore
  /** Events of others who used this browser wait for them. */
  readonly agentId: string
  send(retrievalId: string, event: PanelEvent, idempotencyKey: string): Promise<Sent>
  now(): number
  /** Calls after some milliseconds; gives back how to call that off. */
  after(ms: number, call: () => void): () => void
  newId(): string
  /** 0..1. */
  random(): number
}

interface Entry {
  readonly retrievalId: string
  readonly event: PanelEvent
  readonly at: number
  /** Not sent before, so that it can be taken back. */
  readonly dueAt: number
  readonly attempts: number
}

/** More than an agent does in a day without a network; the oldest give way. */
const maxEntries = 500
/** What was told is not told again: as many as a long call shows. */
const maxRemembered = 2000
/** The service knows a key for 24 hours: after that a repetition would count twice. */
const repeatableMs = 23 * 3_600_000
const maxWaitMs = 60_000

export class Outbox {
  readonly #ports: OutboxPorts
  readonly #prefix: string
  readonly #once = new Set<string>()
  #cancel = () => {}
  #isSending = false
  #failures = 0
  #isClosed = false

  constructor(ports: OutboxPorts) {
    this.#ports = ports
    this.#prefix = `cuecard.event.${ports.agentId}.`
  }

  /**
   * Takes an event. What is no rating and no dismissal counts once for an item of a retrieval.
   * @returns its key, for `takeBack`; null: it was there before.
   */
  add(retrievalId: string, event: PanelEvent, { delayMs = 0 }: { delayMs?: number } = {}): string | null {
    const { store, now, newId } = this.#ports
    const identity = JSON.stringify([retrievalId, event.contentId, event.type])
    const isRepeatable = event.type === 'rated' || event.type === 'dismissed'
    if (!isRepeatable && this.#once.has(identity)) return null
    this.#once.add(identity)
    const [oldest] = this.#once
    if (this.#once.size > maxRemembered && oldest !== undefined) this.#once.delete(oldest)
    const keys = this.#keys()
    for (const key of keys.slice(0, Math.max(0, keys.length - maxEntries + 1))) store.removeItem(key)
    const at = now()
    // The time comes first in the name, so that the names sort as the events happened.
    const key = `${this.#prefix}${String(at).padStart(15, '0')}.${newId()}`
    this.#write(key, { retrievalId, event, at, dueAt: at + delayMs, attempts: 0 })
    this.flush()
    return key
  }

  /** Takes back an event that was not sent yet; false: it was. */
  takeBack(key: string): boolean {
    const entry = this.#read(key)
    if (entry === null || entry.attempts > 0) return false
    this.#ports.store.removeItem(key)
    return true
  }

  /** Sends what is due, now. */
  flush(): void {
    this.#cancel()
    if (this.#isSending || this.#isClosed) return
    this.#isSending = true
    this.#sendAll().then(
      (sent) => this.#again(sent),
      () => this.#again('keep'),
    )
  }

  /** How many wait. */
  get size(): number {
    return this.#keys().length
  }

  close(): void {
    this.#isClosed = true
    this.#cancel()
  }

  /** `done`: nothing is left that is due. */
  async #sendAll(): Promise<Exclude<Sent, 'drop'>> {
    const { store, send, now } = this.#ports
    for (const key of this.#keys()) {
      const entry = this.#read(key)
      if (entry === null || (entry.attempts > 0 && now() - entry.at > repeatableMs)) {
        store.removeItem(key)
        continue
      }
      if (entry.dueAt > now()) continue
      // Written before it is sent: what was perhaps received must not be taken for new, nor taken back.
      this.#write(key, { ...entry, attempts: entry.attempts + 1 })
      const sent = await send(entry.retrievalId, entry.event, key.slice(-36)).catch((): Sent => 'keep')
      if (sent === 'keep' || sent === 'hold') return sent
      store.removeItem(key)
      if (this.#isClosed) return 'done'
    }
    return 'done'
  }

  #again(sent: Exclude<Sent, 'drop'>): void {
    this.#isSending = false
    if (this.#isClosed || sent === 'hold') return
    const isDone = sent === 'done'
    const { now, random, after } = this.#ports
    this.#failures = isDone ? 0 : this.#failures + 1
    const due = this.#keys().flatMap((key) => this.#read(key)?.dueAt ?? [])
    if (due.length === 0) return
    const untilDue = Math.max(0, Math.min(...due) - now())
    // Full jitter: a floor of panels does not come back all at once.
    const pause = isDone ? 0 : 500 + random() * Math.min(maxWaitMs, 1000 * 2 ** Math.min(this.#failures, 10))
    this.#cancel = after(Math.max(untilDue, pause), () => this.flush())
  }

  #keys(): string[] {
    const { store } = this.#ports
    const names = Array.from({ length: store.length }, (_, index) => store.key(index) ?? '')
    return names.filter((name) => name.startsWith(this.#prefix)).sort()
  }

  #read(key: string): Entry | null {
    const text = this.#ports.store.getItem(key)
    try {
      return text === null ? null : JSON.parse(text)
    } catch {
      return null
    }
  }

  #write(key: string, entry: Entry): void {
    this.#ports.store.setItem(key, JSON.stringify(entry))
  }
}
