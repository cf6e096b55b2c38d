// The service on its socket: from a port that may be taken to the last reply.
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { startService } from '../../src/http/start-service.ts'
import { fakeCuecard, httpConfig, optionsOf, retrieval } from './fake-parts.ts'
import { body, good, whole } from './raw-request.ts'

test('closing answers every request that came, and nothing is left open', async () => {
  const clientCount = 32
  let answered = 0
  let sent = 0
  const failures: unknown[] = []
  const held: (() => void)[] = []
  let allCame = () => {}
  let allAnswered = () => {}
  const slow = await startService(
    optionsOf({
      clock: undefined,
      cuecard: fakeCuecard({
        retrieve: () =>
          new Promise((resolve) => {
            held.push(() => resolve(retrieval))
            if (held.length === clientCount) allCame()
          }),
      }).cuecard,
    }),
  )
  /** Once a request of every client has come in, all are answered. */
  const answerAll = async () => {
    if (held.length < clientCount)
      await new Promise<void>((resolve) => {
        allCame = resolve
      })
    for (const answer of held.splice(0)) answer()
  }
  const client = () =>
    new Promise<void>((resolve) => {
      const socket = connect(slow.port, '127.0.0.1')
      let answer = ''
      let waits = false
      const ask = () => {
        socket.write(good)
        sent++
        waits = true
        answer = ''
      }
      socket.on('connect', ask)
      socket.on('data', (chunk) => {
        answer += chunk
        if (!whole.test(answer)) return
        answered++
        waits = false
        if (!/connection: close/i.test(answer)) ask()
        if (answered === clientCount) allAnswered()
      })
      socket.on('error', (error) => failures.push(error))
      socket.on('close', () => {
        if (waits) failures.push('cut off')
        resolve()
      })
    })
  const clients = Array.from({ length: clientCount }, client)
  const firstAnswered = new Promise<void>((resolve) => {
    allAnswered = resolve
  })
  await answerAll()
  await firstAnswered
  // Each client has just asked again: some of these requests have come, others are on their way.
  const closed = slow.close()
  await answerAll()
  await closed
  await Promise.all(clients)
  expect(failures).toEqual([])
  expect([sent, answered]).toEqual([2 * clientCount, 2 * clientCount])
  await expect(fetch(`${slow.url}/healthz`)).rejects.toThrow()
})

test('what takes longer than it may when the service ends is cut off', async () => {
  const stuck = await startService(
    optionsOf({
      clock: undefined,
      config: { ...httpConfig, shutdownSeconds: 1 },
      cuecard: fakeCuecard({ retrieve: () => new Promise(() => {}) }).cuecard,
    }),
  )
  const asked = fetch(`${stuck.url}/v1/retrievals`, {
    method: 'POST',
    headers: { authorization: 'Bearer service', 'content-type': 'application/json' },
    body,
  })
  const refused = expect(asked).rejects.toThrow()
  await fetch(`${stuck.url}/healthz`)
  await stuck.close()
  await refused
})

test('a port that is taken is told in a sentence', async () => {
  const service = await startService(optionsOf())
  const taken = optionsOf({ config: { ...httpConfig, port: service.port } })
  await expect(startService(taken)).rejects.toThrow(
    /^Port \d+ on 127\.0\.0\.1 is already in use; choose another/,
  )
  await service.close()
})
