// The port from which calls get their access token.
import type { SourceCall } from '../retrieval/content-source.ts'
import { Secret } from '../secret.ts'

export { Secret } from '../secret.ts'

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
