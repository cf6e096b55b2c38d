// What the doctor says of API keys, of the key server, and of Redis.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { checkCallers } from '../../../src/cli/doctor/check-callers.ts'
import { checkRedis } from '../../../src/cli/doctor/check-redis.ts'
import { systemClock } from '../../../src/clock.ts'
import { type CuecardConfigInput, parseConfig } from '../../../src/config/config-schema.ts'
import { Secret } from '../../../src/secret.ts'
import { entryOf, keyText, tempFolder } from '../../access/temp-folder.ts'
import { findingsOf } from './findings-of.ts'

const { file, folder } = tempFolder()

function check(access: CuecardConfigInput['access']) {
  const genesys = { clientId: 'a', clientSecret: 'b', region: 'mypurecloud.de' }
  const database = { url: `sqlite:${join(folder, 'cuecard.db')}` }
  return findingsOf(checkCallers(parseConfig({ genesys, database, access }), systemClock))
}

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
}

test('keys are counted; where all have expired there is something to do', async () => {
  const good = entryOf(keyText('good'))
  const old = entryOf(keyText('old'), { expiresAt: '2020-01-01T00:00:00Z' })
  const both = await check({ apiKeysFile: file({ keys: [good, old] }) })
  expect(both['API keys']).toMatchObject({
    result: 'passed',
    message: expect.stringMatching(/^1 in force, 1 expired/),
  })
  const expired = await check({ apiKeysFile: file({ keys: [old] }) })
  expect(expired['API keys']).toMatchObject({
    result: 'failed',
    advice: expect.stringContaining('keys create'),
  })
})

test('a key file that is missing or broken fails; none configured is no fault', async () => {
  expect((await check({ apiKeysFile: join(folder, 'none') }))['API keys']?.result).toBe('failed')
  expect((await check({ apiKeysFile: file('keys: 7') }))['API keys']?.result).toBe('failed')
  expect((await check({}))['API keys']?.result).toBe('noted')
})

test('a key server with keys passes; without keys, away, or over http elsewhere it fails', async () => {
  const { publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: '1', alg: 'ES256' }
  const good = await serve((_, response) => response.end(JSON.stringify({ keys: [jwk] })))
  expect((await check({ jwt: { jwksUrl: good } })).JWKS).toMatchObject({
    result: 'passed',
    message: expect.stringMatching(/^1 key at 127/),
  })
  const empty = await serve((_, response) => response.end('{"keys": []}'))
  for (const jwksUrl of [empty, 'http://127.0.0.1:1/keys', 'http://keys.example.com/'])
    expect((await check({ jwt: { jwksUrl } })).JWKS, jwksUrl).toMatchObject({
      result: 'failed',
      advice: expect.any(String),
    })
})

test('Redis that is away fails within seconds, without its password', async () => {
  const redis = { url: new Secret('redis://:hush-hush@127.0.0.1:1') }
  const finding = await checkRedis(redis, { clock: systemClock, random: () => 0.5 })
  expect(finding).toMatchObject({ result: 'failed', advice: expect.stringContaining('CUECARD_REDIS_URL') })
  expect(JSON.stringify(finding)).not.toContain('hush-hush')
  expect(await checkRedis(undefined, { clock: systemClock, random: () => 0.5 })).toMatchObject({
    result: 'noted',
  })
})
