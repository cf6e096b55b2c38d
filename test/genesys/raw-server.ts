// A server that writes bytes, whether they are HTTP or not, and knows which connections are open.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface RawServer {
  readonly url: string
  /** Connections accepted so far. */
  readonly accepted: () => number
  /** Resolves when no connection is open any more. */
  allClosed(): Promise<void>
  /** What clients sent. */
  readonly received: () => string
  close(): Promise<void>
}

/** Calls `answer` for each request, as soon as its head has come. */
export async function rawServer(answer: (socket: Socket, head: string) => void): Promise<RawServer> {
  const open = new Set<Socket>()
  let accepted = 0
  let received = ''
  const server = createServer((socket) => {
    accepted++
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    socket.on('data', (chunk) => {
      const head = chunk.toString()
      received += head
      if (head.includes('\r\n\r\n')) answer(socket, head)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted: () => accepted,
    received: () => received,
    allClosed: async () => {
      for (const socket of open) await new Promise((resolve) => socket.once('close', resolve))
    },
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A whole answer with a body of JSON. */
export function answerWith(body: string, headers = `content-length: ${Buffer.byteLength(body)}`): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${headers}\r\n\r\n${body}`
}
