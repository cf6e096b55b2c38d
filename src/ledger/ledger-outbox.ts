// The outbox as the relay sees it: leased by the ledger, filled from the log.
import type { DeliveryOutcome, EndpointBacklog, Outbox, OutboxMessage } from '../delivery/outbox.ts'
import type { AuditReader } from './audit-reader.ts'
import type { LedgerCalls } from './ledger-calls.ts'

/** Reads the entries that messages tell of, and how many wait. */
interface Read extends Pick<AuditReader, 'bodies'> {
  backlog(): Promise<readonly EndpointBacklog[]>
}

export class LedgerOutbox implements Outbox {
  readonly #ledger: LedgerCalls
  readonly #reader: Read
  #prefix: string | undefined

  constructor(ledger: LedgerCalls, reader: Read) {
    this.#ledger = ledger
    this.#reader = reader
  }

  async claim(endpoint: string, max: number, leaseMs: number): Promise<readonly OutboxMessage[]> {
    const claimed = await this.#ledger.claim(endpoint, max, leaseMs)
    if (claimed.length === 0) return []
    this.#prefix ??= (await this.#ledger.identity()).messagePrefix
    const bodies = await this.#reader.bodies(claimed.map(({ entryIndex }) => entryIndex))
    return claimed.map(({ entryIndex, attempts }) => {
      const found = bodies.get(entryIndex)
      return {
        id: `${this.#prefix}${entryIndex}`,
        endpoint,
        attempts,
        entryIndex,
        at: found?.at ?? 0,
        entry: found?.body ?? null,
      }
    })
  }

  settle(outcomes: readonly DeliveryOutcome[]): Promise<void> {
    return this.#ledger.settle(outcomes)
  }

  disable(endpoint: string, reason: string): Promise<void> {
    return this.#ledger.disable(endpoint, reason)
  }

  backlog(): Promise<readonly EndpointBacklog[]> {
    return this.#reader.backlog()
  }
}
