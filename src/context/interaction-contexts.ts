// What is known of the live interactions: bounded in number and time, gone with the interaction.
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import {
  languageTag,
  mustBe,
  parseWith,
  plainText,
  plainTextSet,
  spokenText,
} from '../retrieval/retrieval-request.ts'

/** What a caller may tell of an interaction; each field given replaces what was known. */
export interface ContextUpdate {
  /** 1..50 tags of 1..128 characters. */
  readonly tags?: readonly string[] | undefined
  readonly queueId?: string | undefined
  /** BCP 47. */
  readonly language?: string | undefined
  /** One more turn of the conversation, 1..2000 characters. */
  readonly utterance?: { readonly speaker: Speaker; readonly text: string } | string | undefined
}

export type Speaker = 'customer' | 'agent'

/** What is known of one interaction. Immutable: an update makes a new one. */
export interface InteractionContext {
  readonly tags: readonly string[]
  readonly queueId: string | undefined
  readonly language: string | undefined
  /** The last turns, oldest first, at most {@link turnsKept}. */
  readonly turns: readonly { readonly speaker: Speaker; readonly text: string }[]
}

interface Entry {
  readonly context: InteractionContext
  /** On `Clock.now()`. */
  lastSeen: number
}

/** How many turns of an interaction are kept. */
export const turnsKept = 20

const nothingKnown: InteractionContext = { tags: [], queueId: undefined, language: undefined, turns: [] }

const speakers = ['customer', 'agent'] as const

export const contextUpdateSchema = z.strictObject({
  tags: plainTextSet(50, 128).optional(),
  queueId: plainText(1, 128).optional(),
  language: languageTag.optional(),
  utterance: z
    .union([
      spokenText.transform((text) => ({ speaker: 'customer' as const, text })),
      z.strictObject({
        speaker: z.enum(speakers, { error: mustBe('customer or agent') }),
        text: spokenText,
      }),
    ])
    .optional(),
})

const idSchema = plainText(1, 128)

/** The one spelling of an interaction's id. @throws CuecardError `request.invalid`. */
export function canonicalInteractionId(interactionId: string): string {
  return parseWith(idSchema, interactionId, 'interactionId')
}

/** The contexts of the live interactions. The least recently used goes when there are more than `max`. */
export class InteractionContexts {
  readonly #clock: Clock
  readonly #idleMs: number
  readonly #entries: LRUCache<string, Entry>

  /** `max` interactions at the most; one that is silent for `idleMs` milliseconds is forgotten. */
  constructor({ clock, max, idleMs }: { clock: Clock; max: number; idleMs: number }) {
    this.#clock = clock
    this.#idleMs = idleMs
    // Not with lru-cache's own ages: they look at the time by real timers, or twice for each look-up.
    this.#entries = new LRUCache({ max })
  }

  /** How many interactions are known. */
  get size(): number {
    return this.#entries.size
  }

  get(interactionId: string): InteractionContext | undefined {
    const entry = this.#entries.get(interactionId)
    if (entry === undefined) return undefined
    const now = this.#clock.now()
    if (now - entry.lastSeen > this.#idleMs) {
      this.#entries.delete(interactionId)
      return undefined
    }
    entry.lastSeen = now
    return entry.context
  }

  /**
   * Adds to what is known. Where that changes nothing, the context returned is the one that was known.
   * @throws CuecardError `request.invalid` naming the field.
   */
  update(interactionId: string, update: ContextUpdate): InteractionContext {
    const id = canonicalInteractionId(interactionId)
    const { utterance, ...known } = parseWith(contextUpdateSchema, update, 'update')
    const before = this.get(id) ?? nothingKnown
    const context = {
      tags: known.tags ?? before.tags,
      queueId: known.queueId ?? before.queueId,
      language: known.language ?? before.language,
      turns: utterance === undefined ? before.turns : [...before.turns, utterance].slice(-turnsKept),
    }
    if (before !== nothingKnown && isSame(before, context)) return before
    this.#entries.set(id, { context, lastSeen: this.#clock.now() })
    return context
  }

  /** The interaction is over. */
  end(interactionId: string): void {
    this.#entries.delete(interactionId)
  }
}

function isSame(a: InteractionContext, b: InteractionContext): boolean {
  const tags = a.tags.length === b.tags.length && a.tags.every((tag, index) => tag === b.tags[index])
  return tags && a.queueId === b.queueId && a.language === b.language && a.turns === b.turns
}
