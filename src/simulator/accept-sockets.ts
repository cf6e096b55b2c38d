// The WebSockets of the simulator's server: the same address and port as its HTTP.
import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { CancelTimer, Clock } from '../clock.ts'
import type { NotificationHub } from './notification-hub.ts'
import type { ReportRequest } from './request-report.ts'
import type { SimulatorCore } from './simulator-core.ts'

/** What a server stands on. */
export interface ServedSimulator {
  readonly core: SimulatorCore
  readonly hub: NotificationHub
  readonly clock: Clock
  readonly report: ReportRequest
}

/** Messages of clients are a few bytes. */
const maxPayload = 16_384

/** Accepts WebSockets to channels; the function returned ends them all. */
export function acceptSockets(server: Server, { core, hub, clock, report }: ServedSimulator): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false })
  const waiting = new Set<Duplex>()
  server.on('upgrade', (request, stream: Duplex, head: Buffer) => {
    const { url = '/', headers } = request
    const exchange = core.handle({ method: 'GET', target: url, headers, body: '' })
    const startedAt = clock.now()
    let cancel: CancelTimer = () => {}
    waiting.add(stream)
    stream.on('error', () => {})
    stream.once('close', () => {
      cancel()
      waiting.delete(stream)
    })
    if (exchange.delivery === 'never') return
    cancel = clock.after(exchange.delayMs, () => {
      report(exchange, clock.now() - startedAt, true)
      if (exchange.delivery !== 'whole') stream.destroy()
      else if (exchange.status !== 101)
        stream.end(`HTTP/1.1 ${exchange.status} Refused\r\nconnection: close\r\n\r\n${exchange.body}`)
      else
        sockets.handleUpgrade(request, stream, head, (socket) => {
          attach(socket, hub, url.slice(url.lastIndexOf('/') + 1))
        })
    })
  })
  return () => {
    for (const socket of sockets.clients) socket.terminate()
    for (const stream of waiting) stream.destroy()
  }
}

function attach(socket: WebSocket, hub: NotificationHub, channelId: string): void {
  const connection = hub.connect(channelId, {
    send: (text) => socket.send(text, () => {}),
    close: () => socket.terminate(),
  })
  socket.on('message', (data) => connection.receive(String(data)))
  socket.on('error', () => {})
  socket.on('close', () => connection.closed())
}
