// Checks of what callers of the service are known by: the key file, and the keys that their tokens are checked with.
import { existsSync } from 'node:fs'
import { createRemoteJWKSet } from 'jose'
import { readApiKeys } from '../../access/api-key-file.ts'
import { defaultKeysFile } from '../../access/first-key.ts'
import { type JwtSettings, Jwts } from '../../access/jwt.ts'
import type { Clock } from '../../clock.ts'
import type { CuecardConfig } from '../../config/config-schema.ts'
import { isCuecardError } from '../../errors.ts'
import { sqliteFileOf } from '../../storage/sqlite-file.ts'
import { type Finding, failed, noted, passed } from './finding.ts'

export async function* checkCallers(
  { access: { apiKeysFile, jwt }, database }: CuecardConfig,
  clock: Clock,
): AsyncGenerator<Finding> {
  const made = defaultKeysFile(database && sqliteFileOf(database.url))
  if (apiKeysFile !== undefined) yield checkApiKeys(apiKeysFile, clock)
  else if (jwt !== undefined) yield noted('API keys', 'not configured; callers show tokens')
  else if (existsSync(made)) yield checkApiKeys(made, clock)
  else yield noted('API keys', 'none yet; the first `cuecard serve` makes one and prints it')
  yield jwt === undefined ? noted('JWKS', 'not configured') : await checkJwks(jwt, clock)
}

function checkApiKeys(file: string, clock: Clock): Finding {
  const name = 'API keys'
  try {
    const keys = readApiKeys(file)
    const now = clock.wallTime()
    const good = keys.filter(({ expiresAt }) => expiresAt === undefined || Date.parse(expiresAt) > now).length
    const counts = `${good} in force, ${keys.length - good} expired, in ${file}`
    if (good > 0) return passed(name, counts)
    return failed(name, counts, 'Make one with `cuecard keys create`')
  } catch (error) {
    if (!isCuecardError(error)) throw error
    return failed(name, error.message, 'Correct the file, or make one with `cuecard keys create`')
  }
}

const timeoutMs = 2000

async function checkJwks(jwt: JwtSettings, clock: Clock): Promise<Finding> {
  const name = 'JWKS'
  const { host } = new URL(jwt.jwksUrl)
  try {
    // Refuses what the service would refuse.
    new Jwts({ settings: jwt, clock }).close()
    const keys = createRemoteJWKSet(new URL(jwt.jwksUrl), { timeoutDuration: timeoutMs })
    await keys.reload()
    const count = keys.jwks()?.keys.length ?? 0
    if (count > 0) return passed(name, `${count} ${count === 1 ? 'key' : 'keys'} at ${host}`)
    return failed(name, `${host} publishes no key`, 'Check the address in CUECARD_JWKS_URL')
  } catch (error) {
    const problem = isCuecardError(error) ? error.message : `no key set could be read from ${host}`
    return failed(name, problem, 'Check the address in CUECARD_JWKS_URL, the network and the certificate')
  }
}
