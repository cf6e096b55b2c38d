// The HTTP service on its socket: from listening to the last reply.
import { type AddressInfo, Server as NetServer } from 'node:net'
import { type Clock, systemClock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import { createService, type Service } from './create-service.ts'
import type { ServiceOptions } from './ports.ts'

/** A service that listens. */
export interface RunningService {
  /** Such as `http://127.0.0.1:4300`. */
  readonly url: string
  readonly port: number
  /**
   * Stops accepting, finishes what runs within `shutdownSeconds`, and closes cuecard, which flushes its record. Safe to
   * call twice.
   */
  close(): Promise<void>
}

/** @throws CuecardError `config.invalid`: the address cannot be bound. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const clock = options.clock ?? systemClock
  const service = createService(options)
  await service.app.ready()
  const host = options.config.host ?? '127.0.0.1'
  const port = await listen(service, host, options.config.port)
  let closed: Promise<void> | undefined
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close() {
      closed ??= end(service, options, clock)
      return closed
    },
  }
}

function listen({ app: { server } }: Service, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(cannotBind(error, host, port))
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/**
 * For a connection that idles: a request may be on its way in it. Until then it is answered, with `Connection: close`;
 * node:http's own `close` would cut it off at once.
 */
const lingerMs = 250

async function end(service: Service, options: ServiceOptions, clock: Clock): Promise<void> {
  const { server } = service.app
  service.end()
  await lookAtSockets()
  const connectionsEnded = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve())
  })
  const within = (ms: number) => {
    let cancel = () => {}
    const passed = new Promise<void>((resolve) => {
      cancel = clock.after(ms, resolve)
    })
    return Promise.race([connectionsEnded, passed]).finally(() => cancel())
  }
  await within(lingerMs)
  await lookAtSockets()
  server.closeIdleConnections()
  await within(options.config.shutdownSeconds * 1000)
  if (service.running.size > 0)
    options.logger.warn(
      { requests: service.running.size },
      'requests were cut off: they took too long to finish',
    )
  server.closeAllConnections()
  await connectionsEnded
  await service.app.close()
  await options.cuecard.close()
}

/** Takes in what has reached this machine: a busy event loop runs its timers first, and a client here is one of its turns. */
async function lookAtSockets(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
}

function cannotBind(error: NodeJS.ErrnoException, host: string, port: number): CuecardError {
  const reason =
    error.code === 'EADDRINUSE' ? 'is already in use' : `cannot be bound (${error.code ?? error.message})`
  return new CuecardError(
    'config.invalid',
    `Port ${port} on ${host} ${reason}; choose another one`,
    { field: 'http.port' },
    error,
  )
}
