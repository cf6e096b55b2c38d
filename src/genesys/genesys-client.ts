// One call to the Genesys Cloud API: quota, token, request, typed error. Every call the product makes goes through here.
import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import { explainIssue } from '../explain-issue.ts'
import type { AccessToken, TokenProvider } from '../oauth/token-provider.ts'
import type { QuotaBudget } from '../quota/quota-budget.ts'
import type { SourceCall } from '../retrieval/content-source.ts'
import { correlationIdOf, errorOf } from './error-body.ts'
import { type HttpRequest, type HttpResponse, type HttpTransport, sendOver } from './http-transport.ts'

/** One operation of the API. */
export interface GenesysOperation<T> {
  /** What it does, to be read after "Genesys answered 500 to": `searching knowledge`. */
  readonly doing: string
  readonly method: HttpRequest['method']
  /** Path and query, each part already percent-encoded. */
  readonly path: string
  readonly body?: unknown
  /** The form of a good answer. */
  readonly answer: z.ZodType<T>
  /** An OAuth scope that the call needs, where the grant names scopes. */
  readonly scope?: string
}

/** A good answer and what it cost. */
export interface GenesysAnswer<T> {
  readonly value: T
  /** Milliseconds from sending to the end of the answer. */
  readonly upstreamMs: number
  /** Milliseconds spent waiting for the quota. */
  readonly queuedMs: number
}

/** Without `Retry-After`, a 429 stops all calls for this long. */
const pauseWithoutRetryAfterMs = 1000

/**
 * Reading an answer of a hundred kilobytes takes milliseconds. Those larger than this (in characters) are read one a
 * turn of the event loop, so that the deadlines of everyone else are kept however many come at once.
 */
const largeAnswer = 32_768

export class GenesysClient {
  readonly #apiUrl: string
  readonly #transport: HttpTransport
  readonly #tokens: TokenProvider
  readonly #quota: QuotaBudget
  readonly #clock: Clock
  #lastTurn: Promise<void> = Promise.resolve()

  /** `apiUrl` has no slash at its end. */
  constructor(ports: {
    readonly apiUrl: string
    readonly transport: HttpTransport
    readonly tokens: TokenProvider
    readonly quota: QuotaBudget
    readonly clock: Clock
  }) {
    this.#apiUrl = ports.apiUrl
    this.#transport = ports.transport
    this.#tokens = ports.tokens
    this.#quota = ports.quota
    this.#clock = ports.clock
  }

  /**
   * Makes the call, once, or twice when the token was refused and a new one is accepted.
   * @throws CuecardError any `genesys.*` or `oauth.*` code, `quota.exhausted`, `deadline.exceeded`, `aborted`.
   */
  async call<T>(operation: GenesysOperation<T>, call: SourceCall): Promise<GenesysAnswer<T>> {
    const token = await this.#tokenFor(operation, call)
    try {
      return await this.#attempt(operation, token, call)
    } catch (error) {
      if (!isCuecardError(error, 'genesys.unauthorized')) throw error
      this.#tokens.reject(token)
      return await this.#attempt(operation, await this.#tokenFor(operation, call), call)
    }
  }

  async #tokenFor({ doing, scope }: GenesysOperation<unknown>, call: SourceCall): Promise<AccessToken> {
    const token = await this.#tokens.token(call)
    if (scope !== undefined && token.scopes !== undefined && !token.scopes.includes(scope))
      throw new CuecardError(
        'oauth.scope_missing',
        `The token lacks the scope ${scope}, which ${doing} needs; add it to the OAuth client`,
      )
    return token
  }

  async #attempt<T>(
    operation: GenesysOperation<T>,
    token: AccessToken,
    call: SourceCall,
  ): Promise<GenesysAnswer<T>> {
    const asked = this.#clock.now()
    const leftMs = call.deadline - asked
    if (leftMs <= 0) throw lateFor(operation)
    // A call that leaves just before its deadline spends quota for nothing, and makes Genesys look slow.
    await this.#quota.acquire(call, asked + leftMs / 2)
    const sent = this.#clock.now()
    const response = await this.#send(operation, token, call)
    const upstreamMs = this.#clock.now() - sent
    if (response.status < 200 || response.status > 299) throw this.#refusal(operation, response, token)
    if (response.body.length > largeAnswer) await this.#ownTurn()
    return { value: parse(operation, response, token), upstreamMs, queuedMs: sent - asked }
  }

  /** Waits until it is this caller's turn of the event loop, and nobody else's who waits here. */
  #ownTurn(): Promise<void> {
    this.#lastTurn = this.#lastTurn.then(() => new Promise((resolve) => setImmediate(resolve)))
    return this.#lastTurn
  }

  async #send(
    operation: GenesysOperation<unknown>,
    token: AccessToken,
    call: SourceCall,
  ): Promise<HttpResponse> {
    const abort = new AbortController()
    const late = () => abort.abort(lateFor(operation))
    const gone = () => abort.abort(new CuecardError('aborted', 'The caller gave up'))
    const cancel = this.#clock.after(call.deadline - this.#clock.now(), late)
    if (call.signal?.aborted) gone()
    call.signal?.addEventListener('abort', gone)
    try {
      return await sendOver(this.#transport, {
        method: operation.method,
        url: this.#apiUrl + operation.path,
        headers: {
          authorization: `Bearer ${token.reveal()}`,
          accept: 'application/json',
          ...(call.traceparent !== undefined && { traceparent: call.traceparent }),
          ...(operation.body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(operation.body !== undefined && { body: JSON.stringify(operation.body) }),
        signal: abort.signal,
      })
    } finally {
      cancel()
      call.signal?.removeEventListener('abort', gone)
    }
  }

  #refusal(operation: GenesysOperation<unknown>, response: HttpResponse, token: AccessToken): CuecardError {
    const error = errorOf(operation.doing, response, token)
    if (error.code === 'genesys.rate_limited')
      this.#quota.pause(error.details.retryAfterMs ?? pauseWithoutRetryAfterMs)
    return error
  }
}

function lateFor({ doing }: GenesysOperation<unknown>): CuecardError {
  return new CuecardError('deadline.exceeded', `Genesys did not answer in time to ${doing}`)
}

function parse<T>({ doing, answer }: GenesysOperation<T>, response: HttpResponse, token: AccessToken): T {
  const { body, status } = response
  const correlationId = correlationIdOf(response, token)
  const details = { status, ...(correlationId !== undefined && { correlationId }) }
  let value: unknown
  try {
    // A 204 has no body, and its form is `undefined`.
    value = body === '' ? undefined : JSON.parse(body)
  } catch {
    // The parser's own message quotes the text, which could hold anything.
    throw new CuecardError('genesys.malformed', `Genesys's answer to ${doing} is not valid JSON`, details)
  }
  const parsed = answer.safeParse(value)
  if (parsed.success) return parsed.data
  const { field, problem } = explainIssue(parsed.error)
  const where = field === '' ? '' : ` at ${field}`
  throw new CuecardError(
    'genesys.malformed',
    `Genesys's answer to ${doing} has another form${where}: ${problem}`,
    details,
  )
}
