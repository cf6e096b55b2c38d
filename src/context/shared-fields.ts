// What processes tell each other of an interaction: fields that each may write without reading the others first.
import { z } from 'zod'
import { parseContextUpdate } from './context-update.ts'
import type { Known } from './interaction-context.ts'
import type { Act } from './live-interaction.ts'
import type { Utterance } from './utterances.ts'

/**
 * Where processes share what they know. Each operation settles by itself within some tens of milliseconds; what it
 * throws is as if nothing were shared.
 */
export interface SharedContexts {
  read(interactionId: string): Promise<Readonly<Record<string, string>>>
  /** Sets and removes fields, and keeps the interaction for `keepMs` from now on. */
  write(
    interactionId: string,
    fields: Readonly<Record<string, string>>,
    removed: readonly string[],
    keepMs: number,
  ): Promise<void>
  delete(interactionId: string): Promise<void>
}

/** What was read of an interaction. */
export interface SharedInteraction {
  readonly known: Known
  readonly utterances: readonly Utterance[]
  /** By content id. */
  readonly acts: ReadonlyMap<string, Act>
}

const utterance = z.object({
  speaker: z.enum(['customer', 'agent']),
  text: z.string(),
  at: z.number(),
  madeAt: z.number(),
})

export function utteranceField(id: string): string {
  return `utterance ${id}`
}

export function actField(contentId: string): string {
  return `act ${contentId}`
}

/** Parts are not told: their speaker's next words replace them before anyone could read them. */
export function utteranceFields({ id, isFinal, ...said }: Utterance): Record<string, string> {
  return isFinal ? { [utteranceField(id)]: JSON.stringify(said) } : {}
}

export function knownFields(known: Known): Record<string, string> {
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, JSON.stringify(value)]],
    ),
  )
}

/** Leaves out what it does not understand: another version may have written it. */
export function readShared(fields: Readonly<Record<string, string>>): SharedInteraction {
  let known: Known = {}
  const utterances: Utterance[] = []
  const acts = new Map<string, Act>()
  for (const [name, text] of Object.entries(fields)) {
    const [, kind, id = ''] = /^(utterance|act) (.*)$/s.exec(name) ?? []
    try {
      if (kind === 'utterance') utterances.push({ id, isFinal: true, ...utterance.parse(JSON.parse(text)) })
      else if (kind === 'act') acts.set(id, text === 'used' ? 'used' : 'dismissed')
      else known = { ...known, ...parseContextUpdate({ [name]: JSON.parse(text) }) }
    } catch {
      // Left out, as said.
    }
  }
  return { known, utterances, acts }
}
