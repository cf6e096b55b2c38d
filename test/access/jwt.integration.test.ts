// Tokens checked with the keys of a real key server.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { Jwts } from '../../src/access/jwt.ts'
import { systemClock } from '../../src/clock.ts'
import { errorOf } from '../testing/outcome.ts'

async function start(answer: RequestListener) {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const jwts = new Jwts({
    settings: {
      jwksUrl: `http://127.0.0.1:${port}/keys`,
      rolesClaim: 'roles',
      agentIdClaim: 'sub',
      divisionsClaim: 'divisions',
      roleNames: {},
    },
    clock: systemClock,
  })
  onTestFinished(() => {
    jwts.close()
    server.closeAllConnections()
    server.close()
  })
  return async (token: string) => jwts.authenticate(token)
}

const { publicKey, privateKey } = await generateKeyPair('EdDSA')
const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA' }
const token = await new SignJWT({ roles: ['supervisor'] })
  .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
  .setSubject('u-1')
  .setExpirationTime('5m')
  .sign(privateKey)

test('a token is checked with the keys that it serves', async () => {
  const authenticate = await start((_, response) => response.end(JSON.stringify({ keys: [jwk] })))
  expect(await authenticate(token)).toMatchObject({ id: 'u-1', roles: ['supervisor'] })
})

test('its redirects are not followed, nor is a broken connection taken for a bad token', async () => {
  const other = await start((_, response) => response.end(JSON.stringify({ keys: [jwk] })))
  const elsewhere = await start((_, response) => response.writeHead(302, { location: '/other' }).end())
  const broken = await start((request) => request.socket.destroy())
  expect((await other(token)).id).toBe('u-1')
  for (const authenticate of [elsewhere, broken])
    expect((await errorOf(authenticate(token))).code).toBe('access.unavailable')
})

test('one that hangs is given up after two seconds', async () => {
  const authenticate = await start(() => {})
  const before = performance.now()
  expect((await errorOf(authenticate(token))).code).toBe('access.unavailable')
  expect(performance.now() - before).toBeLessThan(4000)
})
