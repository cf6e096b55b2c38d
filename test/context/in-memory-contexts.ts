// What processes share of interactions, in memory; a failing one behaves as Redis does while it is away.
import type { SharedContexts } from '../../src/context/shared-fields.ts'

export class InMemoryContexts implements SharedContexts {
  readonly #interactions = new Map<string, Map<string, string>>()
  isAway = false
  reads = 0

  async read(interactionId: string) {
    this.reads++
    this.#refuse()
    return Object.fromEntries(this.#interactions.get(interactionId) ?? [])
  }

  async write(interactionId: string, fields: Readonly<Record<string, string>>, removed: readonly string[]) {
    this.#refuse()
    const kept = this.#interactions.get(interactionId) ?? new Map<string, string>()
    for (const name of removed) kept.delete(name)
    for (const [name, value] of Object.entries(fields)) kept.set(name, value)
    this.#interactions.set(interactionId, kept)
  }

  async delete(interactionId: string) {
    this.#refuse()
    this.#interactions.delete(interactionId)
  }

  #refuse(): void {
    if (this.isAway) throw new Error('away')
  }
}
