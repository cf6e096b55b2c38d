// Denied requests on their way to the audit log: at a bounded rate, so that a flood of them does not fill it.
import type { Clock } from '../clock.ts'
import type { Refused, ServedCuecard, ServiceLogger } from './ports.ts'

const perSecond = 20

export class RefusalLog {
  readonly #cuecard: ServedCuecard
  readonly #logger: ServiceLogger
  readonly #clock: Clock
  #second = Number.NEGATIVE_INFINITY
  #recorded = 0
  #unrecorded = 0

  constructor({ cuecard, logger, clock }: { cuecard: ServedCuecard; logger: ServiceLogger; clock: Clock }) {
    this.#cuecard = cuecard
    this.#logger = logger
    this.#clock = clock
  }

  /** Of each second the first {@link perSecond} are recorded. */
  record(refused: Refused): void {
    const now = this.#clock.now()
    if (now - this.#second >= 1000) {
      this.flush()
      this.#second = now
      this.#recorded = 0
    }
    if (this.#recorded++ < perSecond) this.#cuecard.recordRefusal(refused)
    else this.#unrecorded++
  }

  /** Tells of those that were only counted. */
  flush(): void {
    if (this.#unrecorded === 0) return
    this.#logger.warn({ refusals: this.#unrecorded }, 'denied requests that were only counted, not recorded')
    this.#unrecorded = 0
  }
}
