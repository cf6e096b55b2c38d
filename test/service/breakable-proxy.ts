// A stretch of network before a server, which can be cut, refused, or made to swallow everything.
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export type Passage = 'passes' | 'refuses' | 'hangs'

export class BreakableProxy {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #passage: Passage = 'passes'

  private constructor(server: Server) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
  }

  static async before(host: string, port: number): Promise<BreakableProxy> {
    const server = createServer({ allowHalfOpen: true })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const proxy = new BreakableProxy(server)
    server.on('connection', (client) => proxy.#join(client, host, port))
    return proxy
  }

  /** `refuses`: all connections are cut, and new ones too. `hangs`: all stay open and silent, for ever. */
  set passage(passage: Passage) {
    this.#passage = passage
    if (passage === 'refuses') this.cut()
    // What went into a hanging connection never comes out.
    for (const socket of this.#sockets) if (passage === 'hangs') socket.pause().unpipe()
  }

  /** Cuts all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  close(): Promise<void> {
    this.cut()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #join(client: Socket, host: string, port: number): void {
    this.#keep(client)
    if (this.#passage === 'refuses') client.destroy()
    if (this.#passage !== 'passes') return
    const server = connect(port, host)
    this.#keep(server)
    client.pipe(server).pipe(client)
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => {})
  }
}
