// Suggestions that Genesys tells of by itself: with what was there before, they are all that a call would answer.
import { LRUCache } from 'lru-cache'
import { isOpen, type Suggestion } from './suggestion.ts'

interface Followed {
  /** By id, with the time of the message that told of it. */
  readonly pushed: Map<string, { readonly suggestion: Suggestion; readonly at: number }>
  /** What a call answered since Genesys tells of this interaction; undefined until then. */
  before: ReadonlyMap<string, Suggestion> | undefined
}

/** Of one interaction. */
const maxPushed = 500

export class PushedSuggestions {
  readonly #followed: LRUCache<string, Followed>

  /** `max` interactions at the most. */
  constructor({ max }: { max: number }) {
    this.#followed = new LRUCache({ max })
  }

  /** From now on Genesys tells of every suggestion of this interaction. */
  begin(interactionId: string): void {
    if (!this.#followed.has(interactionId))
      this.#followed.set(interactionId, { pushed: new Map(), before: undefined })
  }

  /** From now on it may not. */
  end(interactionId: string): void {
    this.#followed.delete(interactionId)
  }

  /** A message, made at `at` milliseconds since the epoch; returns whether it told anything new. */
  push(interactionId: string, suggestion: Suggestion, at: number): boolean {
    const pushed = this.#followed.get(interactionId)?.pushed
    const known = pushed?.get(suggestion.id)
    if (pushed === undefined || (known !== undefined && known.at >= at)) return false
    pushed.set(suggestion.id, { suggestion, at })
    const [first] = pushed.keys()
    if (pushed.size > maxPushed && first !== undefined) pushed.delete(first)
    return true
  }

  /** All suggestions of an interaction, where nothing can be missing. */
  all(interactionId: string): readonly Suggestion[] | undefined {
    const followed = this.#followed.get(interactionId)
    return followed?.before && together(followed.before, followed)
  }

  /**
   * For a call that is about to be made: the function to give its answer to, which returns it with what was told
   * meanwhile. Undefined where Genesys does not tell of this interaction.
   */
  completion(interactionId: string): ((answer: readonly Suggestion[]) => readonly Suggestion[]) | undefined {
    const followed = this.#followed.get(interactionId)
    if (followed === undefined) return undefined
    return (answer) => {
      const before = new Map(answer.map((suggestion) => [suggestion.id, suggestion]))
      // Where it has begun anew meanwhile, this answer is older than that.
      if (this.#followed.peek(interactionId) === followed) followed.before = before
      return together(before, followed)
    }
  }
}

/** What was pushed is newer, but what was closed stays closed. */
function together(before: ReadonlyMap<string, Suggestion>, { pushed }: Followed): Suggestion[] {
  const all = new Map(before)
  for (const [id, { suggestion }] of pushed) {
    const known = before.get(id)
    if (known === undefined || isOpen(known)) all.set(id, suggestion)
  }
  return [...all.values()]
}
