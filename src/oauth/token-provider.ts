// The port from which calls get their access token.
import { inspect } from 'node:util'
import type { SourceCall } from '../retrieval/content-source.ts'

/** A secret that only shows itself when asked: never in a log line, JSON, a template string or `util.inspect`. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The secret itself, for the one place that must send it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

/** An OAuth 2.0 access token. */
export class AccessToken extends Secret {
  /** The scopes granted (RFC 6749, 5.1), or undefined where the server does not say. */
  readonly scopes: readonly string[] | undefined

  constructor(value: string, scopes: readonly string[] | undefined) {
    super(value)
    this.scopes = scopes
  }
}

export interface TokenProvider {
  /**
   * A token that is believed to be valid.
   * @throws CuecardError `oauth.rejected`, `genesys.unavailable`, `genesys.unreachable`, `genesys.malformed`,
   * `deadline.exceeded`, `aborted`.
   */
  token(call: Pick<SourceCall, 'deadline' | 'signal'>): AccessToken | Promise<AccessToken>
  /** The server refused this token: the next call gets another. */
  reject(token: AccessToken): void
}
