// The mirror in memory follows its store, whoever writes to it.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Mirror } from '../../src/mirror/mirror.ts'
import { MirrorStore } from '../../src/mirror/mirror-store.ts'
import { takeSyncLock } from '../../src/mirror/sync-lock.ts'
import { article } from '../simulator/sample-organisation.ts'
import { minutes, mirrorWorld, tempFolder } from './mirror-world.ts'

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => article(`a-${index}`, `Title ${index}`, `Text ${index}.`))

describe('two processes with one file', () => {
  test('the one that does not sync has what the other brought, removals too', async () => {
    const path = join(tempFolder(), 'mirror.db')
    const world = mirrorWorld({ simulator: { articles: many(30) }, path })
    await world.sync()
    const other = new Mirror(new MirrorStore(path, { create: false }), world.clock)
    await other.follow()
    expect(other.size).toBe(30)
    world.simulator.setArticles(many(12))
    await world.clock.advance(20 * minutes)
    await world.sync()
    const changes: string[] = []
    await other.follow(({ gone }) => changes.push(...gone))
    expect(other.size).toBe(12)
    expect(changes).toHaveLength(18)
    expect(other.ageSeconds('genesys')).toBeLessThan(1)
  })

  test('one of them has the right to sync, until it gives it back', () => {
    const path = join(tempFolder(), 'mirror.db')
    const release = takeSyncLock(path)
    expect(release).toBeTypeOf('function')
    expect(takeSyncLock(path)).toBeUndefined()
    release?.()
    const again = takeSyncLock(path)
    expect(again).toBeTypeOf('function')
    again?.()
  })

  test('what is stored while it looks is seen by whoever asks after that', async () => {
    const world = mirrorWorld({ simulator: { articles: many(50) } })
    await world.sync()
    const first = world.mirror.follow()
    world.simulator.setArticles(many(51))
    await world.sync({ full: true })
    await world.mirror.follow()
    await first
    expect(world.mirror.size).toBe(51)
  })
})

test('long articles do not hold up the event loop together', async () => {
  const world = mirrorWorld({ simulator: { articles: many(12) } })
  await world.sync()
  // Each look at the time is 3 ms later: an article takes as long.
  let now = 0
  const slow = {
    ...world.clock,
    wallTime: () => world.clock.wallTime(),
    after: () => () => {},
    now: () => (now += 3),
  }
  const mirror = new Mirror(world.store, slow)
  let turns = 0
  let isLoading = true
  const count = () => {
    turns++
    if (isLoading) setImmediate(count)
  }
  setImmediate(count)
  await mirror.follow()
  isLoading = false
  expect(mirror.size).toBe(12)
  expect(turns).toBeGreaterThanOrEqual(6)
})

describe('the file', () => {
  test('is for this user alone', () => {
    const path = join(tempFolder(), 'mirror.db')
    new MirrorStore(path, { create: true }).close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('an id of two origins stays with the first', () => {
    const store = new MirrorStore(':memory:', { create: true })
    const world = mirrorWorld()
    const origin = (name: 'file:a' | 'file:b') => ({ ...world.emptyOrigin, name })
    const put = [{ id: 'x', stamp: '', record: '{}' }]
    expect(store.change({ origin: origin('file:a'), put })).toEqual([])
    expect(store.change({ origin: origin('file:b'), put })).toEqual(['x'])
    store.close()
  })
})
