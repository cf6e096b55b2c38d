// The shared tier against a real Redis, and against servers that hang, break off and talk nonsense.
import { randomUUID } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SharedEntry } from '../../src/cache/cache-tier.ts'
import { RedisTier, type RedisTierOptions } from '../../src/cache/redis-tier.ts'
import { systemClock } from '../../src/clock.ts'
import { Secret } from '../../src/secret.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { errorOf } from '../testing/outcome.ts'
import { itemOf } from '../testing/source-answers.ts'
import { sharedTierConformance } from './shared-tier-conformance.ts'

const url = process.env.CUECARD_TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'
const prefix = `cuecard-test-${randomUUID()}`
const key = 'A'.repeat(43)

let redis: Redis
beforeAll(() => {
  redis = new Redis(url)
})
afterAll(async () => {
  await clear()
  redis.disconnect()
})

type Options = Partial<Omit<RedisTierOptions, 'url'>> & { readonly url?: string }

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const keysOf = (pattern: string) => redis.keys(`${prefix}:${pattern}`)

async function clear() {
  const keys = await keysOf('*')
  if (keys.length > 0) await redis.del(keys)
}

function startTier({ url: at = url, ...more }: Options = {}): RedisTier {
  const tier = new RedisTier({ url: new Secret(at), prefix, clock: systemClock, random: () => 0.5, ...more })
  closing.push(() => tier.close())
  return tier
}

async function readyTier(more: Options = {}): Promise<RedisTier> {
  await clear()
  // A machine under load is no hung server.
  const tier = startTier({ timeoutMs: 10_000, ...more })
  await until(() => tier.stats.up)
  return tier
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('It did not happen in 20 s')
    await pause(5)
  }
}

/** As if entries were older: the server's clock cannot be moved, what it keeps can. */
async function ageEntries(ms: number): Promise<void> {
  for (const kept of await keysOf('1:entry:*')) {
    await redis.hincrby(kept, 'fetched', -ms * 1000)
    await redis.pexpire(kept, (await redis.pttl(kept)) - ms)
  }
}

/** As if tags had been forgotten earlier. */
async function ageTags(ms: number): Promise<void> {
  for (const kept of await keysOf('1:tag:*')) {
    const version = String(await redis.get(kept))
    await redis.set(
      kept,
      version.replace(/\d+/, (time) => `${Number(time) - ms * 1000}`),
      'KEEPTTL',
    )
  }
}

const entryOf = (name: string, more: Partial<SharedEntry> = {}): SharedEntry => ({
  answer: { source: name, items: [itemOf(name)] },
  ageMs: 0,
  tags: [],
  ...more,
})

sharedTierConformance('on Redis', async () => ({ tier: await readyTier(), advance: ageEntries }))

describe('what goes to Redis', () => {
  test('names no interaction in its keys, and its keys tell the form of the entries', async () => {
    const tier = await readyTier()
    await tier.set(key, entryOf('a', { tags: ['interaction:i-1'] }), 10_000)
    const keys = await keysOf('*')
    expect(keys).toHaveLength(2)
    expect(keys.sort()).toEqual([
      `${prefix}:1:entry:${key}`,
      expect.stringMatching(`^${prefix}:1:tag:[\\w-]{43}$`),
    ])
  })

  test('is gone by itself after the time given, tags too', async () => {
    const tier = await readyTier()
    await tier.set(key, entryOf('a', { tags: ['x'] }), 10_000)
    for (const kept of await keysOf('*')) {
      expect(await redis.pttl(kept)).toBeGreaterThan(9000)
      expect(await redis.pttl(kept)).toBeLessThanOrEqual(10_000)
    }
  })

  test('is bounded in size, when it is written and when it is read', async () => {
    const tier = await readyTier({ maxBytes: 2000 })
    const items = [itemOf('long', { snippet: 'ü'.repeat(1000) })]
    await tier.set(key, entryOf('a', { answer: { source: 'a', items } }), 10_000)
    expect(await keysOf('*')).toEqual([])
    const generous = startTier({ timeoutMs: 10_000 })
    await until(() => generous.stats.up)
    await generous.set(key, entryOf('a', { answer: { source: 'a', items } }), 10_000)
    expect(await generous.get(key)).toBeDefined()
    expect(await tier.get(key)).toBeUndefined()
  })
})

