// Who asks: the one place where a credential becomes an actor.
import type { FetchImplementation } from 'jose'
import type { Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import type { Actor } from './actor.ts'
import { ApiKeys } from './api-keys.ts'
import { GenesysTokens, type OwnerOf } from './genesys-tokens.ts'
import { type JwtSettings, Jwts } from './jwt.ts'
import { type Sessions, sessionPrefix } from './sessions.ts'

/** The part `access` of the configuration. */
export interface AccessSettings {
  readonly apiKeysFile?: string | undefined
  readonly jwt?: JwtSettings | undefined
  readonly genesysTokens: boolean
  readonly genesysTokenSeconds: number
}

/** Headers of a request, names in lower case, as `node:http` gives them. */
export interface CredentialHeaders {
  readonly authorization?: string | readonly string[] | undefined
  readonly 'x-api-key'?: string | readonly string[] | undefined
}

export type CredentialKind = 'api_key' | 'jwt' | 'genesys_token'

export interface Authenticator {
  /** What is accepted here. */
  readonly kinds: readonly CredentialKind[]
  /**
   * The caller, at once for API keys and for tokens that were checked a moment ago. Throws or rejects.
   * @throws CuecardError `access.unauthenticated`, `access.denied`, `access.unavailable`.
   */
  authenticate(headers: CredentialHeaders): Actor | Promise<Actor>
  /** Ends timers. */
  close(): void
}

/** As many characters as Node takes for all headers of a request. */
const longestCredential = 16_384

/** RFC 6750, 2.1. */
const bearerForm = /^bearer +([\w.~+/-]+=*)$/i

/** Signed in three parts (RFC 7515), or encrypted in five (RFC 7516), which is refused. No Genesys token has dots. */
const jwtForm = /^[\w-]+(\.[\w-]*){2,4}$/

/**
 * Reads the key file, once now and again when it changes.
 * @throws CuecardError `config.invalid`.
 */
export function createAuthenticator(ports: {
  readonly settings: AccessSettings
  readonly clock: Clock
  /** Undefined without Genesys: then none of its tokens is taken. */
  readonly ownerOf: OwnerOf | undefined
  /** Of those who signed in by a link. */
  readonly sessions?: Sessions | undefined
  /** Gets the key server's answer; default the global one. */
  readonly fetch?: FetchImplementation
  /** Told of a key file that broke; the keys from before stay. Once for each version of the file. */
  readonly onProblem?: (error: CuecardError) => void
}): Authenticator {
  const { settings, clock, ownerOf, sessions, fetch, onProblem = () => {} } = ports
  const keys =
    settings.apiKeysFile === undefined
      ? undefined
      : new ApiKeys({ file: settings.apiKeysFile, clock, onProblem })
  const jwts = settings.jwt && new Jwts({ settings: settings.jwt, clock, fetch })
  const genesys =
    settings.genesysTokens && ownerOf
      ? new GenesysTokens({ ownerOf, clock, believedMs: settings.genesysTokenSeconds * 1000 })
      : undefined
  const kinds: CredentialKind[] = []
  if (keys) kinds.push('api_key')
  if (jwts) kinds.push('jwt')
  if (genesys) kinds.push('genesys_token')
  return {
    kinds,
    authenticate(headers) {
      const credential = credentialOf(headers)
      if (headers['x-api-key'] !== undefined || credential.startsWith('ck_')) {
        if (keys === undefined) throw refused('API keys are not accepted here')
        return keys.authenticate(credential)
      }
      if (sessions !== undefined && credential.startsWith(sessionPrefix))
        return sessions.authenticate(credential)
      // Never on to Genesys: a token of another issuer is none of its business.
      if (jwts !== undefined && jwtForm.test(credential)) return jwts.authenticate(credential)
      if (genesys === undefined) throw refused('The token is of no kind that is accepted here')
      return genesys.authenticate(credential)
    },
    close: () => jwts?.close(),
  }
}

/** The one credential of a request (RFC 6750, 2: no more than one). */
function credentialOf({ authorization, 'x-api-key': apiKey }: CredentialHeaders): string {
  const header = authorization ?? apiKey
  if (header === undefined) throw refused('No credential was given: send Authorization: Bearer, or X-API-Key')
  if (typeof header !== 'string' || (authorization !== undefined && apiKey !== undefined))
    throw refused('More than one credential was given: send one')
  if (header.length > longestCredential)
    throw refused(`The credential is longer than ${longestCredential} characters`)
  const credential = authorization === undefined ? apiKey : bearerForm.exec(header)?.[1]
  if (typeof credential !== 'string') throw refused('The Authorization header must be: Bearer, and one token')
  return credential
}

function refused(message: string): CuecardError {
  return new CuecardError('access.unauthenticated', message)
}
