// The simulator as an HttpTransport: no socket, and time passes on the injected clock.
import type { CancelTimer, Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import type { HttpRequest, HttpResponse, HttpTransport } from '../genesys/http-transport.ts'
import type { ReportRequest } from './request-report.ts'
import type { Exchange, SimulatorCore } from './simulator-core.ts'

/** Host and port of the URL are ignored. Faults and delays are those of the real server; see `HttpTransport` for errors. */
export class MemoryTransport implements HttpTransport {
  readonly #core: SimulatorCore
  readonly #clock: Clock
  readonly #report: ReportRequest
  readonly #pending = new Set<(reason: unknown) => void>()
  #closed = false

  constructor(core: SimulatorCore, clock: Clock, report: ReportRequest) {
    this.#core = core
    this.#clock = clock
    this.#report = report
  }

  async send({ method, url, headers, body = '', signal }: HttpRequest): Promise<HttpResponse> {
    signal.throwIfAborted()
    if (this.#closed) throw new CuecardError('closed', 'The transport was closed.')
    const { pathname, search } = new URL(url)
    const exchange = this.#core.handle({ method, target: pathname + search, headers, body })
    const started = this.#clock.now()
    let answered = false
    try {
      const wait =
        exchange.delivery === 'never' ? Number.POSITIVE_INFINITY : exchange.delayMs + exchange.bodyMs
      if (wait > 0) await this.#wait(wait, signal)
      answered = true
      return arrived(exchange)
    } finally {
      this.#report(exchange, this.#clock.now() - started, answered)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const reject of this.#pending) reject(new CuecardError('closed', 'The transport was closed.'))
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    let release = () => {}
    const waiting = new Promise<void>((resolve, reject) => {
      const cancel: CancelTimer = ms === Number.POSITIVE_INFINITY ? () => {} : this.#clock.after(ms, resolve)
      const abort = () => reject(signal.reason)
      signal.addEventListener('abort', abort)
      this.#pending.add(reject)
      release = () => {
        cancel()
        signal.removeEventListener('abort', abort)
        this.#pending.delete(reject)
      }
    })
    return waiting.finally(release)
  }
}

function arrived({ status, headers, body, delivery }: Exchange): HttpResponse {
  if (delivery === 'reset') throw new CuecardError('genesys.unreachable', 'The connection was reset.')
  if (delivery === 'cut' && body !== '')
    throw new CuecardError('genesys.malformed', 'The answer was cut short.', { status })
  return { status, headers, body }
}
