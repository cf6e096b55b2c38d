// Refuses requests before the event loop drowns in them: a quick 503 is better than an answer that nobody waits for.
import type { CancelTimer, Clock } from '../clock.ts'

const tickMs = 50

/** Bounds the requests under way, and watches how late timers run. */
export class LoadShedding {
  readonly #clock: Clock
  readonly #maxRequests: number
  readonly #maxDelayMs: number
  #expected = 0
  #lateTicks = 0
  #cancel: CancelTimer = () => {}

  constructor(options: { clock: Clock; maxRequests: number; maxDelayMs: number }) {
    this.#clock = options.clock
    this.#maxRequests = options.maxRequests
    this.#maxDelayMs = options.maxDelayMs
  }

  start(): void {
    this.#expected = this.#clock.now() + tickMs
    this.#cancel = this.#clock.after(tickMs, () => this.#tick(), true)
  }

  stop(): void {
    this.#cancel()
  }

  /** Why a request must be refused while `running` others are under way; undefined when it may come in. */
  refusal(running: number): string | undefined {
    if (running >= this.#maxRequests)
      return `${running} requests are under way, and more would only make all of them late.`
    if (this.#lateTicks > 1)
      return 'The event loop is behind; more requests would only make all of them late.'
    return undefined
  }

  /** Late once may be a pause for memory; late twice in a row is too much work. */
  #tick(): void {
    this.#lateTicks = this.#clock.now() - this.#expected > this.#maxDelayMs ? this.#lateTicks + 1 : 0
    this.start()
  }
}
