// Access tokens: issued, looked up, run out and revoked; each has its own quota as at Genesys.
import { hash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { Refusal } from './refusal.ts'

const windowMs = 60_000

/** A person who signed in, as `GET /api/v2/users/me` shows them. */
export interface Agent {
  readonly id: string
  readonly name: string
  /** Id of the division; default the organisation's `Home`. */
  readonly divisionId?: string
  /** Default `active`. */
  readonly state?: 'active' | 'inactive' | 'deleted'
}

export interface Token {
  readonly value: string
  /** Absent: a client-credentials token, which belongs to no user. */
  readonly agent: Agent | undefined
  readonly expiresAt: number
  windowStart: number
  windowCount: number
}

export interface TokenUse {
  /** The last four characters. */
  readonly token: string
  readonly agent?: string
  readonly expiresInSeconds: number
  readonly quotaLeft: number
}

export interface TokenSettings {
  readonly clock: Clock
  readonly seed: number
  readonly quotaPerMinute: number
  readonly lifetimeSeconds: number
}

/** The tokens of one simulated organisation. */
export class Tokens {
  readonly #settings: TokenSettings
  readonly #byValue = new Map<string, Token>()
  #issued = 0

  constructor(settings: TokenSettings) {
    this.#settings = settings
  }

  get lifetimeSeconds(): number {
    return this.#settings.lifetimeSeconds
  }

  issue(agent?: Agent): Token {
    const { clock, seed, lifetimeSeconds } = this.#settings
    const now = clock.now()
    for (const token of this.#byValue.values()) if (token.expiresAt <= now) this.#byValue.delete(token.value)
    const value = hash('sha256', `token/${seed}/${++this.#issued}`, 'base64url')
    const token: Token = {
      value,
      agent,
      expiresAt: now + lifetimeSeconds * 1000,
      windowStart: now,
      windowCount: 0,
    }
    this.#byValue.set(value, token)
    return token
  }

  /** The token of an `Authorization` header. @throws Refusal 401. */
  authenticate(authorization: string | undefined): Token {
    if (authorization === undefined)
      throw new Refusal(401, 'The request carries no bearer token.', { code: 'authentication.required' })
    const value = /^bearer +(\S+)$/i.exec(authorization)?.[1]
    const token = value === undefined ? undefined : this.#byValue.get(value)
    if (token === undefined || token.expiresAt <= this.#settings.clock.now())
      throw new Refusal(401, 'The bearer token is unknown, expired or revoked.')
    return token
  }

  /** Counts one call and returns the rate-limit headers. @throws Refusal 429. */
  spend(token: Token): Record<string, string> {
    const { clock, quotaPerMinute } = this.#settings
    const now = clock.now()
    if (now - token.windowStart >= windowMs) {
      token.windowStart = now
      token.windowCount = 0
    }
    const seconds = Math.max(1, Math.ceil((token.windowStart + windowMs - now) / 1000))
    const spent = token.windowCount >= quotaPerMinute
    if (!spent) token.windowCount++
    const headers = {
      'inin-ratelimit-count': String(token.windowCount),
      'inin-ratelimit-allowed': String(quotaPerMinute),
      'inin-ratelimit-reset': String(seconds),
    }
    if (spent) throw tooManyRequests(seconds, headers)
    return headers
  }

  /** Ends every token; returns how many there were. */
  revokeAll(): number {
    const count = this.#byValue.size
    this.#byValue.clear()
    return count
  }

  /** The tokens that are in force. */
  use(): TokenUse[] {
    const now = this.#settings.clock.now()
    return [...this.#byValue.values()]
      .filter((token) => token.expiresAt > now)
      .map((token) => ({
        token: `...${token.value.slice(-4)}`,
        ...(token.agent === undefined ? {} : { agent: token.agent.name }),
        expiresInSeconds: Math.ceil((token.expiresAt - now) / 1000),
        quotaLeft:
          this.#settings.quotaPerMinute - (now - token.windowStart >= windowMs ? 0 : token.windowCount),
      }))
  }
}

/** 429 as Genesys words it for machines; without `seconds` the client is not told how long to wait. */
export function tooManyRequests(seconds: number | undefined, headers: Record<string, string> = {}): Refusal {
  if (seconds === undefined) return new Refusal(429, 'Too many requests.', { headers })
  return new Refusal(429, `Too many requests; try again in ${seconds} s.`, {
    code: 'too.many.requests.retry.after',
    params: { retryAfter: String(seconds) },
    headers: { ...headers, 'retry-after': String(seconds) },
  })
}
