// Bounds how many calls to one source are under way, so that a hanging one cannot take all connections and memory.
import { CuecardError } from '../errors.ts'
import type { Priority } from '../retrieval/content-source.ts'

/** Of all places, background work may take this share: an agent who waits must find one. */
const backgroundShare = 0.75

/** Lets `max` calls in at a time; the next is refused rather than queued, since the quota already queues. */
export class Bulkhead {
  readonly #max: number
  #inside = 0

  constructor(max: number) {
    this.#max = max
  }

  /** @throws CuecardError `bulkhead.full`. Give the place back with the function returned, once. */
  enter(priority: Priority): () => void {
    const places = priority === 'interactive' ? this.#max : Math.ceil(this.#max * backgroundShare)
    if (this.#inside >= places)
      throw new CuecardError('bulkhead.full', `${this.#inside} calls are under way already`)
    this.#inside++
    return () => {
      this.#inside--
    }
  }
}
