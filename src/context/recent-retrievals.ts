// Which interaction a retrieval was made for, for as long as agents act on what it showed.

/** The last `max` retrievals at least, and twice as many at the most. Adding takes a fraction of a microsecond. */
export class RecentRetrievals {
  readonly #max: number
  #recent = new Map<string, string>()
  #before: ReadonlyMap<string, string> = new Map()

  constructor(max: number) {
    this.#max = max
  }

  add(retrievalId: string, interactionId: string): void {
    if (this.#recent.size >= this.#max) {
      this.#before = this.#recent
      this.#recent = new Map()
    }
    this.#recent.set(retrievalId, interactionId)
  }

  interactionOf(retrievalId: string): string | undefined {
    return this.#recent.get(retrievalId) ?? this.#before.get(retrievalId)
  }
}
