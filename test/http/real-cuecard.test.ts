// The service over the whole library and a simulated Genesys, on a clock that only the test moves.
import { expect, test } from 'vitest'
import { faultPreset } from '../../src/simulator/index.ts'
import { only, request, start } from '../retrieval/start-cuecard.ts'
import { fakeService } from './fake-parts.ts'

async function serve() {
  const { clock, cuecard, settled, simulator } = await start({ config: { sources: only('assist-content') } })
  const { post } = fakeService(
    { clock },
    {
      retrieve: (asked) => cuecard.retrieve(asked as Parameters<typeof cuecard.retrieve>[0]),
      updateContext: (id, update) => cuecard.updateContext(id, update as object),
    },
  )
  const ask = async () => {
    const { statusCode, headers, body } = await settled(post('/v1/retrievals', request))
    const { 'cache-status': cacheStatus, age, 'server-timing': timing } = headers
    return { statusCode, cacheStatus, age, timing, reply: JSON.parse(body) }
  }
  return { ask, clock, cuecard, simulator }
}

test('a miss, a hit and a stale answer say so in their headers', async () => {
  const { ask, clock, cuecard } = await serve()
  const miss = await ask()
  expect(miss).toMatchObject({ statusCode: 200, cacheStatus: 'cuecard; fwd=miss', age: '0' })
  expect(miss.timing).toMatch(/^total;dur=\d+, upstream;dur=20, queue;dur=0$/)
  expect(miss.reply.items.length).toBeGreaterThan(0)
  await clock.advance(100_000)
  const hit = await ask()
  expect(hit).toMatchObject({ age: '100', timing: 'total;dur=0, upstream;dur=0, queue;dur=0' })
  expect(hit.cacheStatus).toMatch(/^cuecard; hit; ttl=(200|199)$/)
  expect(hit.reply.items).toEqual(miss.reply.items)
  await clock.advance(250_000)
  const stale = await ask()
  expect(stale.cacheStatus).toMatch(/^cuecard; hit; ttl=-5[01]$/)
  expect(stale.reply.freshness.status).toBe('stale')
  await cuecard.close()
})

test('an answer from before an outage says that its renewal failed', async () => {
  const { ask, clock, cuecard, simulator } = await serve()
  await ask()
  await clock.advance(700_000)
  simulator.setFaults(faultPreset('hang'))
  const { cacheStatus, reply } = await ask()
  expect(reply.freshness.status).toBe('stale')
  expect(cacheStatus).toMatch(/^cuecard; fwd=stale; ttl=-\d+$/)
  await cuecard.close()
})
