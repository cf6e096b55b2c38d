// The live interactions: bounded in number and time, gone with the interaction, shared between processes where they can.
import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import { type ContextUpdate, canonicalInteractionId, parseContextUpdate } from './context-update.ts'
import { type InteractionContext, type Known, nothingKnown } from './interaction-context.ts'
import { type Act, LiveInteraction } from './live-interaction.ts'
import {
  actField,
  knownFields,
  readShared,
  type SharedContexts,
  utteranceField,
  utteranceFields,
} from './shared-fields.ts'
import type { Utterance } from './utterances.ts'

/** What other processes know is looked at again after this long. */
const readAgainMs = 1000

/** The contexts of the live interactions. The least recently used goes when there are more than `max`. */
export class InteractionContexts {
  readonly #clock: Clock
  readonly #idleMs: number
  readonly #shared: SharedContexts | undefined
  readonly #newId: () => string
  readonly #onArrived: (interactionId: string) => void
  readonly #live: LRUCache<string, LiveInteraction>
  /** When other processes were asked last, on `Clock.now()`. */
  readonly #readAt: LRUCache<string, number>

  /**
   * `max` interactions at the most; one that is silent for `idleMs` milliseconds is forgotten. `newId` makes ids of
   * utterances that come without one; `onArrived` is told when another process knew more of an interaction.
   */
  constructor(ports: {
    clock: Clock
    max: number
    idleMs: number
    shared?: SharedContexts | undefined
    newId?: (() => string) | undefined
    onArrived?: ((interactionId: string) => void) | undefined
  }) {
    let count = 0
    const { clock, max, idleMs, shared, newId = () => String(++count), onArrived = () => {} } = ports
    this.#clock = clock
    this.#idleMs = idleMs
    this.#shared = shared
    this.#newId = newId
    this.#onArrived = onArrived
    // Not with lru-cache's own ages: they look at the time by real timers, or twice for each look-up.
    this.#live = new LRUCache({ max })
    this.#readAt = new LRUCache({ max })
  }

  /** How many interactions are known. */
  get size(): number {
    return this.#live.size
  }

  get(interactionId: string): InteractionContext | undefined {
    return this.#known(interactionId)?.context
  }

  /**
   * Adds to what is known. Where that changes nothing, the context returned is the one that was known. `namespace`
   * keeps the ids of utterances apart from those that others give.
   * @throws CuecardError `request.invalid` naming the field.
   */
  update(interactionId: string, update: ContextUpdate, namespace = ''): InteractionContext {
    const id = canonicalInteractionId(interactionId)
    const { utterance, ...known } = parseContextUpdate(update)
    this.learn(id, known)
    if (utterance !== undefined) {
      const { utteranceId, offsetMs = Number.NaN, isFinal = true, ...said } = utterance
      // No id of a caller begins with a space.
      const own = utteranceId === undefined ? ` ${this.#newId()}` : namespace + utteranceId
      this.hear(id, { ...said, id: own, isFinal, at: offsetMs, madeAt: 0 })
    }
    return this.get(id) ?? nothingKnown
  }

  /** Adds what is told of an interaction; returns whether that changed its context. */
  learn(interactionId: string, known: Known): boolean {
    const changed = this.#knownOrNew(interactionId).learn(known)
    if (changed) this.#write(interactionId, knownFields(known))
    return changed
  }

  /** Adds what was heard; returns whether that changed the context. */
  hear(interactionId: string, utterance: Utterance): boolean {
    const live = this.#knownOrNew(interactionId)
    const before = live.utterances
    if (!live.hear(utterance)) return false
    const placed = live.utterances.find(({ id }) => id === utterance.id)
    const gone = before.filter(({ id }) => !live.utterances.some((kept) => kept.id === id))
    const removed = gone.map(({ id }) => utteranceField(id))
    this.#write(interactionId, placed ? utteranceFields(placed) : {}, removed)
    return true
  }

  /** Remembers what was shown. It becomes part of the context when that changes next. */
  show(interactionId: string, items: readonly { readonly contentId: string }[]): void {
    this.#knownOrNew(interactionId).show(items)
  }

  /** Remembers what an agent did with something that was shown; returns whether that changed the context. */
  act(interactionId: string, contentId: string, act: Act): boolean {
    this.#write(interactionId, { [actField(contentId)]: act })
    return this.#knownOrNew(interactionId).act(contentId, act)
  }

  /** Forgets it in this process. */
  forget(interactionId: string): void {
    this.#live.delete(interactionId)
  }

  /** The interaction is over, for every process. */
  end(interactionId: string): void {
    this.forget(interactionId)
    this.#shared?.delete(interactionId).catch(() => {})
  }

  /**
   * Asks what other processes know. Only where nothing is known here is that worth waiting for: then a promise comes
   * back, which never rejects.
   */
  arrive(interactionId: string): Promise<void> | undefined {
    const now = this.#clock.now()
    if (this.#shared === undefined || now - (this.#readAt.get(interactionId) ?? -readAgainMs) < readAgainMs)
      return undefined
    this.#readAt.set(interactionId, now)
    const isKnown = this.get(interactionId) !== undefined
    const read = this.#read(this.#shared, interactionId)
    return isKnown ? undefined : read
  }

  async #read(shared: SharedContexts, interactionId: string): Promise<void> {
    try {
      const fields = await shared.read(interactionId)
      if (Object.keys(fields).length === 0) return
      const { known, utterances, acts } = readShared(fields)
      const live = this.#knownOrNew(interactionId)
      const before = live.context
      for (const utterance of utterances) live.hear(utterance)
      for (const [contentId, act] of acts) live.act(contentId, act)
      live.learn(known)
      if (live.context !== before) this.#onArrived(interactionId)
    } catch {
      // As if nothing were shared: what is known here serves.
    }
  }

  #write(interactionId: string, fields: Record<string, string>, removed: readonly string[] = []): void {
    if (this.#shared === undefined || (Object.keys(fields).length === 0 && removed.length === 0)) return
    // Nobody waits for it: an answer rests on what is known here.
    this.#shared.write(interactionId, fields, removed, this.#idleMs).catch(() => {})
  }

  #known(interactionId: string): LiveInteraction | undefined {
    const live = this.#live.get(interactionId)
    if (live === undefined) return undefined
    const now = this.#clock.now()
    if (now - live.lastSeen > this.#idleMs) {
      this.#live.delete(interactionId)
      return undefined
    }
    live.lastSeen = now
    return live
  }

  #knownOrNew(interactionId: string): LiveInteraction {
    const known = this.#known(interactionId)
    if (known !== undefined) return known
    const live = new LiveInteraction(this.#clock.now())
    this.#live.set(interactionId, live)
    return live
  }
}
