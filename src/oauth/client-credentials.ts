// OAuth 2.0 client credentials (RFC 6749, 4.4) at the login host: one flight, refreshed ahead of expiry.
import { z } from 'zod'
import type { CancelTimer, Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import { retryAfterOf } from '../genesys/error-body.ts'
import { type HttpResponse, type HttpTransport, sendOver } from '../genesys/http-transport.ts'
import type { SourceCall } from '../retrieval/content-source.ts'
import { AccessToken, type Secret, type TokenProvider } from './token-provider.ts'

const tokenAnswer = z.object({
  access_token: z.string().regex(/^[!-~]{1,16384}$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive(),
  scope: z.string().optional(),
})

/** A token request that takes longer than this has failed. */
const requestTimeoutMs = 10_000

/** After a refusal nothing is asked for this long: a wrong secret must not lock the client out. */
const restAfterRejectionMs = 10_000

/** After any other failure, for this long. */
const restAfterFailureMs = 1000

export interface ClientCredentialsOptions {
  /** Scheme and host, no slash at its end. */
  readonly loginUrl: string
  readonly clientId: string
  readonly clientSecret: Secret
  readonly transport: HttpTransport
  readonly clock: Clock
}

/** Gets a token when it is first needed and keeps a valid one from then on, until `close`. */
export class ClientCredentials implements TokenProvider {
  readonly #options: ClientCredentialsOptions
  #current: { readonly token: AccessToken; readonly expiresAt: number } | undefined
  #flight: Promise<AccessToken> | undefined
  #failure: { readonly error: CuecardError; readonly until: number } | undefined
  #cancelRefresh: CancelTimer = () => {}
  readonly #closing = new AbortController()

  constructor(options: ClientCredentialsOptions) {
    this.#options = options
  }

  token(call: Pick<SourceCall, 'deadline' | 'signal'>): AccessToken | Promise<AccessToken> {
    if (this.#closing.signal.aborted) throw this.#closing.signal.reason
    const now = this.#options.clock.now()
    if (this.#current !== undefined && now < this.#current.expiresAt) return this.#current.token
    if (this.#failure !== undefined && now < this.#failure.until) throw this.#failure.error
    return this.#wait(this.#renew(), call)
  }

  /** Milliseconds for which the token still holds; 0 where there is none. */
  get validForMs(): number {
    const now = this.#options.clock.now()
    return Math.max(0, (this.#current?.expiresAt ?? now) - now)
  }

  reject(token: AccessToken): void {
    // Late news of an older token says nothing about the one in use.
    if (this.#current?.token === token) this.#current = undefined
  }

  /** Stops refreshing and ends a request under way. */
  close(): void {
    this.#cancelRefresh()
    this.#closing.abort(new CuecardError('closed', 'cuecard was closed'))
  }

  /** One request, whoever needs it; callers come and go, the request goes on. */
  #renew(): Promise<AccessToken> {
    this.#flight ??= this.#request()
      .catch((error: unknown) => {
        throw this.#remember(error)
      })
      .finally(() => {
        this.#flight = undefined
      })
    return this.#flight
  }

  #remember(error: unknown): unknown {
    if (!(error instanceof CuecardError)) return error
    const leastMs = error.code === 'oauth.rejected' ? restAfterRejectionMs : restAfterFailureMs
    const restMs = Math.max(leastMs, error.details.retryAfterMs ?? 0)
    this.#failure = { error, until: this.#options.clock.now() + restMs }
    return error
  }

  async #request(): Promise<AccessToken> {
    const { loginUrl, clientId, clientSecret, transport, clock } = this.#options
    const asked = clock.now()
    const basic = Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString('base64')
    const abort = new AbortController()
    const late = () =>
      abort.abort(new CuecardError('deadline.exceeded', 'The login host did not answer in time'))
    const cancel = clock.after(requestTimeoutMs, late, true)
    const closed = () => abort.abort(this.#closing.signal.reason)
    this.#closing.signal.addEventListener('abort', closed)
    try {
      const response = await sendOver(transport, {
        method: 'POST',
        url: `${loginUrl}/oauth/token`,
        headers: {
          authorization: `Basic ${basic}`,
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials',
        signal: abort.signal,
      })
      return this.#accept(response, asked)
    } finally {
      cancel()
      this.#closing.signal.removeEventListener('abort', closed)
    }
  }

  #accept(response: HttpResponse, asked: number): AccessToken {
    if (response.status !== 200) throw refusalOf(response)
    const { access_token, expires_in, scope } = parseToken(response.body)
    const token = new AccessToken(
      access_token,
      scope?.split(' ').filter((name) => name !== ''),
    )
    const lifeMs = expires_in * 1000
    this.#current = { token, expiresAt: asked + lifeMs }
    this.#failure = undefined
    const marginMs = Math.min(60_000, lifeMs / 10)
    this.#refreshAfter(asked + lifeMs - marginMs - this.#options.clock.now())
    return token
  }

  /** Renews in the background; after a failure it tries again until the token has ended, then waits for a caller. */
  #refreshAfter(ms: number): void {
    const { clock } = this.#options
    this.#cancelRefresh()
    if (this.#closing.signal.aborted) return
    // However short the lives that the server grants, it is not asked without a rest.
    const refresh = () => {
      this.#renew().catch(() => {
        const now = clock.now()
        const left = (this.#current?.expiresAt ?? now) - now
        const wait = Math.max(left / 4, (this.#failure?.until ?? now) - now)
        if (left > wait) this.#refreshAfter(wait)
      })
    }
    this.#cancelRefresh = clock.after(Math.max(ms, restAfterFailureMs), refresh, true)
  }

  /** Waits for a token no longer than the caller can. */
  #wait(flight: Promise<AccessToken>, { deadline, signal }: Pick<SourceCall, 'deadline' | 'signal'>) {
    const { clock } = this.#options
    return new Promise<AccessToken>((resolve, reject) => {
      if (signal?.aborted) return reject(new CuecardError('aborted', 'The caller gave up'))
      const gone = () => reject(new CuecardError('aborted', 'The caller gave up'))
      const cancel = clock.after(deadline - clock.now(), () =>
        reject(new CuecardError('deadline.exceeded', 'The login host did not answer in time')),
      )
      signal?.addEventListener('abort', gone, { once: true })
      flight.then(resolve, reject).finally(() => {
        cancel()
        signal?.removeEventListener('abort', gone)
      })
    })
  }
}

function parseToken(body: string): z.infer<typeof tokenAnswer> {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    // The parser's message quotes the text, which may hold a token.
    value = undefined
  }
  const parsed = tokenAnswer.safeParse(value)
  if (parsed.success) return parsed.data
  throw new CuecardError('genesys.malformed', 'The login host answered with something that is no token')
}

/** The body of a refusal is not quoted: a gateway may echo what was sent. */
function refusalOf(response: HttpResponse): CuecardError {
  const { status } = response
  const retryAfterMs = retryAfterOf(response)
  const details = { status, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  if (status === 400 || status === 401)
    return new CuecardError(
      'oauth.rejected',
      'The login host refused the client id or secret; check GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and the region',
      details,
    )
  if (status === 429)
    return new CuecardError('genesys.rate_limited', 'The login host is over its quota', details)
  if (status >= 500)
    return new CuecardError('genesys.unavailable', `The login host answered ${status}`, details)
  return new CuecardError('oauth.rejected', `The login host answered ${status} to the token request`, details)
}
