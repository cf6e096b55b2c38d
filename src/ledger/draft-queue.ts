// Gathers the entries of one moment and sends them together; the next ones wait until these are on disk.
import { CuecardError } from '../errors.ts'
import type { EntryDraft } from './entry-draft.ts'

interface Waiting {
  readonly draft: EntryDraft
  done(): void
  failed(error: unknown): void
}

export interface DraftQueueOptions {
  send(drafts: readonly EntryDraft[]): Promise<void>
  /** Runs a function at the end of this turn of the event loop. */
  soon(run: () => void): void
  /** Entries that may wait; more are refused. */
  readonly max: number
}

/** Batches form by themselves, without a timer: while one is written the next one gathers. */
export class DraftQueue {
  readonly #options: DraftQueueOptions
  #waiting: Waiting[] = []
  #underWay = 0
  #isScheduled = false
  readonly #idlers: (() => void)[] = []

  constructor(options: DraftQueueOptions) {
    this.#options = options
  }

  /** Entries that are not on disk yet. */
  get length(): number {
    return this.#waiting.length + this.#underWay
  }

  /** Whether one more entry is turned away. */
  get isFull(): boolean {
    return this.length >= this.#options.max
  }

  /** Resolves when the entry is on disk. @throws CuecardError `record.overloaded`, and what `send` rejects with. */
  append(draft: EntryDraft): Promise<void> {
    if (this.isFull)
      return Promise.reject(
        new CuecardError(
          'record.overloaded',
          `${this.#options.max} entries wait to be written; the database is too slow`,
        ),
      )
    return new Promise((done, failed) => {
      this.#waiting.push({ draft, done, failed })
      this.#sendSoon()
    })
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.length > 0) await new Promise<void>((resolve) => this.#idlers.push(resolve))
  }

  #sendSoon(): void {
    if (this.#isScheduled || this.#underWay > 0) return
    this.#isScheduled = true
    this.#options.soon(() => {
      this.#isScheduled = false
      void this.#send()
    })
  }

  async #send(): Promise<void> {
    const batch = this.#waiting
    this.#waiting = []
    this.#underWay = batch.length
    try {
      await this.#options.send(batch.map(({ draft }) => draft))
      for (const { done } of batch) done()
    } catch (error) {
      for (const { failed } of batch) failed(error)
    } finally {
      this.#underWay = 0
      if (this.#waiting.length > 0) this.#sendSoon()
      for (const wake of this.#idlers.splice(0)) wake()
    }
  }
}
