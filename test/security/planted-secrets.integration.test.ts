// The whole service as a process, with a planted value in every secret place and errors wherever they can be provoked.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSimulator, type Simulator } from '../../src/simulator/index.ts'
import { cuecard, startCuecard } from '../cli/start-cuecard.ts'
import { articles, conversations } from '../simulator/sample-organisation.ts'
import { bodyOf, cards, end, finds, findsCard, listen } from './planted.ts'

const secret = (name: string) => `PLANTED-${name}-${randomBytes(9).toString('hex')}`

const auditKey = randomBytes(32)
const planted: Record<string, string> = {
  clientSecret: `${secret('client')}+/=&%`,
  webhookSecret: randomBytes(24).toString('base64'),
  webhookUrl: secret('webhook-url'),
  redisPassword: secret('redis'),
  databasePassword: secret('database'),
  jwksUrl: secret('jwks'),
  auditKey: auditKey.toString('base64'),
  auditKeyHex: auditKey.toString('hex'),
  foreignToken: secret('token').replaceAll('-', ''),
  maskedWord: secret('word'),
  policy: 'PLANTED-POLICY-471147',
}
/** Words of people: they stand in the record, sealed, and nowhere else. */
const words = {
  query: 'wombatquery about a late fee',
  utterance: 'zebrautterance of a customer',
  reason: 'quokkareason',
}

let folder: string
let simulator: Simulator
const servers: Awaited<ReturnType<typeof listen>>[] = []
/** Every place that is searched, by name. */
const places = new Map<string, Buffer>()
const keep = (name: string, text: string | Buffer) => {
  const before = places.get(name) ?? Buffer.alloc(0)
  places.set(name, Buffer.concat([before, Buffer.from(text), Buffer.from('\n')]))
}
const genesys = { echoes: false }
const receiver = { status: 200 }

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-planted-'))
})
afterAll(async () => {
  for (const { server } of servers) await end(server)
  rmSync(folder, { recursive: true, force: true })
})

const file = (name: string, content: string) => {
  const path = join(folder, name)
  writeFileSync(path, content, { mode: 0o600 })
  return path
}

const started = async (handle: Parameters<typeof listen>[0]) => {
  const server = await listen(handle)
  servers.push(server)
  return server.url
}

/** Genesys behind a gateway that, when told so, says in its errors all that it was sent. */
async function startGenesys(): Promise<string> {
  simulator = createSimulator({ articles, conversations, clientSecret: planted.clientSecret ?? '' })
  const { url } = await simulator.listen()
  return started(async (request, response) => {
    const { authorization = '' } = request.headers
    if (authorization.startsWith('Bearer ')) planted[`token ${authorization}`] = authorization.slice(7)
    const body = await bodyOf(request)
    if (genesys.echoes && request.url !== '/oauth/token') {
      const said = `${authorization} was not good for ${request.url}`
      response.writeHead(400, {
        'content-type': 'application/json',
        'inin-correlation-id': authorization.slice(7),
      })
      return response.end(JSON.stringify({ message: said, code: authorization.slice(7), contextId: said }))
    }
    const { method = 'GET' } = request
    const headers = { authorization, 'content-type': request.headers['content-type'] ?? 'application/json' }
    const answer = await fetch(url + request.url, { method, headers, ...(body !== '' && { body }) })
    const text = await answer.text()
    planted.issued = /"access_token":"([^"]+)"/.exec(text)?.[1] ?? planted.issued ?? 'none-issued-yet'
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text)
  })
}

/** Refuses with all that it was sent, and keeps that. */
const startReceiver = () =>
  started(async (request, response) => {
    const body = await bodyOf(request)
    keep('webhooks', JSON.stringify(request.headers) + body)
    response.writeHead(receiver.status).end(JSON.stringify(request.headers) + request.url + body)
  })

async function startKeyServer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }
  const url = await started((request, response) => {
    const isKnown = request.url?.includes(planted.jwksUrl ?? '')
    response
      .writeHead(isKnown ? 200 : 500, { 'content-type': 'application/json' })
      .end(JSON.stringify({ keys: [jwk] }))
  })
  const sign = (expires: string) =>
    new SignJWT({ roles: ['agent'] })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setSubject('jwt-agent')
      .setExpirationTime(expires)
      .sign(privateKey)
  return { url: `${url}/keys?key=${planted.jwksUrl}`, sign }
}

async function environmentOf(jwksUrl: string) {
  const url = await startGenesys()
  const webhook = await startReceiver()
  const config = file(
    'config.json',
    JSON.stringify({
      auditLog: { maskPatterns: ['PLANTED-POLICY-[0-9]+', planted.maskedWord] },
      delivery: {
        allowedHosts: ['127.0.0.1'],
        webhooks: [
          {
            name: 'coach',
            url: `${webhook}/in?key=${planted.webhookUrl}`,
            secretFile: file('webhook', `whsec_${planted.webhookSecret}\n`),
          },
        ],
      },
    }),
  )
  return {
    GENESYS_CLIENT_ID: 'simulator',
    GENESYS_CLIENT_SECRET_FILE: file('client', planted.clientSecret ?? ''),
    GENESYS_API_URL: url,
    GENESYS_LOGIN_URL: url,
    CUECARD_CONFIG_FILE: config,
    CUECARD_API_KEYS_FILE: join(folder, 'keys.json'),
    CUECARD_JWKS_URL: jwksUrl,
    CUECARD_DATABASE_URL: `sqlite:${join(folder, 'cuecard.db')}`,
    CUECARD_AUDIT_KEY_FILE: file('audit.key', planted.auditKey ?? ''),
    CUECARD_REDIS_URL: `redis://user:${planted.redisPassword}@127.0.0.1:1`,
    CUECARD_LOG_LEVEL: 'trace',
  }
}

