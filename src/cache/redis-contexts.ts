// What processes share of live interactions, over Redis: one hash for each, gone when nothing is written any more.
import { createHash } from 'node:crypto'
import type { SharedContexts } from '../context/shared-fields.ts'
import { type RedisTier, script } from './redis-tier.ts'

/** More than an interaction ever has: twenty utterances, a hundred acts. */
const maxFields = 1000

const scripts = {
  read: script(`
    if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[1]) then return {} end
    return redis.call('HGETALL', KEYS[1])`),
  write: script(`
    local removed = tonumber(ARGV[2])
    for index = 3, 2 + removed do redis.call('HDEL', KEYS[1], ARGV[index]) end
    for index = 3 + removed, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[index], ARGV[index + 1]) end
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
    return 1`),
  delete: script(`return redis.call('DEL', KEYS[1])`),
}

/** Over the same connection as the cache: what it throws, and when, is the same. */
export function redisContexts(redis: RedisTier): SharedContexts {
  // An interaction's id is nobody else's business.
  const keyOf = (interactionId: string) =>
    `context:${createHash('sha256').update(interactionId, 'utf16le').digest('base64url')}`
  return {
    async read(interactionId) {
      const reply = await redis.run(scripts.read, [keyOf(interactionId)], [maxFields])
      const flat: unknown[] = Array.isArray(reply) ? reply : []
      const fields: Record<string, string> = {}
      for (let at = 0; at + 1 < flat.length; at += 2) fields[String(flat[at])] = String(flat[at + 1])
      return fields
    },
    async write(interactionId, fields, removed, keepMs) {
      const values = [Math.ceil(keepMs), removed.length, ...removed, ...Object.entries(fields).flat()]
      await redis.run(scripts.write, [keyOf(interactionId)], values)
    },
    async delete(interactionId) {
      await redis.run(scripts.delete, [keyOf(interactionId)], [])
    },
  }
}
