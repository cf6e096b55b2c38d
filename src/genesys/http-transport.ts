// The port through which bytes leave: undici in production, the simulator itself in benchmarks and fast tests.
import { CuecardError } from '../errors.ts'

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

/**
 * Sends over a transport that may be anyone's own. What it rejects with besides the errors of the port becomes one of
 * them: a foreign error may carry the request, and with it a token.
 */
export async function sendOver(transport: HttpTransport, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await transport.send(request)
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason
    if (error instanceof CuecardError) throw error
    throw new CuecardError(
      'genesys.unreachable',
      `${new URL(request.url).origin} cannot be reached`,
      {},
      error,
    )
  }
}
