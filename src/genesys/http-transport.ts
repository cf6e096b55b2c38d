// The port through which bytes leave: undici in production, the simulator itself in benchmarks and fast tests.

/** One HTTP request, ready to be sent. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Absolute URL. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Ends the request; the transport then rejects. */
  readonly signal: AbortSignal
}

/** One HTTP response, read to its end. */
export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/**
 * Sends a request and reads the whole answer. Rejects with a `CuecardError`: `genesys.unreachable` when the
 * connection fails or breaks, `genesys.malformed` when the body is cut short or too large; with the signal's reason
 * when the signal fires.
 */
export interface HttpTransport {
  send(request: HttpRequest): Promise<HttpResponse>
  close(): Promise<void>
}
