// A login host that answers as the test says, after a time that the test's clock tells.
import { CuecardError } from '../../src/errors.ts'
import type { HttpRequest, HttpResponse, HttpTransport } from '../../src/genesys/http-transport.ts'
import { ClientCredentials } from '../../src/oauth/client-credentials.ts'
import { Secret } from '../../src/oauth/token-provider.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { follow } from '../testing/outcome.ts'

export const clientId = 'client-id'
export const clientSecret = 'S3cret/+="quoted"'
export const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')

/** How the next requests are answered. */
export interface Behaviour {
  status: number
  body: (count: number) => unknown
  ms: number
  error: unknown
  /** Goes on when the request is aborted. */
  deaf: boolean
}

export function startLogin() {
  const clock = new FakeClock()
  const requests: (HttpRequest & { at: number })[] = []
  const login: Behaviour = {
    status: 200,
    body: (count) => ({ access_token: `token-${count}`, token_type: 'bearer', expires_in: 3600 }),
    ms: 100,
    error: undefined,
    deaf: false,
  }
  const transport: HttpTransport = {
    send(request) {
      requests.push({ ...request, at: clock.now() })
      const { status, body, error, ms, deaf } = { ...login, body: login.body(requests.length) }
      return new Promise<HttpResponse>((resolve, reject) => {
        const text = typeof body === 'string' ? body : JSON.stringify(body)
        const end = () => (error === undefined ? resolve({ status, headers: {}, body: text }) : reject(error))
        const cancel = clock.after(ms, end)
        request.signal.addEventListener('abort', () => {
          if (deaf) return
          cancel()
          reject(request.signal.reason)
        })
      })
    },
    close: async () => {},
  }
  const tokens = new ClientCredentials({
    loginUrl: 'https://login.example.com',
    clientId,
    clientSecret: new Secret(clientSecret),
    transport,
    clock,
  })
  /** Asks for a token, at the most for `waitMs`. */
  const ask = (waitMs = 60_000, signal?: AbortSignal) =>
    follow(async () => tokens.token({ deadline: clock.now() + waitMs, signal }))
  const expiresIn = (seconds: number) => {
    login.body = (count) => ({ access_token: `token-${count}`, token_type: 'Bearer', expires_in: seconds })
  }
  const goDown = (error = new CuecardError('genesys.unreachable', 'The login host cannot be reached')) => {
    login.error = error
  }
  return { clock, login, requests, tokens, ask, expiresIn, goDown }
}
