// What processes share of interactions, over a real Redis.
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { redisContexts } from '../../src/cache/redis-contexts.ts'
import { RedisTier } from '../../src/cache/redis-tier.ts'
import { systemClock } from '../../src/clock.ts'
import { Secret } from '../../src/secret.ts'

const url = process.env.CUECARD_TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'
const prefix = `cuecard-test-${randomUUID()}`
const redis = new Redis(url)
const tier = new RedisTier({ url: new Secret(url), prefix, clock: systemClock, random: Math.random })
const contexts = redisContexts(tier)

beforeAll(async () => {
  while (!tier.stats.up) await pause(5)
})
afterAll(async () => {
  for (const key of await redis.keys(`${prefix}:*`)) await redis.del(key)
  redis.disconnect()
  tier.close()
})

test('fields are set, replaced and removed; two writers do not undo each other', async () => {
  await Promise.all([
    contexts.write('i-1', { tags: '["a"]', 'utterance 1': 'one\n“1”' }, [], 60_000),
    contexts.write('i-1', { 'utterance 2': 'two' }, ['unknown'], 60_000),
  ])
  await contexts.write('i-1', { tags: '["b"]' }, ['utterance 2'], 60_000)
  expect(await contexts.read('i-1')).toEqual({ tags: '["b"]', 'utterance 1': 'one\n“1”' })
})

test('an interaction is kept for the time that was said last, and its name is not told', async () => {
  await contexts.write('i-secret', { tags: '[]' }, [], 60_000)
  await contexts.write('i-secret', { tags: '[]' }, [], 40)
  const keys = await redis.keys(`${prefix}:*`)
  expect(keys.length).toBeGreaterThan(0)
  expect(keys.join()).not.toContain('i-secret')
  await pause(80)
  expect(await contexts.read('i-secret')).toEqual({})
})

test('what has ended is gone', async () => {
  await contexts.write('i-2', { tags: '[]' }, [], 60_000)
  await contexts.delete('i-2')
  expect(await contexts.read('i-2')).toEqual({})
})
