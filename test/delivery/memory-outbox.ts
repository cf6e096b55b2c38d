// An outbox in memory: a double for tests of the relay, and the model that stores are held to.
import type { Clock } from '../../src/clock.ts'
import type { DeliveryOutcome, EndpointBacklog, Outbox, OutboxMessage } from '../../src/delivery/outbox.ts'
import type { Deliveries, DeliveryRecord } from '../../src/ledger/record.ts'

interface Row {
  readonly message: OutboxMessage
  attempts: number
  dueAt: number
  dead: boolean
  error: string | null
}

export class MemoryOutbox implements Outbox, Deliveries {
  readonly #clock: Clock
  readonly #rows = new Map<string, Row>()
  readonly #disabled = new Map<string, string>()
  #entries = 0
  /** Calls so far. */
  readonly calls = { claim: 0, settle: 0, disable: 0 }
  /** While set, every call fails with it. */
  broken: Error | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** An entry, and a message of it to each endpoint. */
  append(endpoints: readonly string[], entry: OutboxMessage['entry'] = { kind: 'retrieval' }): string {
    const entryIndex = this.#entries++
    const id = `msg_${entryIndex}`
    const at = this.#clock.wallTime()
    for (const endpoint of endpoints)
      this.#rows.set(`${endpoint} ${id}`, {
        message: { id, endpoint, attempts: 0, entryIndex, at, entry },
        attempts: 0,
        dueAt: at,
        dead: false,
        error: null,
      })
    return id
  }

  /** Makes the bodies of all entries unreadable. */
  erase(): void {
    for (const [key, row] of this.#rows)
      this.#rows.set(key, { ...row, message: { ...row.message, entry: null } })
  }

  async claim(endpoint: string, max: number, leaseMs: number): Promise<readonly OutboxMessage[]> {
    this.#called('claim')
    if (this.#disabled.has(endpoint)) return []
    const now = this.#clock.wallTime()
    return this.#of(endpoint)
      .filter(({ dead, dueAt }) => !dead && dueAt <= now)
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, max)
      .map((row) => {
        row.dueAt = now + leaseMs
        return { ...row.message, attempts: row.attempts }
      })
  }

  async settle(outcomes: readonly DeliveryOutcome[]): Promise<void> {
    this.#called('settle')
    for (const outcome of outcomes) {
      const key = `${outcome.endpoint} ${outcome.id}`
      const row = this.#rows.get(key)
      if (row === undefined) continue
      if (outcome.result === 'delivered' || outcome.result === 'dropped') this.#rows.delete(key)
      else if (outcome.result === 'dead')
        Object.assign(row, { dead: true, attempts: row.attempts + 1, error: outcome.error })
      else if (!outcome.counts) row.dueAt = outcome.at
      else Object.assign(row, { dueAt: outcome.at, attempts: row.attempts + 1, error: outcome.error })
    }
  }

  async disable(endpoint: string, reason: string): Promise<void> {
    this.#called('disable')
    this.#disabled.set(endpoint, reason)
  }

  async backlog(): Promise<readonly EndpointBacklog[]> {
    const names = new Set([...this.#disabled.keys(), ...this.#of().map(({ message }) => message.endpoint)])
    return [...names].sort().map((endpoint) => {
      const pending = this.#of(endpoint).filter(({ dead }) => !dead)
      return {
        endpoint,
        pending: pending.length,
        dead: this.#of(endpoint).length - pending.length,
        oldestAt: pending.length === 0 ? null : Math.min(...pending.map(({ message }) => message.at)),
        disabled: this.#disabled.get(endpoint) ?? null,
      }
    })
  }

  async list({
    state,
    endpoint,
    limit = 50,
  }: Parameters<Deliveries['list']>[0] = {}): Promise<DeliveryRecord[]> {
    return this.#of(endpoint)
      .filter(({ dead }) => state === undefined || dead === (state === 'dead'))
      .slice(0, limit)
      .map(({ message, dead, attempts, dueAt, error }) => ({
        id: message.id,
        endpoint: message.endpoint,
        state: dead ? 'dead' : 'pending',
        attempts,
        entryIndex: message.entryIndex,
        dueAt: dead ? null : new Date(dueAt).toISOString(),
        lastError: error,
      }))
  }

  async replay(ids?: readonly string[]): Promise<number> {
    const rows = this.#of().filter(({ dead, message }) => dead && (ids?.includes(message.id) ?? true))
    for (const row of rows)
      Object.assign(row, { dead: false, attempts: 0, dueAt: this.#clock.wallTime(), error: null })
    if (ids === undefined) this.#disabled.clear()
    else for (const { message } of rows) this.#disabled.delete(message.endpoint)
    return rows.length
  }

  #of(endpoint?: string): Row[] {
    return [...this.#rows.values()].filter(
      ({ message }) => endpoint === undefined || message.endpoint === endpoint,
    )
  }

  #called(call: keyof MemoryOutbox['calls']): void {
    this.calls[call]++
    if (this.broken !== undefined) throw this.broken
  }
}
