// Check of the shared cache: does it answer within the time that a process needs to connect.
import { RedisTier } from '../../cache/redis-tier.ts'
import type { Clock } from '../../clock.ts'
import type { CuecardConfig } from '../../config/config-schema.ts'
import { isCuecardError } from '../../errors.ts'
import type { Random } from '../../random.ts'
import { type Finding, failed, noted, passed } from './finding.ts'

const timeoutMs = 3000
const pauseMs = 50

export async function checkRedis(
  redis: CuecardConfig['redis'],
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<Finding> {
  const name = 'Redis'
  if (redis === undefined) return noted(name, 'not configured')
  const advice = 'Check CUECARD_REDIS_URL, its password, and that the server runs'
  try {
    const tier = new RedisTier({ url: redis.url, clock, random })
    try {
      // It connects in the background.
      const deadline = clock.now() + timeoutMs
      let health = await tier.health()
      while (!health.ok && clock.now() < deadline) {
        await new Promise<void>((resolve) => clock.after(pauseMs, resolve))
        health = await tier.health()
      }
      return health.ok ? passed(name, 'answers') : failed(name, health.message, advice)
    } finally {
      tier.close()
    }
  } catch (error) {
    if (!isCuecardError(error)) throw error
    return failed(name, error.message, advice)
  }
}
