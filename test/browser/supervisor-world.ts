// What a supervisor and a compliance officer look at: a real record of some calls, a receiver of its messages, a service.
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../src/clock.ts'
import { createCuecard } from '../../src/create-cuecard.ts'
import type { Cuecard } from '../../src/cuecard.ts'
import { startService } from '../../src/http/start-service.ts'
import { csvOf } from '../../src/ledger/export-csv.ts'
import { Secret } from '../../src/secret.ts'
import { createSimulator } from '../../src/simulator/index.ts'
import { httpConfig, optionsOf } from '../http/fake-parts.ts'
import { access, request } from '../retrieval/start-cuecard.ts'
import { articles, conversations } from '../simulator/sample-organisation.ts'
import { builtPages, tokenAuthenticator } from './browser.ts'

export interface World {
  readonly cuecard: Cuecard
  readonly url: string
  /** The webhook's receiver; it takes nothing until it is well. */
  readonly receiver: { isWell: boolean; readonly taken: string[] }
  /** What days of failures come to: the messages that wait are given up. */
  giveUpMessages(): void
  close(): Promise<void>
}

/** Twelve calls: `call-0` to `call-11`, each with three cards of which the first is opened. */
export async function startWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'cuecard-supervisor-'))
  const file = join(folder, 'record.db')
  const receiver = { isWell: false, taken: [] as string[] }
  const server = createServer((asked, response) => {
    if (receiver.isWell) receiver.taken.push(String(asked.headers['webhook-id']))
    asked.resume()
    response.writeHead(receiver.isWell ? 204 : 503).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const simulator = createSimulator({ articles, conversations, clock: systemClock, latency: { fixedMs: 0 } })
  const cuecard = await createCuecard(
    {
      genesys: access,
      database: { url: `sqlite:${file}` },
      delivery: {
        webhooks: [
          {
            name: 'coaching',
            url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
            secrets: [new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
          },
        ],
        allowedHosts: ['127.0.0.1'],
      },
    },
    { transport: simulator.transport(), recordInline: true },
  )
  for (let call = 0; call < 12; call++) {
    const asked = { ...request, interactionId: `call-${call}` }
    const { retrievalId, items } = await cuecard.retrieve(asked)
    for (const { contentId } of items) await cuecard.recordAdoption(retrievalId, { type: 'shown', contentId })
    const [first] = items
    if (first) await cuecard.recordAdoption(retrievalId, { type: 'opened', contentId: first.contentId })
    await cuecard.recordAdoption(retrievalId, { type: 'resolved' })
  }
  const service = await startService(
    optionsOf({
      cuecard,
      clock: undefined,
      authenticator: tokenAuthenticator,
      pages: builtPages(),
      exportToCsv: csvOf,
      config: { ...httpConfig, maxEventLoopDelayMs: 60_000, shutdownSeconds: 1 },
    }),
  )
  return {
    cuecard,
    url: `http://127.0.0.1:${service.port}`,
    receiver,
    giveUpMessages() {
      const database = new DatabaseSync(file, { timeout: 10_000 })
      database.exec("update outbox set state = 1, attempts = 9, error = 'The receiver answered 503'")
      database.close()
    },
    async close() {
      await service.close()
      await cuecard.close()
      server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
