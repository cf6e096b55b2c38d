// The HTTP service in a program of your own: `node examples/service.ts` in a clone, after `npm ci`.
import { createCuecard, createMetrics, loadConfig, systemClock } from 'cuecard'
import {
  createAuthenticator,
  createLogger,
  csvOf,
  startService,
  tokenOwner,
  undiciTransport,
} from 'cuecard/http'
import { createSimulator } from 'cuecard/simulator'

const simulator = createSimulator({
  articles: [{ id: 'lost', title: 'Lost card: block it at once', body: 'Block the card. Order a new one.' }],
})
const genesys = await simulator.listen()
const config = loadConfig({
  GENESYS_API_URL: genesys.url,
  GENESYS_LOGIN_URL: genesys.url,
  GENESYS_CLIENT_ID: 'simulator',
  GENESYS_CLIENT_SECRET: 'simulator-secret',
  CUECARD_DATABASE_URL: 'sqlite::memory:',
  CUECARD_PORT: '0',
})

const clock = systemClock
const metrics = createMetrics()
const transport = undiciTransport()
const authenticator = createAuthenticator({
  settings: config.access,
  clock,
  ownerOf: config.genesys && tokenOwner({ apiUrl: config.genesys.apiUrl, transport, clock }),
})
const service = await startService({
  cuecard: await createCuecard(config, { metrics }),
  authenticator,
  config: config.http,
  logger: createLogger({ level: 'warn' }),
  metrics: () => metrics.text(),
  exportToCsv: csvOf,
})

// As an agent's desktop would: with the agent's own Genesys token.
const reply = await fetch(`${service.url}/v1/retrievals`, {
  method: 'POST',
  headers: {
    authorization: `Bearer ${simulator.issueAgentToken({ id: 'agent-7', name: 'Ada' })}`,
    'content-type': 'application/json',
  },
  body: JSON.stringify({ interactionId: 'call-1', agentId: 'agent-7', query: 'I lost my card' }),
})
const { items } = (await reply.json()) as { items: { title: string }[] }
console.log(reply.status, items.map(({ title }) => title).join(', '))

await service.close()
authenticator.close()
metrics.close()
await transport.close()
await genesys.close()