describe('forgetting a tag', () => {
  test('reaches what another process has set', async () => {
    const [one, two] = [await readyTier(), startTier({ timeoutMs: 10_000 })]
    await until(() => two.stats.up)
    await one.set(key, entryOf('a', { tags: ['x'] }), 10_000)
    expect(await two.get(key)).toBeDefined()
    await two.deleteTagged('x')
    expect(await one.get(key)).toBeUndefined()
  })

  test('holds against an answer that was fetched before and comes late, not against a newer one', async () => {
    const tier = await readyTier()
    await tier.deleteTagged('x')
    await tier.set(key, entryOf('late', { tags: ['x'], ageMs: 500 }), 10_000)
    expect(await tier.get(key)).toBeUndefined()
    await ageTags(1000)
    await tier.set(key, entryOf('newer', { tags: ['x'], ageMs: 500 }), 10_000)
    expect((await tier.get(key))?.answer.source).toBe('newer')
  })

  test('cannot be undone by the server forgetting the tag', async () => {
    const tier = await readyTier()
    await tier.set(key, entryOf('a', { tags: ['x'] }), 10_000)
    await redis.del(await keysOf('1:tag:*'))
    expect(await tier.get(key)).toBeUndefined()
    await tier.set('B'.repeat(43), entryOf('b', { tags: ['x'] }), 10_000)
    expect(await tier.get(key)).toBeUndefined()
  })
})

describe('a corrupt entry is a miss', () => {
  const set = (body: string | Buffer, fetched = '1', tags = '') =>
    redis.hset(`${prefix}:1:entry:${key}`, { body, fetched, tags })
  test.each<[string, () => Promise<unknown>]>([
    ['of another type', () => redis.set(`${prefix}:1:entry:${key}`, 'text')],
    ['that is no JSON', () => set('{"answer":')],
    ['of bytes that are no text', () => set(Buffer.from([0xff, 0xfe, 0x00, 0x80]))],
    ['that is null', () => set('null')],
    ['with a field missing', () => set('{"answer":{"source":"a","items":[{}]},"tags":[]}')],
    ['without a time', () => set('{"answer":{"source":"a","items":[]},"tags":[]}', '')],
    ['with a foreign time', () => set('{"answer":{"source":"a","items":[]},"tags":[]}', 'soon')],
    ['with a tag nobody set', () => set('{"answer":{"source":"a","items":[]},"tags":[]}', '1', 'x 1')],
    ['without its tags', () => redis.hset(`${prefix}:1:entry:${key}`, { body: '{}', fetched: '1' })],
  ])('%s', async (_, corrupt) => {
    const tier = await readyTier()
    await corrupt()
    expect(await tier.get(key)).toBeUndefined()
    expect(tier.stats).toMatchObject({ misses: 1, errors: 0, up: true })
    await tier.set(key, entryOf('whole'), 10_000)
    expect((await tier.get(key))?.answer.source).toBe('whole')
  })
})

test('a server that has lost its scripts is told them again', async () => {
  const tier = await readyTier()
  await redis.script('FLUSH')
  await tier.set(key, entryOf('a'), 10_000)
  expect(await tier.get(key)).toBeDefined()
})

test('after the server has closed the connection, the tier is back by itself', async () => {
  const tier = await readyTier()
  await tier.set(key, entryOf('a'), 10_000)
  const list = String(await redis.client('LIST'))
  for (const [, id] of list.matchAll(/^id=(\d+) .*name=cuecard /gm))
    await redis.client('KILL', 'ID', Number(id))
  await until(() => !tier.stats.up)
  await until(() => tier.stats.up)
  expect(await tier.get(key)).toBeDefined()
})

