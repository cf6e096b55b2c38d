// JSON Web Tokens (RFC 7519) of the organisation's own identity provider, checked with its published keys.
import { hash } from 'node:crypto'
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import { LRUCache } from 'lru-cache'
import type { CancelTimer, Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import type { Actor } from './actor.ts'
import { type ClaimNames, claimsToActor } from './jwt-claims.ts'

export interface JwtSettings extends ClaimNames {
  /** https, or http on this machine. */
  readonly jwksUrl: string
  readonly issuer?: string | undefined
  readonly audience?: string | undefined
}

/** Asymmetric only: with a shared secret, the published key itself could sign (RFC 8725, 2.1). */
const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')

const clockToleranceSeconds = 30

/** A checked token is believed this long, and not beyond its end. */
const believedMs = 60_000

/** Keys are read anew after this time; those known are used until others have come. */
const keysReadAgainMs = 600_000

/** While the key server fails and no key is known, it is not asked more often than this. */
const restMs = 1000

const keyServerTimeoutMs = 2000

export class Jwts {
  readonly #settings: JwtSettings
  readonly #clock: Clock
  readonly #keys: ReturnType<typeof createRemoteJWKSet>
  readonly #known = new LRUCache<string, { readonly actor: Actor; readonly until: number }>({ max: 10_000 })
  #restUntil = Number.NEGATIVE_INFINITY
  #cancelReload: CancelTimer = () => {}
  #closed = false

  /** @throws CuecardError `config.invalid`. */
  constructor(ports: { settings: JwtSettings; clock: Clock; fetch?: FetchImplementation | undefined }) {
    this.#settings = ports.settings
    this.#clock = ports.clock
    this.#keys = createRemoteJWKSet(keyServerOf(ports.settings.jwksUrl), {
      timeoutDuration: keyServerTimeoutMs,
      // Kept while the key server is away; `#reloadLater` sees to it that they are renewed.
      cacheMaxAge: Number.POSITIVE_INFINITY,
      ...(ports.fetch && { [customFetch]: ports.fetch }),
    })
    this.#reloadLater()
  }

  /** At once for a token that was checked a moment ago. @throws CuecardError any `access.*`. */
  authenticate(token: string): Actor | Promise<Actor> {
    const digest = hash('sha256', token, 'base64url')
    const known = this.#known.get(digest)
    if (known !== undefined && this.#clock.now() < known.until) return known.actor
    return this.#verify(token, digest)
  }

  close(): void {
    this.#closed = true
    this.#cancelReload()
  }

  async #verify(token: string, digest: string): Promise<Actor> {
    const { issuer, audience } = this.#settings
    const payload = await this.#payloadOf(token, {
      algorithms,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(this.#clock.wallTime()),
      ...(issuer !== undefined && { issuer }),
      ...(audience !== undefined && { audience }),
    })
    const actor = claimsToActor(payload, this.#settings)
    const leftMs = (payload.exp ?? 0) * 1000 - this.#clock.wallTime()
    this.#known.set(digest, { actor, until: this.#clock.now() + Math.min(leftMs, believedMs) })
    return actor
  }

  async #payloadOf(token: string, options: Parameters<typeof jwtVerify>[2]): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, this.#keyFor, options)).payload
    } catch (error) {
      if (error instanceof CuecardError) throw error
      // Without the cause: it has the claims in it.
      throw new CuecardError('access.unauthenticated', `The token was refused: ${reasonOf(error)}`)
    }
  }

  readonly #keyFor: JWTVerifyGetKey = async (header, token) => {
    if (this.#keys.jwks() === undefined && this.#clock.now() < this.#restUntil) throw unavailable()
    try {
      return await this.#keys(header, token)
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw error
      this.#restUntil = this.#clock.now() + restMs
      throw unavailable()
    }
  }

  /** In the background; a failure is made good the next time, or by the first token whose key is not known. */
  #reloadLater(): void {
    const reload = () =>
      this.#keys
        .reload()
        .catch(() => {})
        .finally(() => this.#reloadLater())
    if (!this.#closed) this.#cancelReload = this.#clock.after(keysReadAgainMs, reload, true)
  }
}

function keyServerOf(address: string): URL {
  const url = new URL(address)
  if (url.protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) return url
  throw new CuecardError(
    'config.invalid',
    'access.jwt.jwksUrl: must be https, unless it is on this machine: whoever changes the keys on their way may sign tokens',
    { field: 'access.jwt.jwksUrl' },
  )
}

function unavailable(): CuecardError {
  return new CuecardError(
    'access.unavailable',
    'The token cannot be checked now: the key server (access.jwt.jwksUrl) does not answer as it should',
  )
}

/** In our own words: jose's may quote the token. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'it has expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    const claim = ['iss', 'aud', 'exp', 'nbf', 'iat', 'sub'].find((name) => name === error.claim)
    return claim === undefined
      ? 'a claim is not as it must be'
      : `its claim ${claim} is missing or not as it must be`
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not allowed'
  if (error instanceof errors.JWKSNoMatchingKey) return 'it was signed with a key that is not published'
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return 'it does not say with which key it was signed (kid)'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong'
  return 'it is malformed'
}
