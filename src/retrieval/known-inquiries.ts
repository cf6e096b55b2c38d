// Remembers the last inquiry of each interaction: a desktop that asks the same again is answered without parsing again.
import type { Actor } from '../access/actor.ts'
import type { InteractionContext } from '../context/interaction-context.ts'
import type { Inquiry } from './inquiry.ts'
import type { RetrievalRequestInput } from './retrieval-request.ts'

interface Known {
  /** A copy of what was sent, as it was sent. */
  readonly request: RetrievalRequestInput
  /** How many keys it had, each with a value. */
  readonly keys: number
  /** Who asked: another one may belong to another audience. */
  readonly actor: Actor
  readonly context: InteractionContext | undefined
  readonly inquiry: Inquiry
}

/** One inquiry for each interaction, at most `max`; the oldest goes. */
export class KnownInquiries {
  readonly #max: number
  readonly #known = new Map<string, Known>()

  constructor(max: number) {
    this.#max = max
  }

  /** The inquiry that this very request came to before, if the interaction's context is still the same. */
  recall(
    request: unknown,
    actor: Actor,
    contextOf: (id: string) => InteractionContext | undefined,
  ): Inquiry | undefined {
    if (!isRecord(request) || typeof request.interactionId !== 'string') return undefined
    const known = this.#known.get(request.interactionId)
    if (known === undefined || known.actor !== actor || !isSame(request, known.request, known.keys))
      return undefined
    // By its canonical id: the one sent may be another spelling of it.
    return contextOf(known.inquiry.interactionId) === known.context ? known.inquiry : undefined
  }

  /** Requests with filters, or with keys that have no value, are rare and are not remembered. */
  remember(
    request: RetrievalRequestInput,
    actor: Actor,
    context: InteractionContext | undefined,
    inquiry: Inquiry,
  ): void {
    const values = Object.values(request)
    if (request.filters !== undefined || values.includes(undefined)) return
    const id = request.interactionId
    if (this.#known.size >= this.#max && !this.#known.has(id)) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#known.delete(oldest)
    }
    this.#known.set(id, { request: copyOf(request), keys: values.length, actor, context, inquiry })
  }
}

/** Of its own: the caller may change the lists that it sent. */
function copyOf(request: RetrievalRequestInput): RetrievalRequestInput {
  return { ...request, entityIds: request.entityIds?.slice(), contextTags: request.contextTags?.slice() }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** The same values under the same keys, and no others: as many keys, none of those known missing. */
function isSame(request: Record<string, unknown>, known: RetrievalRequestInput, keys: number): boolean {
  let count = 0
  for (const _ in request) count++
  if (count !== keys) return false
  return (
    request.agentId === known.agentId &&
    request.query === known.query &&
    request.language === known.language &&
    request.maxResults === known.maxResults &&
    request.boostCompliance === known.boostCompliance &&
    isSameList(request.entityIds, known.entityIds) &&
    isSameList(request.contextTags, known.contextTags)
  )
}

function isSameList(list: unknown, known: readonly string[] | undefined): boolean {
  if (known === undefined || !Array.isArray(list)) return list === known
  if (list.length !== known.length) return false
  for (let index = 0; index < known.length; index++) if (list[index] !== known[index]) return false
  return true
}
