// Bounds how many calls to one source are under way, so that a hanging one cannot take all connections and memory.
import { CuecardError } from '../errors.ts'

/** Lets `max` calls in at a time; the next is refused rather than queued, since the quota already queues. */
export class Bulkhead {
  readonly #max: number
  #inside = 0

  constructor(max: number) {
    this.#max = max
  }

  /** @throws CuecardError `bulkhead.full`. Give the place back with the function returned, once. */
  enter(): () => void {
    if (this.#inside >= this.#max)
      throw new CuecardError('bulkhead.full', `${this.#max} calls are under way already`)
    this.#inside++
    return () => {
      this.#inside--
    }
  }
}
