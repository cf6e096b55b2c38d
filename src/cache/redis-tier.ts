// The shared tier over Redis or Valkey: one script call for each operation, on the server's own clock.
import { createHash } from 'node:crypto'
import { Redis } from 'ioredis'
import type { Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import type { Random } from '../random.ts'
import { CircuitBreaker } from '../resilience/circuit-breaker.ts'
import type { Secret } from '../secret.ts'
import type { SharedEntry, SharedTier } from './cache-tier.ts'
import { decodeSharedEntry, encodeSharedEntry } from './shared-entry-text.ts'

export interface RedisTierOptions {
  /** `redis://` or `rediss://`, with user and password where the server asks for them. */
  readonly url: Secret
  readonly clock: Clock
  readonly random: Random
  /** Before every key, so that organisations can share a server. Default `cuecard`. */
  readonly prefix?: string
  /** A larger entry is neither kept nor read. Default 1 MiB. */
  readonly maxBytes?: number
  /** The most that one operation takes. Default 50 ms. */
  readonly timeoutMs?: number
}

export interface RedisTierStats {
  readonly hits: number
  readonly misses: number
  /** Lookups without an answer in time, and those that were not tried because of such. */
  readonly errors: number
  readonly up: boolean
}

/** Another form of entries takes another number, so that versions of cuecard never read each other's. */
const form = 1
/** For this long, what was fetched before its tag was forgotten is not taken any more. */
const forgottenMs = 60_000
/** What is set takes some time to get here, and looks fetched that much later. */
const marginMs = 100

/**
 * A tag has a version; an entry is valid while each of its tags has the version it had when the entry was set. To
 * forget a tag is to give it a new one: a single write however many entries carry it, and where the server evicts a
 * tag its entries are gone too. Times are in microseconds.
 */
const scripts = {
  read: script(`
    local size = redis.pcall('HSTRLEN', KEYS[1], 'body')
    if type(size) ~= 'number' or size == 0 or size > tonumber(ARGV[1]) then return false end
    local body, fetched, tags = unpack(redis.call('HMGET', KEYS[1], 'body', 'fetched', 'tags'))
    if not tonumber(fetched) or not tags then return false end
    for tag, version in string.gmatch(tags, '(%S+) (%S+)') do
      if redis.call('GET', tag) ~= version then return false end
    end
    local time = redis.call('TIME')
    return { body, math.floor((time[1] * 1000000 + time[2] - fetched) / 1000) }`),
  write: script(`
    local keep = ARGV[1]
    local time = redis.call('TIME')
    local now = time[1] * 1000000 + time[2]
    local fetched = now - ARGV[2] * 1000
    local tags = {}
    for index = 2, #KEYS do
      local tag = KEYS[index]
      local version = redis.call('GET', tag)
      if not version then
        version = string.format('set:%.0f', now)
        redis.call('SET', tag, version, 'PX', keep)
      else
        local forgotten = tonumber(string.match(version, '^forgotten:(%d+)$'))
        if forgotten and fetched - ARGV[3] * 1000 <= forgotten then return 0 end
        if redis.call('PTTL', tag) < tonumber(keep) then redis.call('PEXPIRE', tag, keep) end
      end
      tags[#tags + 1] = tag .. ' ' .. version
    end
    redis.call('DEL', KEYS[1])
    redis.call('HSET', KEYS[1], 'body', ARGV[4], 'fetched', string.format('%.0f', fetched),
      'tags', table.concat(tags, ' '))
    redis.call('PEXPIRE', KEYS[1], keep)
    return 1`),
  forget: script(`
    local time = redis.call('TIME')
    redis.call('SET', KEYS[1], string.format('forgotten:%.0f', time[1] * 1000000 + time[2]), 'PX', ARGV[1])
    return 1`),
}

/** Connects in the background and goes on doing so. While Redis is away, every operation fails at once. */
export class RedisTier implements SharedTier {
  readonly #redis: Redis
  readonly #breaker: CircuitBreaker
  readonly #prefix: string
  readonly #maxBytes: number
  readonly #counts = { hits: 0, misses: 0, errors: 0 }

  /** @throws CuecardError `config.invalid`. */
  constructor(options: RedisTierOptions) {
    const { url, clock, random, prefix = 'cuecard', maxBytes = 1024 * 1024, timeoutMs = 50 } = options
    this.#prefix = `${prefix}:${form}`
    this.#maxBytes = maxBytes
    this.#breaker = new CircuitBreaker({
      clock,
      random,
      windowMs: 10_000,
      consecutiveFailures: 3,
      minimumFailures: 5,
      failureShare: 0.5,
      openMs: 1000,
      maxOpenMs: 10_000,
    })
    this.#redis = connectionTo(url, random, timeoutMs)
    // Each failed attempt is announced, and the next one is made: nothing to do about it here.
    this.#redis.on('error', () => {})
    this.#redis.connect().catch(() => {})
  }

  get stats(): RedisTierStats {
    return { ...this.#counts, up: this.#redis.status === 'ready' && this.#breaker.state === 'closed' }
  }

  async get(key: string): Promise<SharedEntry | undefined> {
    try {
      const found = await this.run(scripts.read, [this.#entryKey(key)], [this.#maxBytes])
      const entry = Array.isArray(found) ? decodeSharedEntry(found[0], found[1]) : undefined
      if (entry === undefined) this.#counts.misses++
      else this.#counts.hits++
      return entry
    } catch (error) {
      this.#counts.errors++
      throw error
    }
  }

  async set(key: string, entry: SharedEntry, keepMs: number): Promise<void> {
    const body = encodeSharedEntry(entry)
    const keep = Math.floor(keepMs)
    if (keep <= 0 || Buffer.byteLength(body) > this.#maxBytes) return
    const keys = [this.#entryKey(key), ...entry.tags.map((tag) => this.#tagKey(tag))]
    await this.run(scripts.write, keys, [keep, Math.max(Math.ceil(entry.ageMs), 0), marginMs, body])
  }

  async deleteTagged(tag: string): Promise<void> {
    await this.run(scripts.forget, [this.#tagKey(tag)], [forgottenMs])
  }

  /** Asks Redis whether it is there. Never rejects. */
  async health(): Promise<{ readonly ok: boolean; readonly message: string }> {
    try {
      await this.#redis.ping()
      return { ok: true, message: 'Redis answers' }
    } catch (error) {
      return {
        ok: false,
        message: `Redis does not answer (${reasonOf(error)}); each process uses its own cache alone`,
      }
    }
  }

  close(): void {
    this.#redis.disconnect()
  }

  #entryKey(key: string): string {
    return `entry:${key}`
  }

  /** A tag may name an interaction, which is nobody else's business. */
  #tagKey(tag: string): string {
    return `tag:${createHash('sha256').update(tag, 'utf16le').digest('base64url')}`
  }

  /** Runs a script on keys of this organisation. @throws an error at once while Redis is away. */
  async run(
    { lua, sha }: Script,
    names: readonly string[],
    values: readonly (string | number)[],
  ): Promise<unknown> {
    const keys = names.map((name) => `${this.#prefix}:${name}`)
    if (this.#redis.status !== 'ready') throw new CuecardError('source.failed', 'Redis is not connected')
    const report = this.#breaker.enter()
    let failed = true
    try {
      const reply: unknown = await this.#redis
        .evalsha(sha, keys.length, ...keys, ...values)
        .catch((error: unknown) => {
          // After a restart of the server it must be told the script again.
          if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
          return this.#redis.eval(lua, keys.length, ...keys, ...values)
        })
      failed = false
      return reply
    } finally {
      report(failed)
    }
  }
}

export interface Script {
  readonly lua: string
  readonly sha: string
}

/** With its digest, by which the server knows it. */
export function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

function connectionTo(url: Secret, random: Random, timeoutMs: number): Redis {
  try {
    return new Redis(url.reveal(), {
      lazyConnect: true,
      commandTimeout: timeoutMs,
      connectTimeout: 2000,
      // A connection on which nothing comes back any more is given up.
      socketTimeout: 2000,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      disableClientInfo: true,
      connectionName: 'cuecard',
      // From 100 ms to 5 s, drawn from half to one and a half of it.
      retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 10), 5000) * (0.5 + random()),
    })
  } catch {
    // The client's own message quotes the address, password and all.
    throw new CuecardError('config.invalid', 'redis.url: is no address of a Redis server', {
      field: 'redis.url',
    })
  }
}

/** A few words without anything that the server or the address may hold. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  if (message === 'Command timed out') return 'no answer in time'
  const [code] = /^(NOAUTH|WRONGPASS|NOPERM|LOADING|READONLY|MASTERDOWN|MISCONF|OOM)\b/.exec(message) ?? []
  return code ?? 'not connected'
}
