// A transport that remembers what the doctor reports: the token's lifetime and the last headers of the API.
import type { HttpResponse, HttpTransport } from '../../genesys/http-transport.ts'

export interface WatchedTransport extends HttpTransport {
  tokenLifetimeSeconds(): number | undefined
  apiHeaders(): HttpResponse['headers']
}

/** Of the token answer nothing is kept but its lifetime. */
export function watchedTransport(transport: HttpTransport): WatchedTransport {
  let lifetime: number | undefined
  let headers: HttpResponse['headers'] = {}
  return {
    async send(request) {
      const response = await transport.send(request)
      const { pathname } = new URL(request.url)
      if (pathname.endsWith('/oauth/token')) lifetime = lifetimeOf(response.body)
      else if (pathname.includes('/api/')) headers = response.headers
      return response
    },
    close: () => transport.close(),
    tokenLifetimeSeconds: () => lifetime,
    apiHeaders: () => headers,
  }
}

function lifetimeOf(body: string): number | undefined {
  const found = /"expires_in"\s*:\s*(\d+)/.exec(body)?.[1]
  return found === undefined ? undefined : Number(found)
}
