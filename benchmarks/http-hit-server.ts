// The server of the HTTP benchmark, in a thread of its own: cuecard's service, or a bare node:http with the same bytes.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { startService } from '../src/http/start-service.ts'
import { createCuecard } from '../src/index.ts'
import { assistContentBody, assistContentOnly, cannedGenesys } from './canned-genesys.ts'

const quiet = { info() {}, warn() {}, error() {} }

async function cuecardService(): Promise<number> {
  const { transport } = cannedGenesys(assistContentBody(15))
  const cuecard = await createCuecard(assistContentOnly, { transport })
  const actor = { id: 'desktops', roles: ['service'], divisions: [], via: 'api_key' } as const
  const actors = new Map([[workerData.credential, actor]])
  const service = await startService({
    cuecard: {
      retrieve: (request) => cuecard.retrieve(request as Parameters<typeof cuecard.retrieve>[0]),
      updateContext: (id, update) => cuecard.updateContext(id, update as object),
      recordAdoption: () => Promise.reject(new Error('not measured')),
      recordRefusal() {},
      audit: undefined,
      insights: undefined,
      deliveries: undefined,
      health: async () => ({}),
      stats: () => cuecard.stats(),
      warmUp: () => cuecard.warmUp(),
      close: () => cuecard.close(),
    },
    authenticator: {
      authenticate({ authorization = '' }) {
        const found = actors.get(authorization)
        if (found === undefined) throw new Error('another credential than the one that is measured')
        return found
      },
    },
    config: {
      port: 0,
      maxBodyKilobytes: 64,
      maxConcurrentRequests: 1000,
      maxEventLoopDelayMs: 60_000,
      requestsPerMinute: 10_000_000,
      shutdownSeconds: 1,
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

const port =
  workerData.bytes === undefined ? await cuecardService() : await bareServer(Buffer.from(workerData.bytes))
parentPort?.postMessage(port)
// Asked for its CPU time so far, in microseconds.
parentPort?.on('message', () => {
  const { user, system } = process.threadCpuUsage()
  parentPort?.postMessage(user + system)
})
