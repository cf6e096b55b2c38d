// Over real WebSockets on this machine: the simulator plays, cuecard follows, and a retrieval goes by what was said.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test, vi } from 'vitest'
import { createCuecard } from '../../src/create-cuecard.ts'
import { openWebSocket } from '../../src/notifications/ws-socket.ts'
import { createSimulator } from '../../src/simulator/index.ts'
import { articles, conversations } from '../simulator/sample-organisation.ts'

/** Of what two real sockets bring: looked for often, and for as long as a busy machine may take. */
const patience = { timeout: 60_000, interval: 10 }

test('a conversation is played, followed and answered, across a cut', async () => {
  const simulator = createSimulator({ articles, conversations })
  const server = await simulator.listen()
  const cuecard = await createCuecard({
    genesys: {
      clientId: 'simulator',
      clientSecret: 'simulator-secret',
      apiUrl: server.url,
      loginUrl: server.url,
    },
    sources: { 'assist-content': { enabled: false }, 'copilot-suggestions': { enabled: false } },
    notifications: { enabled: true },
  })
  try {
    await cuecard.updateContext('c-1', { tags: ['card'] })
    await vi.waitUntil(() => simulator.stats().calls['notification-subscriptions'], patience)
    simulator.setFaults({ notifications: { cuts: 1 } })
    simulator.play({ conversations: ['c-1'], speed: 1000 })
    await vi.waitUntil(() => simulator.playStats().played, patience)
    simulator.setFaults(undefined)
    await vi.waitUntil(
      () => (simulator.stats().calls['notification-subscriptions']?.['200'] ?? 0) > 1,
      patience,
    )
    simulator.play({ conversations: ['c-1'], speed: 100 })
    const { items } = await vi.waitUntil(async () => {
      const retrieval = await cuecard.retrieve({ interactionId: 'c-1', agentId: 'ann', maxResults: 1 })
      return retrieval.items[0]?.contentId === 'late-fee' && retrieval
    }, patience)
    expect(items[0]?.title).toBe('Refunding a late payment fee')
  } finally {
    await cuecard.close()
    await server.close()
  }
})

const outcome = (url: string) =>
  new Promise<string>((resolve) => {
    const socket = openWebSocket(url, {
      opened: () => socket.send('hello'),
      message: (text) => {
        resolve(`message ${text}`)
        socket.close()
      },
      closed: (reason) => resolve(`closed ${reason}`),
    })
  })

test('a refused connection, a broken one and no server at all are all the same: closed, in a few words', async () => {
  const server = createServer()
  let sockets = 0
  server.on('upgrade', (_, socket) =>
    sockets++ === 0 ? socket.destroy() : socket.end('HTTP/1.1 503 No\r\n\r\n'),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/secret`
  for (const reason of [await outcome(url), await outcome(url)]) {
    expect(reason).toMatch(/^closed /)
    expect(reason).not.toContain('secret')
  }
  server.close()
  await once(server, 'close')
  expect(await outcome(url)).toBe('closed ECONNREFUSED')
})

test('a message that is too large ends the connection', async () => {
  const { WebSocketServer } = await import('ws')
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  server.on('connection', (socket) => socket.on('message', () => socket.send('x'.repeat(5 * 1024 * 1024))))
  const { port } = server.address() as AddressInfo
  expect(await outcome(`ws://127.0.0.1:${port}/`)).toBe('closed WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
  server.close()
})
