// Which agents were seen at which interaction, and how each of them asks.
import { LRUCache } from 'lru-cache'
import type { Actor } from '../access/actor.ts'
import type { RetrievalRequest } from '../retrieval/retrieval-request.ts'
import type { RetrievalSituation } from '../retrieval/retrieve.ts'

/** An agent at an interaction. */
export interface Desk {
  readonly actor: Actor
  /** As it asks by itself, without words that the agent typed. */
  readonly request: RetrievalRequest
}

interface Seen extends Desk {
  readonly inquiry: object
  /** On `Clock.now()`. */
  at: number
}

/** Agents of one interaction; beyond that the first one goes. */
const desksKept = 4

export class Desks {
  readonly #forMs: number
  /** By interaction and agent. */
  readonly #seen: LRUCache<string, Map<string, Seen>>

  /** Of `max` interactions at the most; an agent who is not seen again is forgotten after `forMs` milliseconds. */
  constructor({ max, forMs }: { readonly max: number; readonly forMs: number }) {
    this.#forMs = forMs
    this.#seen = new LRUCache({ max })
  }

  /** An agent has asked. Takes a fraction of a microsecond where it asks the same as before. */
  seen({ inquiry, actor, startedAt }: RetrievalSituation): void {
    const { interactionId, agentId, request } = inquiry
    let desks = this.#seen.get(interactionId)
    const known = desks?.get(agentId)
    if (known?.inquiry === inquiry) {
      known.at = startedAt
      return
    }
    if (request === undefined) return
    if (desks === undefined) {
      desks = new Map()
      this.#seen.set(interactionId, desks)
    }
    desks.set(agentId, { actor, inquiry, request: { ...request, query: undefined }, at: startedAt })
    const [first] = desks.keys()
    if (desks.size > desksKept && first !== undefined) desks.delete(first)
  }

  /** Who was seen there lately. */
  at(interactionId: string, now: number): Desk[] {
    const desks = this.#seen.get(interactionId)?.values() ?? []
    return [...desks].filter(({ at }) => now - at <= this.#forMs)
  }

  forget(interactionId: string, agentId?: string): void {
    if (agentId === undefined) this.#seen.delete(interactionId)
    else this.#seen.get(interactionId)?.delete(agentId)
  }
}
