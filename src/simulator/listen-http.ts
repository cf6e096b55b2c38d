// The simulator behind a real socket: the core's exchanges, with their delays and damage, as HTTP/1.1.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CancelTimer, Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import { acceptSockets, type ServedSimulator } from './accept-sockets.ts'
import type { ReportRequest } from './request-report.ts'
import { type Exchange, maxBodyBytes } from './simulator-core.ts'

/** Pieces into which a slow body is cut. */
const slowPieces = 10

export interface ListenOptions {
  /** Default `127.0.0.1`: the control endpoints ask for no credentials, so think before you bind more. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
}

/** A simulator that answers HTTP. */
export interface ListeningSimulator {
  /** Such as `http://127.0.0.1:40123`; login and API live at the same address. */
  readonly url: string
  readonly port: number
  /** Ends every connection, answered or not, and frees the port. */
  close(): Promise<void>
}

/** Starts the server. @throws CuecardError `config.invalid`: the address cannot be bound. */
export async function listenHttp(
  { core, hub, clock, report }: ServedSimulator,
  { host = '127.0.0.1', port = 0 }: ListenOptions = {},
): Promise<ListeningSimulator> {
  const server = createServer((request, response) => {
    receive(request, response, (body) => {
      const { method = '', url = '/', headers } = request
      const exchange = core.handle({ method, target: url, headers, body })
      answer(exchange, response, clock, report)
    })
  })
  const closeSockets = acceptSockets(server, { core, hub, clock, report })
  // Longer than clients keep a connection, so that it is not closed under a request that is just being sent.
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotBind(error, host, port)))
    server.listen(port, host, resolve)
  })
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        closeSockets()
        server.closeAllConnections()
      }),
  }
}

/** Reads the body; one that is too large is handed on cut off, so that the core refuses it. */
function receive(request: IncomingMessage, response: ServerResponse, done: (body: string) => void): void {
  const chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    if (size > maxBodyBytes) return
    chunks.push(chunk)
    size += chunk.length
    if (size <= maxBodyBytes) return
    response.setHeader('connection', 'close')
    done(Buffer.concat(chunks).toString())
  })
  request.on('end', () => {
    if (size <= maxBodyBytes) done(Buffer.concat(chunks).toString())
  })
}

function answer(exchange: Exchange, response: ServerResponse, clock: Clock, report: ReportRequest): void {
  const started = clock.now()
  let cancel: CancelTimer = () => {}
  const wait = (ms: number, next: () => void) => {
    if (ms <= 0) next()
    else cancel = clock.after(ms, next)
  }
  // Also when the client gives up or the server closes: whatever still waits is given back.
  response.once('close', () => {
    cancel()
    report(exchange, clock.now() - started, response.headersSent)
  })
  if (exchange.delivery !== 'never') wait(exchange.delayMs, () => send(exchange, response, wait))
}

function send(
  exchange: Exchange,
  response: ServerResponse,
  wait: (ms: number, next: () => void) => void,
): void {
  const { status, headers, delivery, bodyMs } = exchange
  const { socket } = response
  if (delivery === 'reset') {
    socket?.resetAndDestroy()
    return
  }
  const body = Buffer.from(exchange.body)
  response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': body.length })
  if (delivery === 'cut' && body.length > 0) {
    response.write(body.subarray(0, body.length / 2), () => socket?.destroy())
  } else if (delivery === 'slow') {
    response.flushHeaders()
    const size = Math.ceil(body.length / slowPieces)
    const trickle = (piece: number) => {
      if (piece === slowPieces) response.end()
      else
        wait(bodyMs / slowPieces, () => {
          response.write(body.subarray(piece * size, (piece + 1) * size))
          trickle(piece + 1)
        })
    }
    trickle(0)
  } else response.end(body)
}

function cannotBind(error: NodeJS.ErrnoException, host: string, port: number): CuecardError {
  const reason =
    error.code === 'EADDRINUSE' ? 'is already in use' : `cannot be bound (${error.code ?? error.message})`
  return new CuecardError(
    'config.invalid',
    `Port ${port} on ${host} ${reason}; choose another one.`,
    { field: 'port' },
    error,
  )
}
