// An agent's own Genesys token: Genesys is asked whose it is, and its answer is believed for a short time.
import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import type { Actor } from './actor.ts'

/** The person to whom a token belongs. */
export interface TokenOwner {
  readonly id: string
  readonly divisionId: string | undefined
  readonly isActive: boolean
}

/**
 * Asks Genesys whose token this is; settles within about two seconds.
 * @throws CuecardError `access.unauthenticated` when Genesys refuses it, `access.unavailable` when it cannot be asked.
 */
export type OwnerOf = (token: string) => Promise<TokenOwner>

interface Known {
  readonly actor: Actor
  readonly askAgainAt: number
  readonly freshUntil: number
  readonly graceUntil: number
  restUntil: number
}

/** How long a token that was good stays so when Genesys cannot be asked: its outage must not lock its agents out. */
const graceMs = 300_000

/** After Genesys could not be asked about a good token, it is not asked again for this long. */
const restMs = 5000

/** How long a refusal is believed. */
const refusedMs = 5000

/** Tokens that Genesys is being asked about at a time. */
const maxFlights = 500

/** The Genesys tokens seen lately, by digest. */
export class GenesysTokens {
  readonly #ownerOf: OwnerOf
  readonly #clock: Clock
  readonly #believedMs: number
  readonly #known = new LRUCache<string, Known>({ max: 20_000 })
  // Apart from the good ones: whoever tries many tokens pushes none of those out.
  readonly #refused = new LRUCache<string, { readonly error: CuecardError; readonly until: number }>({
    max: 5000,
  })
  readonly #flights = new Map<string, Promise<Actor>>()

  constructor(ports: { ownerOf: OwnerOf; clock: Clock; believedMs: number }) {
    this.#ownerOf = ports.ownerOf
    this.#clock = ports.clock
    this.#believedMs = ports.believedMs
  }

  /** At once for a token that was good a moment ago. @throws CuecardError any `access.*`. */
  authenticate(token: string): Actor | Promise<Actor> {
    const digest = hash('sha256', token, 'base64url')
    const now = this.#clock.now()
    const known = this.#known.get(digest)
    if (known !== undefined && now < known.graceUntil) {
      if (now < known.askAgainAt || now < known.restUntil) return known.actor
      const flight = this.#ask(token, digest)
      if (now >= known.freshUntil) return flight
      flight.catch(() => {})
      return known.actor
    }
    const refused = this.#refused.get(digest)
    if (refused !== undefined && now < refused.until) throw refused.error
    return this.#ask(token, digest)
  }

  /** One question for all who show the same token. */
  #ask(token: string, digest: string): Promise<Actor> {
    const underWay = this.#flights.get(digest)
    if (underWay !== undefined) return underWay
    if (this.#flights.size >= maxFlights)
      return Promise.reject(
        new CuecardError('access.unavailable', 'Too many Genesys tokens are being checked; try again'),
      )
    const flight = this.#ownerOf(token)
      .then((owner) => this.#accept(digest, owner))
      .catch((error: unknown) => this.#fail(digest, error))
      .finally(() => this.#flights.delete(digest))
    this.#flights.set(digest, flight)
    return flight
  }

  #accept(digest: string, { id, divisionId, isActive }: TokenOwner): Actor {
    if (!isActive) throw new CuecardError('access.denied', 'This Genesys user is not active')
    const divisions = divisionId === undefined ? [] : [divisionId]
    const actor: Actor = { id, roles: ['agent'], agentId: id, divisions, via: 'genesys_token' }
    const freshUntil = this.#clock.now() + this.#believedMs
    this.#known.set(digest, {
      actor,
      // Ahead of its time, so that whoever keeps working never waits.
      askAgainAt: freshUntil - this.#believedMs / 2,
      freshUntil,
      graceUntil: freshUntil + graceMs,
      restUntil: Number.NEGATIVE_INFINITY,
    })
    return actor
  }

  #fail(digest: string, error: unknown): Actor {
    const now = this.#clock.now()
    if (isCuecardError(error, 'access.unauthenticated') || isCuecardError(error, 'access.denied')) {
      this.#known.delete(digest)
      this.#refused.set(digest, { error, until: now + refusedMs })
      throw error
    }
    const known = this.#known.get(digest)
    if (known === undefined || now >= known.graceUntil) throw error
    known.restUntil = now + restMs
    return known.actor
  }
}
