// A client of a simulated Genesys, in memory on a fake clock or wherever a transport leads.
import { z } from 'zod'
import type { Clock } from '../../src/clock.ts'
import { GenesysClient, type GenesysOperation } from '../../src/genesys/genesys-client.ts'
import type { HttpTransport } from '../../src/genesys/http-transport.ts'
import { ClientCredentials } from '../../src/oauth/client-credentials.ts'
import { Secret } from '../../src/oauth/token-provider.ts'
import { QuotaBudget } from '../../src/quota/quota-budget.ts'
import type { SourceCall } from '../../src/retrieval/content-source.ts'
import { createSimulator, type SimulatorOptions } from '../../src/simulator/index.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { articles } from '../simulator/sample-organisation.ts'
import { follow } from '../testing/outcome.ts'
import { callOf } from '../testing/source-answers.ts'

export const listing: GenesysOperation<unknown> = {
  doing: 'listing knowledge bases',
  method: 'GET',
  path: '/api/v2/knowledge/knowledgebases',
  answer: z.object({ entities: z.array(z.object({ id: z.string() })) }),
}

export interface ClientOptions {
  readonly loginUrl?: string
  readonly apiUrl?: string
  readonly clientId?: string
  readonly clientSecret?: string
  readonly perMinute?: number
}

export function clientOver(transport: HttpTransport, clock: Clock, options: ClientOptions = {}) {
  const { apiUrl = 'http://genesys', loginUrl = apiUrl, clientId = 'simulator', perMinute = 300 } = options
  const clientSecret = new Secret(options.clientSecret ?? 'simulator-secret')
  const tokens = new ClientCredentials({ loginUrl, clientId, clientSecret, transport, clock })
  const quota = new QuotaBudget({ clock, perMinute })
  const client = new GenesysClient({ apiUrl, transport, tokens, quota, clock })
  const call = (
    operation: Partial<GenesysOperation<unknown>> = {},
    waitMs = 1000,
    more: Partial<SourceCall> = {},
  ) => client.call({ ...listing, ...operation }, callOf(clock.now() + waitMs, more))
  return { tokens, quota, client, call }
}

export function startGenesys(options: Partial<SimulatorOptions> = {}, perMinute = 300) {
  const clock = new FakeClock()
  const simulator = createSimulator({ articles, clock, ...options })
  const transport = simulator.transport()
  const { call, ...parts } = clientOver(transport, clock, { perMinute })
  const ask = (...args: Parameters<typeof call>) => follow(() => call(...args))
  /** How often an operation was called, whatever the answer. */
  const count = (operation: string) =>
    Object.values(simulator.stats().calls[operation] ?? {}).reduce((sum, calls) => sum + calls, 0)
  return { clock, simulator, transport, ask, count, call, ...parts }
}
