// The server of the HTTP benchmark, in a thread of its own: cuecard's service, or a bare node:http with the same bytes.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { apiKeyHash } from '../src/access/api-key-file.ts'
import { createAuthenticator } from '../src/access/authenticate.ts'
import { systemClock } from '../src/clock.ts'
import { startService } from '../src/http/start-service.ts'
import { createCuecard } from '../src/index.ts'
import { createMetrics } from '../src/telemetry/metrics.ts'
import { assistContentBody, assistContentOnly, cannedGenesys } from './canned-genesys.ts'

export interface ServerData {
  /** For its database and keys. */
  readonly folder: string
  /** An API key. */
  readonly key: string
  readonly durability?: 'strict' | 'relaxed'
  /** Of the bare server. */
  readonly bytes?: Uint8Array
}

const quiet = { info() {}, warn() {}, error() {} }

/** cuecard as it is served, with real keys; `durability` undefined: without a record. */
async function cuecardService({ folder, key, durability }: ServerData): Promise<number> {
  const { transport } = cannedGenesys(assistContentBody(5))
  const database = { url: `sqlite:${join(folder, 'cuecard.db')}` }
  const config = durability === undefined ? {} : { database, durability }
  const cuecard = await createCuecard(
    { ...assistContentOnly, ...config },
    { transport, metrics: createMetrics() },
  )
  const apiKeysFile = join(folder, 'keys.json')
  const [, id = ''] = key.split('_')
  const keys = [{ id, hash: apiKeyHash(key), roles: ['service'] }]
  writeFileSync(apiKeysFile, JSON.stringify({ keys }))
  const settings = { apiKeysFile, genesysTokens: false, genesysTokenSeconds: 60 }
  const authenticator = createAuthenticator({
    settings,
    clock: systemClock,
    ownerOf: () => Promise.reject(new Error('not asked here')),
  })
  const service = await startService({
    cuecard,
    authenticator,
    config: {
      port: 0,
      maxBodyKilobytes: 64,
      maxConcurrentRequests: 1000,
      maxEventLoopDelayMs: 60_000,
      requestsPerMinute: 10_000_000,
      shutdownSeconds: 1,
      corsOrigins: [],
      trustProxy: false,
    },
    logger: quiet,
    freshSecondsOf: () => 300,
  })
  return service.port
}

/** Parses the same body, and answers with bytes from memory. */
function bareServer(bytes: Buffer): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString())
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': bytes.length,
      })
      response.end(bytes)
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

const data = workerData as ServerData
const port = data.bytes === undefined ? await cuecardService(data) : await bareServer(Buffer.from(data.bytes))
parentPort?.postMessage(port)
// Asked for its CPU time so far, in microseconds.
parentPort?.on('message', (asked) => {
  if (asked === 'exit') process.exit(0)
  const { user, system } = process.threadCpuUsage()
  parentPort?.postMessage(user + system)
})
