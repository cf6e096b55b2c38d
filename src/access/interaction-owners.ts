// Whose interaction it is: the agents who were helped in it, so that no agent looks into another one's.
import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import type { SourceCall } from '../retrieval/content-source.ts'
import { type Actor, isBoundToItself } from './actor.ts'

/** Asks Genesys whether a user takes part in a conversation now. @throws CuecardError where it cannot say. */
export type IsParticipant = (interactionId: string, agentId: string, call: SourceCall) => Promise<boolean>

interface Entry {
  readonly agents: Set<string>
  /** On `Clock.now()`. */
  lastSeen: number
}

/** Agents of one interaction; beyond that the first one goes. */
const maxAgents = 16

/** The agents of the live interactions; the first to ask needs no proof, any other one does. */
export class InteractionOwners {
  readonly #clock: Clock
  readonly #idleMs: number
  readonly #isParticipant: IsParticipant
  readonly #entries: LRUCache<string, Entry>

  /** `max` interactions at the most; one that is silent for `idleMs` milliseconds is forgotten. */
  constructor(ports: { clock: Clock; max: number; idleMs: number; isParticipant: IsParticipant }) {
    this.#clock = ports.clock
    this.#idleMs = ports.idleMs
    this.#isParticipant = ports.isParticipant
    this.#entries = new LRUCache({ max: ports.max })
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
    if (agent === undefined) return
    const entry = this.#entryOf(interactionId)
    if (entry.agents.has(agent)) return
    if (!bound || entry.agents.size === 0) return claim(entry, agent)
    return this.#prove(interactionId, agent, call)
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
    claim(this.#entryOf(interactionId), agent)
  }

  #entryOf(interactionId: string): Entry {
    const now = this.#clock.now()
    const known = this.#entries.get(interactionId)
    if (known !== undefined && now - known.lastSeen <= this.#idleMs) {
      known.lastSeen = now
      return known
    }
    const entry = { agents: new Set<string>(), lastSeen: now }
    this.#entries.set(interactionId, entry)
    return entry
  }
}

function claim({ agents }: Entry, agent: string): void {
  agents.add(agent)
  const [first] = agents
  if (agents.size > maxAgents && first !== undefined) agents.delete(first)
}

function denied(message: string, cause?: unknown): CuecardError {
  return new CuecardError('access.denied', message, {}, cause)
}
