// Sign-in by a link: a code that is used once becomes a token for a working day. Both live in this process alone.
import { hash, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import type { Actor, Role } from './actor.ts'

const codeMs = 10 * 60_000
const tokenMs = 12 * 3_600_000
/** Of each kind; those not used for longest go first. */
const kept = 1000

/** By which a token is told from other credentials. */
export const sessionPrefix = 'cks_'

/** What a code was exchanged for. */
export interface Session {
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly actor: Actor
}

export class Sessions {
  readonly #clock: Clock
  /** By their digest: nothing here could be used to sign in, and a comparison tells nothing by its time. */
  readonly #codes = new LRUCache<string, { readonly actor: Actor; readonly expiresAt: number }>({ max: kept })
  readonly #tokens = new LRUCache<string, { readonly actor: Actor; readonly expiresAt: number }>({
    max: kept,
  })

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A code of 256 random bits, good once and for 10 minutes, for whoever is to have these roles. */
  invite(roles: readonly Role[], agentId?: string): string {
    const code = randomBytes(32).toString('base64url')
    const actor = {
      id: `link-${digestOf(code).slice(0, 8)}`,
      roles,
      agentId,
      divisions: [],
      via: 'session',
    } as const
    this.#codes.set(digestOf(code), { actor, expiresAt: this.#clock.wallTime() + codeMs })
    return code
  }

  /** @throws CuecardError `access.unauthenticated`: unknown, used or too old. */
  open(code: string): Session {
    const digest = digestOf(code)
    const invited = this.#codes.get(digest)
    this.#codes.delete(digest)
    if (invited === undefined || this.#clock.wallTime() >= invited.expiresAt)
      throw refused('The sign-in link was used already, or is older than 10 minutes; have another one made')
    const token = sessionPrefix + randomBytes(32).toString('base64url')
    const expiresAt = this.#clock.wallTime() + tokenMs
    this.#tokens.set(digestOf(token), { actor: invited.actor, expiresAt })
    return { token, expiresAt, actor: invited.actor }
  }

  /** @throws CuecardError `access.unauthenticated`. */
  authenticate(token: string): Actor {
    const known = this.#tokens.get(digestOf(token))
    if (known === undefined || this.#clock.wallTime() >= known.expiresAt)
      throw refused('The session is over; sign in again')
    return known.actor
  }

  /** Ends a session; a token of none is none already. */
  end(token: string): void {
    this.#tokens.delete(digestOf(token))
  }
}

function digestOf(secret: string): string {
  return hash('sha256', secret, 'base64url')
}

function refused(message: string): CuecardError {
  return new CuecardError('access.unauthenticated', message)
}
