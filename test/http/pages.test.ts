import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Sessions } from '../../src/access/sessions.ts'
import { createService, type Service } from '../../src/http/create-service.ts'
import { type PageSettings, readPages } from '../../src/http/pages.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { actorOf, bearer, fakeCuecard, optionsOf } from './fake-parts.ts'

const settings: PageSettings = {
  version: '1.2.3',
  genesys: {
    clientId: 'c',
    loginUrl: 'https://login.mypurecloud.de/x',
    apiUrl: 'https://api.mypurecloud.de',
  },
  hasArticles: true,
  isDemo: false,
}
const script = 'export const a = 1\n'.repeat(50)

let folder: string
let service: Service
const sessions = new Sessions(new FakeClock())

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-pages-'))
  writeFileSync(join(folder, 'panel.html'), '<!doctype html><title>panel</title>')
  writeFileSync(join(folder, 'chunk-view-a1b2C3d4.js'), script)
  writeFileSync(join(folder, 'secret.txt'), 'not for the web')
  const pages = readPages(pathToFileURL(`${folder}/`), {
    settings,
    frameOrigins: ['https://apps.mypurecloud.de'],
  })
  const authenticator = {
    authenticate: ({ authorization = '' }: { authorization?: string }) => {
      const token = authorization.replace('Bearer ', '')
      return token.startsWith('cks_') ? sessions.authenticate(token) : actorOf(token)
    },
  }
  service = createService(optionsOf({ cuecard: fakeCuecard().cuecard, authenticator, pages, sessions }))
})

afterAll(async () => {
  await service.app.close()
  rmSync(folder, { recursive: true })
})

const get = (url: string, headers: Record<string, string> = {}) =>
  service.app.inject({ method: 'GET', url, headers })

test('a page comes with a policy that lets nothing run but its own files', async () => {
  const { statusCode, headers, body } = await get('/panel')
  expect([statusCode, body]).toEqual([200, '<!doctype html><title>panel</title>'])
  const policy = String(headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
  expect(policy).toContain("connect-src 'self' https://login.mypurecloud.de https://api.mypurecloud.de;")
  expect(policy).toMatch(/frame-ancestors 'self' https:\/\/apps\.mypurecloud\.de$/)
  expect(policy).not.toContain('unsafe')
  expect(headers).toMatchObject({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
})

test('it is not sent again to who has it, and compressed to who takes that', async () => {
  const { etag } = (await get('/panel')).headers
  const again = await get('/panel', { 'if-none-match': String(etag) })
  expect([again.statusCode, again.body]).toEqual([304, ''])
  expect((await get('/panel', { 'if-none-match': `"other", W/${etag}` })).statusCode).toBe(304)
  expect((await get('/panel', { 'if-none-match': '"other"' })).statusCode).toBe(200)
  const chunk = await get('/ui/chunk-view-a1b2C3d4.js', { 'accept-encoding': 'gzip, br' })
  expect(chunk.headers).toMatchObject({
    'content-encoding': 'br',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': 'text/javascript; charset=utf-8',
  })
  expect(brotliDecompressSync(chunk.rawPayload).toString()).toBe(script)
  const older = await get('/ui/chunk-view-a1b2C3d4.js', { 'accept-encoding': 'br;q=0, gzip;q=0.5' })
  expect(older.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(older.rawPayload).toString()).toBe(script)
  const neither = await get('/ui/chunk-view-a1b2C3d4.js', { 'accept-encoding': 'deflate, gzip;q=0.0' })
  expect([neither.headers['content-encoding'], neither.body]).toEqual([undefined, script])
})

test.each(['/ui/secret.txt', '/ui/..%2fpackage.json', '/ui/%2e%2e/x', '/supervisor', '/ui/none.js'])(
  '%s is not there',
  async (url) => {
    const { statusCode, headers } = await get(url)
    expect(statusCode).toBe(404)
    expect(headers['content-type']).toContain('application/problem+json')
  },
)

test.each(['/panel', '/ui/settings.json', '/ui/chunk-view-a1b2C3d4.js'])('%s is read only', async (url) => {
  const { statusCode, headers } = await service.app.inject({ method: 'POST', url, payload: {} })
  expect([statusCode, headers.allow]).toEqual([405, 'GET, HEAD'])
})

test('the API keeps its own headers, and the pages are no part of it', async () => {
  const { headers } = await get('/healthz')
  expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'")
  expect(Object.keys((await get('/openapi.json')).json().paths)).not.toContain('/panel')
})

test('before anyone has signed in a page knows how to', async () => {
  expect((await get('/ui/settings.json')).json()).toEqual(settings)
})

test('a link signs in once, and its token is a credential', async () => {
  const signIn = (payload: object) => service.app.inject({ method: 'POST', url: '/v1/sessions', payload })
  const code = sessions.invite(['agent'], 'ann')
  const { statusCode, body } = await signIn({ code })
  expect(statusCode).toBe(201)
  const { token, roles, agentId } = JSON.parse(body)
  expect([roles, agentId]).toEqual([['agent'], 'ann'])
  expect((await get('/v1/session', bearer(token))).json()).toMatchObject({ agentId: 'ann', via: 'session' })
  expect((await get('/v1/insights/adoption', bearer(token))).statusCode).toBe(403)
  expect((await signIn({ code })).json()).toMatchObject({ status: 401, code: 'access.unauthenticated' })
  expect((await signIn({ code: '', more: 1 })).json().status).toBe(400)
  for (let guess = 0; guess < 600; guess++) await signIn({ code: `guess-${guess}` })
  expect((await signIn({ code: sessions.invite(['agent']) })).json()).toMatchObject({ status: 429 })
})

test('who signs out is out, and a key goes on', async () => {
  const { token } = sessions.open(sessions.invite(['supervisor']))
  const signOut = (credential: string) =>
    service.app.inject({ method: 'DELETE', url: '/v1/session', headers: bearer(credential) })
  expect((await signOut(token)).statusCode).toBe(204)
  expect((await get('/v1/session', bearer(token))).statusCode).toBe(401)
  expect((await signOut(token)).statusCode).toBe(401)
  expect((await signOut('supervisor')).statusCode).toBe(204)
  expect((await get('/v1/session', bearer('supervisor'))).statusCode).toBe(200)
})

test('a link that was used already is a refusal in the record', async () => {
  const { cuecard, refused } = fakeCuecard()
  const own = createService(optionsOf({ cuecard, sessions: new Sessions(new FakeClock()) }))
  await own.app.inject({ method: 'POST', url: '/v1/sessions', payload: { code: 'used' } })
  expect(refused).toEqual([{ action: 'session.open', code: 'access.unauthenticated' }])
  await own.app.close()
})
