// How a service ends under load, with each durability, and two services that share one log.
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/random.ts'
import { realDatabases } from '../storage/real-stores.ts'
import { checkRecord, undelivered } from './check-record.ts'
import { ServiceLoad } from './service-load.ts'
import { type Service, ServiceWorld } from './service-world.ts'
import { makeTampering } from './tampering.ts'

const deliveredWithinMs = 30_000

async function inWorld(
  make: (typeof realDatabases)[number][1],
  durability: 'strict' | 'relaxed',
  work: (world: ServiceWorld) => Promise<void>,
): Promise<void> {
  const database = await make()
  const settings = { durability, delivery: { timeoutSeconds: 1 } }
  const world = await ServiceWorld.make({ databaseUrl: database.settings.url.reveal(), settings })
  try {
    await work(world)
  } finally {
    await world.close()
    await database.drop()
  }
}

async function keyOf(service: Service): Promise<string> {
  return (await service.ask('GET', '/v1/audit/key')).text.trim()
}

/** Until the n-th answer, and on until the service, which `end` ends then, takes no more. */
async function workUntil(
  service: Service,
  load: ServiceLoad,
  answers: number,
  end: () => void,
): Promise<void> {
  let isEnding = false
  await load.work(service, 16, () => {
    if (load.acknowledged >= answers && !isEnding) {
      isEnding = true
      end()
    }
    return false
  })
}

/** After the next start: every acknowledged entry is in the log, and everything is delivered. */
async function expectNothingLost(world: ServiceWorld, load: ServiceLoad): Promise<void> {
  const service = await world.start()
  const kept = { publicKey: await keyOf(service), checkpoints: [] }
  const { faults, entries } = await checkRecord(service, load, kept)
  expect(faults).toEqual([])
  expect(await undelivered(entries, world.receiver, deliveredWithinMs)).toEqual([])
}

describe.each(realDatabases)('a service on %s', (_, make) => {
  test.each(['strict', 'relaxed'] as const)('%s: asked to end under load, it loses nothing', (durability) =>
    inWorld(make, durability, async (world) => {
      const load = new ServiceLoad(seededRandom(5))
      const service = await world.start()
      let ended: ReturnType<Service['stop']> | undefined
      await workUntil(service, load, 300, () => {
        ended = service.stop()
      })
      expect(await ended).toMatchObject({ status: 0, signal: null })
      await expectNothingLost(world, load)
    }),
  )

  test('with a receiver that hangs it still ends in time, and delivers after the next start', () =>
    inWorld(make, 'strict', async (world) => {
      const load = new ServiceLoad(seededRandom(6))
      world.receiver.conduct = 'hangs'
      const service = await world.start()
      await load.work(service, 8, () => load.acknowledged >= 100)
      const { status, ms } = await service.stop()
      expect(status).toBe(0)
      expect(ms).toBeLessThan(10_000)
      world.receiver.conduct = 'takes'
      await expectNothingLost(world, load)
    }))

  test('relaxed: killed, it loses the last moments at the most, and the log verifies', () =>
    inWorld(make, 'relaxed', async (world) => {
      const load = new ServiceLoad(seededRandom(7))
      const service = await world.start()
      const { text: checkpoint } = await service.ask('GET', '/v1/audit/checkpoint')
      await load.work(service, 8, () => load.acknowledged >= 200)
      const settled = load.retrievals.length
      await service.until(
        '/v1/audit/entries?limit=1',
        ({ text }) => JSON.parse(text).entries[0]?.index >= settled,
      )
      await workUntil(service, load, load.acknowledged + 150, () => void service.kill())
      const again = await world.start()
      const kept = { publicKey: await keyOf(again), checkpoints: [checkpoint] }
      const { verdict, entries } = await checkRecord(again, load, kept)
      expect(verdict).toMatchObject({ verified: true, failure: null })
      const recorded = new Set(entries.map(({ body }) => body.retrievalId))
      expect(load.retrievals.slice(0, settled).filter((id) => !recorded.has(id))).toEqual([])
    }))

  test('two services share one log, and together deliver all of it; any change to its export is found', () =>
    inWorld(make, 'strict', async (world) => {
      const load = new ServiceLoad(seededRandom(8))
      const [a, b] = [await world.start(), await world.start()]
      const enough = () => load.acknowledged >= 800
      await Promise.all([a, b].map((service) => load.work(service, 8, enough)))
      // On a busy machine requests are shed; what was acknowledged is what counts.
      const answered = Object.keys(load.statuses).filter((status) => status !== '503')
      expect(answered.sort()).toEqual(['200', '201'])
      const publicKey = await keyOf(a)
      const { text: checkpoint } = await b.ask('GET', '/v1/audit/checkpoint')
      const { faults, entries, text } = await checkRecord(a, load, { publicKey, checkpoints: [checkpoint] })
      expect(faults).toEqual([])
      expect(await undelivered(entries, world.receiver, deliveredWithinMs)).toEqual([])
      expect(await makeTampering(text, publicKey, 60)).toEqual([])
    }))
})
