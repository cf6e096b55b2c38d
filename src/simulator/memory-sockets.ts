// The simulator's notifications without sockets: messages come on the injected clock.
import type { CancelTimer } from '../clock.ts'
import type { OpenSocket } from '../notifications/socket.ts'
import type { ServedSimulator } from './accept-sockets.ts'
import type { HubConnection } from './notification-hub.ts'

/** Host and port of the address are ignored; faults and delays are those of the real server. */
export function memorySockets({ core, hub, clock, report }: ServedSimulator): OpenSocket {
  return (url, events) => {
    const target = new URL(url).pathname
    const exchange = core.handle({ method: 'GET', target, headers: {}, body: '' })
    let connection: HubConnection | undefined
    let isOver = false
    let cancel: CancelTimer = () => {}
    const end = (tell?: () => void) => {
      if (isOver) return
      isOver = true
      cancel()
      connection?.closed()
      tell?.()
    }
    const open = () => {
      report(exchange, exchange.delayMs, true)
      const isTaken = exchange.status === 101 && exchange.delivery === 'whole'
      if (!isTaken) return end(() => events.closed(`the server answered ${exchange.status}`))
      connection = hub.connect(target.slice(target.lastIndexOf('/') + 1), {
        send: (text) => isOver || events.message(text),
        close: () => end(() => events.closed('the server closed the connection')),
      })
      events.opened()
    }
    if (exchange.delivery !== 'never') cancel = clock.after(exchange.delayMs, open)
    return { send: (text) => connection?.receive(text), close: () => end() }
  }
}