type Environment = Awaited<ReturnType<typeof environmentOf>>

async function command(
  environment: Partial<Environment> & { CUECARD_WEBHOOK_URL?: string },
  ...args: string[]
) {
  const { stdout, stderr, status } = await cuecard(args, environment)
  keep(`command ${args.slice(0, 2).join(' ')}`, stdout + stderr)
  return { stdout, stderr, status }
}

async function keyFor(environment: Environment, id: string, ...options: string[]): Promise<string> {
  const { stdout } = await cuecard(['keys', 'create', '--id', id, ...options], environment)
  planted[`API key ${id}`] = stdout.trim()
  return stdout.trim()
}

/** Sends, and keeps the answer in a place of its own where it is none that tells the caller what the caller said. */
function clientOf(url: string, key: string) {
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    const { status } = answer
    const kind = method === 'GET' ? path.split('?')[0] : status < 300 ? 'good answers' : 'errors'
    keep(`${kind}`, text)
    return { status, text }
  }
}

type Client = ReturnType<typeof clientOf>

/** Cards and patterns in each field that takes text. */
async function speak(ask: Client): Promise<void> {
  for (const [index, card] of cards.entries()) {
    const text = `${card} and ${planted.policy}`
    const wide = `${text} ${planted.maskedWord}`
    const interactionId = `call ${card}`
    await ask('PUT', `/v1/interactions/${encodeURIComponent(interactionId)}/context`, {
      tags: [text, `tag ${index}`],
      queueId: `queue ${text}`,
    })
    await ask('POST', `/v1/interactions/${encodeURIComponent(interactionId)}/utterances`, {
      speaker: 'customer',
      text: `${words.utterance} ${text}`,
      utteranceId: text,
    })
    const question = {
      interactionId,
      agentId: `agent ${text}`,
      query: `${words.query} ${wide}`,
      contextTags: [text],
      entityIds: ['product:credit-card', text],
      filters: { contentTypes: [`${planted.policy}`, 'article', 'procedure'] },
    }
    const headers = { 'x-request-id': `id-${card.replaceAll(/[^0-9]/g, '')}-${planted.policy}` }
    const { text: reply } = await ask('POST', '/v1/retrievals', question, headers)
    const { retrievalId, items } = JSON.parse(reply)
    const events = `/v1/retrievals/${retrievalId}/events`
    const contentId = items[0]?.contentId
    const reason = `${words.reason} ${wide}`
    await ask(
      'POST',
      events,
      { type: 'dismissed', contentId, reason },
      { 'idempotency-key': text.replace(/[^ -~]/g, '') },
    )
    await ask('POST', events, { type: 'unresolved', wrapUpCode: text }, { 'idempotency-key': `${index}` })
  }
}

/** Whatever can be refused. */
async function provoke(ask: Client, url: string): Promise<void> {
  const text = `${cards[0]} ${planted.policy} ${planted.foreignToken}`
  const question = { interactionId: 'c', agentId: 'a', query: text }
  for (const body of [
    `{"query":"${text}"`,
    { ...question, maxResults: text },
    { ...question, language: text },
    { ...question, interactionId: [text] },
    `"${text}"`,
  ])
    await ask('POST', '/v1/retrievals', body)
  await ask('POST', `/v1/retrievals/${encodeURIComponent(text)}/events`, { type: 'opened', contentId: text })
  await ask('GET', `/v1/audit/entries?agentId=${encodeURIComponent(text)}&limit=x`)
  await ask('GET', `/v1/nothing?card=${encodeURIComponent(text)}`)
  for (const token of [
    planted.foreignToken,
    `ck_first_${planted.foreignToken}`,
    `Basic ${planted.foreignToken}`,
  ])
    await clientOf(url, token ?? '')('POST', '/v1/retrievals', question)
}

async function read(ask: Client): Promise<void> {
  for (const path of [
    '/metrics',
    '/readyz',
    '/openapi.json',
    '/v1/audit/entries?limit=200',
    '/v1/audit/export',
    '/v1/audit/export?format=csv',
    '/v1/audit/checkpoint',
    '/v1/insights/gaps?limit=200',
    '/v1/insights/content',
    '/v1/insights/adoption?by=queue',
    '/v1/deliveries?limit=1000',
  ])
    expect((await ask('GET', path)).status, path).toBeOneOf(path === '/readyz' ? [200, 503] : [200])
}

