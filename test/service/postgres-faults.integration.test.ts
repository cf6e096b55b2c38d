// What can befall the way to PostgreSQL: refused, cut, silent; each is told in one sentence and ends without a restart.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RealDatabase } from '../storage/real-stores.ts'
import { BreakableProxy } from './breakable-proxy.ts'
import { checkRecord } from './check-record.ts'
import { expectRecovered, expectRefused, expectUnrecorded, question } from './outage-expectations.ts'
import { ServiceLoad } from './service-load.ts'
import { freshDatabase, type Service, ServiceWorld } from './service-world.ts'

describe.each(['required', 'available'] as const)('with audit: %s', (audit) => {
  let database: RealDatabase
  let proxy: BreakableProxy
  let world: ServiceWorld

  beforeEach(async () => {
    database = await freshDatabase('postgres')
    const url = new URL(database.settings.url.reveal())
    proxy = await BreakableProxy.before(url.hostname, Number(url.port || 5432))
    url.host = `127.0.0.1:${proxy.port}`
    const settings = { audit, delivery: { timeoutSeconds: 1 } }
    world = await ServiceWorld.make({ databaseUrl: url.href, settings })
  })

  afterEach(async () => {
    await world.close()
    await proxy.close()
    await database.drop()
  })

  const expectOutage = (service: Service, says: RegExp) =>
    audit === 'required' ? expectRefused(service, says) : expectUnrecorded(service, says)

  test('it starts while PostgreSQL is unreachable, says so, and works when that is over', async () => {
    proxy.passage = 'refuses'
    const service = await world.start()
    const missed = await expectOutage(
      service,
      /The PostgreSQL database cannot be used: it ended the connection/,
    )
    proxy.passage = 'passes'
    await expectRecovered(service, missed)
  })

  test('connections that are cut, and then swallow all, are told, and over when that is over', async () => {
    const service = await world.start()
    await service.until('/readyz', ({ status }) => status === 200)
    expect((await service.ask('POST', '/v1/retrievals', question)).status).toBe(200)
    proxy.passage = 'refuses'
    const cut = await expectOutage(service, /it ended the connection/)
    proxy.passage = 'passes'
    await expectRecovered(service, cut)
    proxy.passage = 'hangs'
    const swallowed = await expectOutage(service, /The database did not answer within/)
    proxy.passage = 'passes'
    await expectRecovered(service, [...cut, ...swallowed])
  })

  test('SIGTERM ends it in time while PostgreSQL does not answer', async () => {
    const service = await world.start()
    await service.until('/readyz', ({ status }) => status === 200)
    proxy.passage = 'hangs'
    await expectOutage(service, /The database did not answer within/)
    const { ms } = await service.stop()
    expect(ms).toBeLessThan(20_000)
  })
})

test('connections that are cut again and again under load, during commits too, lose nothing', async () => {
  const database = await freshDatabase('postgres')
  const url = new URL(database.settings.url.reveal())
  const proxy = await BreakableProxy.before(url.hostname, Number(url.port || 5432))
  url.host = `127.0.0.1:${proxy.port}`
  const world = await ServiceWorld.make({ databaseUrl: url.href })
  try {
    const service = await world.start()
    await service.until('/readyz', ({ status }) => status === 200)
    const load = new ServiceLoad(Math.random)
    let answers = 0
    await load.work(service, 16, () => {
      if (++answers % 60 === 0) proxy.cut()
      return answers >= 900
    })
    expect(Object.keys(load.statuses).sort()).toEqual(['200', '201', '503'])
    await load.reportAgain(service)
    const { text: publicKey } = await service.ask('GET', '/v1/audit/key')
    const { faults } = await checkRecord(service, load, { publicKey: publicKey.trim(), checkpoints: [] })
    expect(faults).toEqual([])
  } finally {
    await world.close()
    await proxy.close()
    await database.drop()
  }
})
