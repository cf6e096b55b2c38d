// WebSockets over the `ws` package.
import { WebSocket } from 'ws'
import type { OpenSocket } from './socket.ts'

/** Genesys's largest messages, conversations with many participants, are a few hundred kilobytes. */
const maxPayload = 4 * 1024 * 1024

export const openWebSocket: OpenSocket = (url, events) => {
  let isOver = false
  const end = (reason: string) => {
    if (isOver) return
    isOver = true
    socket.terminate()
    events.closed(reason)
  }
  // The address is secret: no error of the client's own goes further.
  const socket = new WebSocket(url, { maxPayload, perMessageDeflate: false })
  socket.on('open', () => isOver || events.opened())
  socket.on('message', (data) => isOver || events.message(String(data)))
  socket.on('error', (error) => end('code' in error ? String(error.code) : 'the connection failed'))
  socket.on('close', (code) => end(`closed with ${code}`))
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text, () => {})
    },
    close() {
      isOver = true
      socket.terminate()
    },
  }
}
