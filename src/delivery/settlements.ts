// Tells the outbox what became of messages: many at once, and again when the store could not be written.
import type { CancelTimer, Clock } from '../clock.ts'
import type { DeliveryOutcome, Outbox } from './outbox.ts'

/** Milliseconds for which outcomes are gathered, so that many share one commit. */
const gatherMs = 10
/** So many are settled at once. */
const batch = 500
/** The wait after the store failed, doubling. */
const minRetryMs = 250
const maxRetryMs = 30_000

export class Settlements {
  readonly #outbox: Outbox
  readonly #clock: Clock
  #waiting: DeliveryOutcome[] = []
  #settling: Promise<void> | undefined
  #cancel: CancelTimer | undefined
  #failures = 0
  #closed = false

  constructor(outbox: Outbox, clock: Clock) {
    this.#outbox = outbox
    this.#clock = clock
  }

  /** True while more should not be taken on: the store fails, or is slower than the receivers. */
  get areBehind(): boolean {
    return this.#failures > 0 || this.#waiting.length >= 4 * batch
  }

  add(outcome: DeliveryOutcome): void {
    this.#waiting.push(outcome)
    this.#schedule()
  }

  /** Settles what waits. What the store does not take now is sent again when its lease ends. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancel?.()
    await this.#settling
    do await this.#settle()
    while (this.#waiting.length > 0 && this.#failures === 0)
  }

  #schedule(): void {
    const isPlanned = this.#settling !== undefined || this.#cancel !== undefined
    if (isPlanned || this.#closed || this.#waiting.length === 0) return
    const waitMs =
      this.#failures === 0 ? gatherMs : Math.min(minRetryMs * 2 ** (this.#failures - 1), maxRetryMs)
    this.#cancel = this.#clock.after(waitMs, () => {
      this.#cancel = undefined
      this.#settling = this.#settle().finally(() => {
        this.#settling = undefined
        this.#schedule()
      })
    })
  }

  async #settle(): Promise<void> {
    const outcomes = this.#waiting.splice(0, batch)
    try {
      await this.#outbox.settle(outcomes)
      this.#failures = 0
    } catch {
      this.#failures++
      this.#waiting.unshift(...outcomes)
    }
  }
}