/** Speaks as Redis does until `answers` says otherwise. */
async function startFake(answers: (text: string, socket: Socket) => string | undefined) {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (bytes) => {
      const text = String(bytes)
      const reply = answers(text, socket) ?? handshakeOf(text)
      if (reply !== '') socket.write(reply)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  return { url: `redis://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, sockets }
}

/** One answer for each command of a batch. */
function handshakeOf(text: string): string {
  return [...text.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)]
    .map(([, command = '']) => (command.toLowerCase() === 'info' ? '$9\r\nloading:0\r\n' : '+OK\r\n'))
    .join('')
}

const isScript = (text: string) => /evalsha/i.test(text)

describe('a server that does not do its part', () => {
  test('hangs: each operation ends within a few tens of milliseconds, and soon none is tried', async () => {
    let asked = 0
    const fake = await startFake((text) => {
      if (!isScript(text)) return undefined
      asked++
      return ''
    })
    const tier = startTier({ url: fake.url, clock: new FakeClock() })
    await until(() => tier.stats.up)
    const took: number[] = []
    for (let round = 0; round < 20; round++) {
      const startedAt = performance.now()
      await fails(tier.get(key))
      took.push(performance.now() - startedAt)
    }
    expect(asked).toBe(3)
    expect(Math.max(...took)).toBeLessThan(500)
    expect(Math.max(...took.slice(3))).toBeLessThan(20)
    expect(tier.stats).toEqual({ hits: 0, misses: 0, errors: 20, up: false })
  })

  test('hangs, and is well again: the tier finds out', async () => {
    let hangs = true
    const fake = await startFake((text) => (isScript(text) ? (hangs ? '' : '$-1\r\n') : undefined))
    const tier = startTier({ url: fake.url })
    await until(() => tier.stats.up)
    for (let round = 0; round < 3; round++) await fails(tier.get(key))
    expect(tier.stats.up).toBe(false)
    hangs = false
    await until(async () => {
      await tier.get(key).catch(() => {})
      return tier.stats.up
    })
    expect(await tier.get(key)).toBeUndefined()
  })

  test('hangs from the first byte on: nothing waits for it, health says so, and it may come back', async () => {
    let hangs = true
    const fake = await startFake(() => (hangs ? '' : undefined))
    const tier = startTier({ url: fake.url })
    await until(() => fake.sockets.size > 0)
    const startedAt = performance.now()
    await fails(tier.get(key))
    await fails(tier.set(key, entryOf('a'), 1000))
    expect(performance.now() - startedAt).toBeLessThan(50)
    expect(await tier.health()).toMatchObject({ ok: false })
    hangs = false
    await until(() => tier.stats.up)
  })

  test('breaks off in the middle of an answer', async () => {
    const fake = await startFake((text, socket) => {
      if (!isScript(text)) return undefined
      socket.end('*2\r\n$100\r\n{"answer"')
      return ''
    })
    const tier = startTier({ url: fake.url })
    await until(() => tier.stats.up)
    await fails(tier.get(key))
  })

  test('talks nonsense', async () => {
    const fake = await startFake((text) => (isScript(text) ? '*2\r\n+OK\r\n:1\r\n' : undefined))
    const tier = startTier({ url: fake.url })
    await until(() => tier.stats.up)
    expect(await tier.get(key)).toBeUndefined()
  })

  test('sends bytes that are no protocol', async () => {
    const fake = await startFake((text) => (isScript(text) ? 'HTTP/1.1 400 Bad Request\r\n\r\n' : undefined))
    const tier = startTier({ url: fake.url })
    await until(() => tier.stats.up)
    await fails(tier.get(key))
  })

  test('is not there: everything fails at once, and the process is not held up', async () => {
    const tier = startTier({ url: 'redis://user:pass-word-1@127.0.0.1:1' })
    const startedAt = performance.now()
    const error = await errorOf(tier.get(key))
    await errorOf(tier.deleteTagged('x'))
    expect(performance.now() - startedAt).toBeLessThan(30)
    const health = await tier.health()
    expect(health.ok).toBe(false)
    expect(JSON.stringify([error, health, tier])).not.toContain('pass-word-1')
  })
})

test('health is asked of the server', async () => {
  const tier = await readyTier()
  expect(await tier.health()).toEqual({ ok: true, message: 'Redis answers' })
})

test('an address that is none is refused without being quoted', () => {
  expect(() => startTier({ url: 'redis://:pass-word-1@[::bad' })).toThrow(
    'redis.url: is no address of a Redis server',
  )
})

/** Whatever the tier throws counts as a miss; that it throws is all that matters. */
async function fails(promise: Promise<unknown>): Promise<void> {
  await expect(promise).rejects.toThrow()
}
