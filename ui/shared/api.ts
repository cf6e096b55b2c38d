// Calls of cuecard's own service, with its problem documents (RFC 9457) as errors of one class.

/** What the service said instead of an answer, or that nothing came. */
export class ApiProblem extends Error {
  /** The HTTP status; 0: nothing came, as when the network is lost. */
  readonly status: number
  /** Of the list in docs/reference/http.md, or `network.lost`. */
  readonly code: string
  /** Seconds after which to ask again, where the service said so. */
  readonly retryAfter: number | null

  constructor(status: number, code: string, detail: string, retryAfter: number | null = null) {
    super(detail)
    this.name = 'ApiProblem'
    this.status = status
    this.code = code
    this.retryAfter = retryAfter
  }
}

export interface ApiOptions {
  /** Where the service is, such as `https://cuecard.example`; default the page's own origin. */
  readonly baseUrl?: string | undefined
  /** The Bearer credential; null: none is at hand. Asked before each call. */
  readonly token: () => string | null
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  /** True lets the call outlive the page; bodies of at most 64 KB. */
  readonly keepalive?: boolean
}

/** Calls the service with the credential. */
export class Api {
  readonly #options: ApiOptions

  constructor(options: ApiOptions) {
    this.#options = options
  }

  /** The response of a call that went well. @throws ApiProblem; an AbortError when `signal` was aborted. */
  async open(
    path: string,
    { method = 'GET', body, headers = {}, ...rest }: ApiRequest = {},
  ): Promise<Response> {
    const { baseUrl = '', token } = this.#options
    const credential = token()
    const init: RequestInit = {
      method,
      credentials: 'omit',
      cache: 'no-store',
      headers: {
        ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(rest.signal ? { signal: rest.signal } : {}),
      ...(rest.keepalive ? { keepalive: true } : {}),
    }
    const response = await fetch(baseUrl + path, init).catch((error: unknown) => {
      if (rest.signal?.aborted) throw error
      throw new ApiProblem(0, 'network.lost', 'The service cannot be reached')
    })
    if (response.ok) return response
    throw await problemOf(response)
  }

  /** The JSON of the reply. What it holds is the service's own word: its form is not checked again. */
  async call<T>(path: string, request: ApiRequest = {}): Promise<T> {
    const response = await this.open(path, request)
    return response.json()
  }
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null)
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new ApiProblem(
    response.status,
    textIn(body, 'code') ?? `http.${response.status}`,
    textIn(body, 'detail') ?? response.statusText,
    Number.isFinite(seconds) ? seconds : null,
  )
}

function textIn(body: unknown, key: string): string | undefined {
  if (typeof body !== 'object' || body === null || !(key in body)) return undefined
  const value: unknown = Reflect.get(body, key)
  return typeof value === 'string' ? value : undefined
}
