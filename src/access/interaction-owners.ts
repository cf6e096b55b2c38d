// Whose interaction it is: the agents who were helped in it, so that no agent looks into another one's.
import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import type { SourceCall } from '../retrieval/content-source.ts'
import { type Actor, isBoundToItself } from './actor.ts'

/** Asks Genesys whether a user takes part in a conversation now. @throws CuecardError where it cannot say. */
export type IsParticipant = (interactionId: string, agentId: string, call: SourceCall) => Promise<boolean>

interface Entry {
  /** As it was first named. */
  readonly interactionId: string
  /** Whether Genesys or a service said that the agent takes part. */
  readonly agents: Map<string, boolean>
  /** Whether that was said of any of them. */
  isProven: boolean
  /** On `Clock.now()`. */
  lastSeen: number
}

/** No agent's id: a caller's has at least one character. */
const nobody = ''

/** Agents of one interaction; beyond that the first one goes. */
const maxAgents = 16

/**
 * The agents of the live interactions. The first to ask needs no proof, until another one has it: who was merely early
 * then needs it too.
 */
export class InteractionOwners {
  readonly #clock: Clock
  readonly #idleMs: number
  readonly #isParticipant: IsParticipant
  readonly #onForgotten: (interactionId: string) => void
  readonly #entries: LRUCache<string, Entry>

  /**
   * `max` interactions at the most; one that is silent for `idleMs` milliseconds is forgotten. `onForgotten` is told,
   * so that nothing is known of an interaction that is anyone's again.
   */
  constructor(ports: {
    clock: Clock
    max: number
    idleMs: number
    isParticipant: IsParticipant
    onForgotten?: (interactionId: string) => void
  }) {
    const { clock, max, idleMs, isParticipant, onForgotten = () => {} } = ports
    this.#clock = clock
    this.#idleMs = idleMs
    this.#isParticipant = isParticipant
    this.#onForgotten = onForgotten
    this.#entries = new LRUCache({
      max,
      dispose: (entry, _, reason) => reason === 'evict' && onForgotten(entry.interactionId),
    })
  }

  /**
   * Lets the caller act on an interaction, for `agentId` or, where none is named, for itself. At once, unless the
   * interaction is another agent's: then Genesys is asked. Ids in the form that a parsed request has.
   * @throws CuecardError `access.denied`; `aborted`, `closed`.
   */
  admit(
    actor: Actor,
    interactionId: string,
    agentId: string | undefined,
    call: SourceCall,
  ): void | Promise<void> {
    const agent = agentId ?? actor.agentId
    const bound = isBoundToItself(actor)
    if (bound && (agent === undefined || agent !== actor.agentId))
      throw denied('An agent may ask for itself only: agentId is that of another one')
    const entry = this.#entryOf(interactionId)
    if (agent === undefined) return
    const proven = entry.agents.get(agent)
    if (proven || (bound && proven === false && !entry.isProven)) return
    if (!bound || entry.agents.size === 0) return claim(entry, agent, !bound)
    return this.#prove(interactionId, agent, call)
  }

  /**
   * These agents take part, as Genesys says. Where none is named it is known to be somebody's all the same: the first
   * agent to ask needs proof then too.
   */
  takesPart(interactionId: string, agentIds: readonly string[]): void {
    const entry = this.#entryOf(interactionId)
    for (const agent of agentIds) claim(entry, agent, true)
    if (entry.agents.size === 0) entry.agents.set(nobody, false)
  }

  async #prove(interactionId: string, agent: string, call: SourceCall): Promise<void> {
    let takesPart: boolean
    try {
      takesPart = await this.#isParticipant(interactionId, agent, call)
    } catch (error) {
      if (isCuecardError(error, 'aborted') || isCuecardError(error, 'closed')) throw error
      throw denied(
        'The interaction is another agent’s, and Genesys cannot say now whether this one takes part',
        error,
      )
    }
    if (!takesPart) throw denied('The interaction is another agent’s, and this one takes no part in it')
    claim(this.#entryOf(interactionId), agent, true)
  }

  #entryOf(interactionId: string): Entry {
    const now = this.#clock.now()
    // Genesys may know the same conversation in capitals.
    const key = interactionId.toLowerCase()
    const known = this.#entries.get(key)
    if (known !== undefined && now - known.lastSeen <= this.#idleMs) {
      known.lastSeen = now
      return known
    }
    if (known !== undefined) this.#onForgotten(known.interactionId)
    const entry = { interactionId, agents: new Map<string, boolean>(), isProven: false, lastSeen: now }
    this.#entries.set(key, entry)
    return entry
  }
}

function claim(entry: Entry, agent: string, isProven: boolean): void {
  const { agents } = entry
  agents.set(agent, isProven)
  entry.isProven ||= isProven
  const [first] = agents.keys()
  if (agents.size > maxAgents && first !== undefined) agents.delete(first)
}

function denied(message: string, cause?: unknown): CuecardError {
  return new CuecardError('access.denied', message, {}, cause)
}