async function serveAndSpeak(
  environment: Environment,
  sign: (expires: string) => Promise<string>,
): Promise<void> {
  const admin = ['supervisor', 'compliance', 'service'].flatMap((role) => ['--role', role])
  const key = await keyFor(environment, 'admin', ...admin, '--note', 'for all')
  const agentKey = await keyFor(environment, 'ann', '--role', 'agent', '--agent', 'ann')
  planted.jwt = await sign('1h')
  planted.expiredJwt = await sign('-1h')
  const running = startCuecard(['serve', '--port', '0', '--verbose'], environment)
  const [url = ''] = await running.find(/http:\/\/127\.0\.0\.1:\d+/)
  const ask = clientOf(url, key)
  await speak(ask)
  await provoke(ask, url)
  for (const [agentId, token] of [
    ['jwt-agent', planted.jwt],
    ['jwt-agent', planted.expiredJwt],
    ['ann', agentKey],
    ['someone-else', agentKey],
    ['x', simulator.issueAgentToken({ id: 'x', name: 'Xenia' })],
  ])
    await clientOf(url, token ?? '')('POST', '/v1/retrievals', {
      interactionId: `of ${agentId}`,
      agentId,
      query: 'late fee',
    })
  genesys.echoes = true
  receiver.status = 500
  await speak(ask)
  await clientOf(url, `${planted.foreignToken}x`)('POST', '/v1/retrievals', {})
  receiver.status = 410
  await ask('POST', '/v1/retrievals', { interactionId: 'last', agentId: 'ann', query: words.query })
  await command(environment, 'audit', 'export', '--out', join(folder, 'export.jsonl'))
  keep('export file', readFileSync(join(folder, 'export.jsonl')))
  await read(ask)
  running.child.kill('SIGTERM')
  const { stdout, stderr } = await running.ended
  keep('service', stdout + stderr)
}

test('no planted secret, card or masked pattern is found in any output, and no words of people in the clear on disk', async () => {
  const { url: jwksUrl, sign } = await startKeyServer()
  const environment = await environmentOf(jwksUrl)
  await serveAndSpeak(environment, sign)
  await command(environment, 'audit', 'verify', join(folder, 'export.jsonl'))
  await command(environment, 'audit', 'prove', '--entry', '1')
  await command(environment, 'audit', 'checkpoint')
  await command(environment, 'audit', 'export', '--format', 'csv')
  await command(environment, 'deliveries', 'list', '--json')
  await command(environment, 'deliveries', 'replay')
  await command(environment, 'keys', 'list', '--json')
  await command(environment, 'doctor')
  await command(environment, 'retrieve', '--interaction', 'c-9', '--agent', 'a', '--query', 'late fee')
  await command(
    { ...environment, CUECARD_DATABASE_URL: `${planted.databasePassword}://x` },
    'audit',
    'checkpoint',
  )
  const down = {
    ...environment,
    CUECARD_DATABASE_URL: `postgres://u:${planted.databasePassword}@127.0.0.1:1/x`,
  }
  await command(down, 'audit', 'checkpoint')
  await command(down, 'deliveries', 'list')
  await command(
    { ...environment, CUECARD_WEBHOOK_URL: `https://10.0.0.1/${planted.webhookUrl}` },
    'serve',
    '--port',
    '0',
  )
  await withoutDatabase(down)
  for (const name of readdirSync(folder).filter(
    (name) => name.startsWith('cuecard.db') || name === 'keys.json',
  ))
    keep(`file ${name}`, readFileSync(join(folder, name)))

  expect(genesys.echoes && [...places.keys()]).toEqual(
    expect.arrayContaining(['webhooks', 'errors', 'service']),
  )
  expect(Object.keys(planted).length).toBeGreaterThan(14)
  expect(foundIn()).toEqual([])
}, 240_000)

/** A service whose database is gone says so, and not how to get into it. */
async function withoutDatabase(environment: Environment): Promise<void> {
  const running = startCuecard(['serve', '--port', '0'], environment)
  const [url = ''] = await running.find(/http:\/\/127\.0\.0\.1:\d+/)
  const ask = clientOf(url, planted['API key admin'] ?? '')
  const { status } = await ask('POST', '/v1/retrievals', {
    interactionId: 'c',
    agentId: 'a',
    query: words.query,
  })
  expect(status).toBe(503)
  for (const path of ['/readyz', '/v1/audit/entries', '/v1/insights/gaps', '/metrics']) await ask('GET', path)
  running.child.kill('SIGTERM')
  const { stdout, stderr } = await running.ended
  keep('service without its database', stdout + stderr)
}

function foundIn(): string[] {
  const found: string[] = []
  for (const [place, bytes] of places) {
    for (const [name, value] of Object.entries(planted))
      if (finds(bytes, value)) found.push(`${name} in ${place}`)
    // The answer to a retrieval names the interaction as the caller did.
    if (place !== 'good answers')
      for (const card of cards) if (findsCard(bytes, card)) found.push(`${card} in ${place}`)
    const isSealed = !/audit|export|gaps|good answers/.test(place)
    for (const [name, text] of Object.entries(words))
      if (isSealed && finds(bytes, text)) found.push(`${name} in ${place}`)
  }
  return found
}
