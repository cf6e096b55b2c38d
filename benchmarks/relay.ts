// How fast the relay delivers to a receiver on this machine: composed, signed with two secrets, posted, settled. Then
// what retrievals notice of a receiver that never answers while its messages pile up.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type Clock, systemClock } from '../src/clock.ts'
import type { Endpoint } from '../src/delivery/endpoint.ts'
import { addressRules } from '../src/delivery/endpoint-address.ts'
import type { DeliveryOutcome, Outbox, OutboxMessage } from '../src/delivery/outbox.ts'
import { startRelay } from '../src/delivery/relay.ts'
import { undiciSender } from '../src/delivery/undici-sender.ts'
import { webhookEndpoint } from '../src/delivery/webhook-endpoint.ts'
import { createCuecard } from '../src/index.ts'
import { Secret } from '../src/secret.ts'
import { assistContentBody, assistContentOnly, cannedGenesys } from './canned-genesys.ts'
import { median, percentile } from './statistics.ts'

const deliveries = 10_000
const rounds = 5

/** As a retrieval of ten items is written down. */
const entry = {
  kind: 'retrieval',
  agentId: 'agent-1',
  at: '2026-01-05T09:00:00.000Z',
  complianceFlags: { accessValidated: true, availabilityChecked: true },
  freshness: { ageSeconds: 12, source: 'knowledge-search', status: 'fresh' },
  interactionId: 'interaction-1',
  items: Array.from({ length: 10 }, (_, index) => ({ contentId: `article-${index}`, title: 'An article' })),
  profile: 'tutorial',
  retrievalId: '2b1f8a1e-0000-8000-8000-000000000001',
  timings: { queuedMs: 0, totalMs: 41.5, upstreamMs: 38 },
}

/** Messages in memory, as little work as an outbox can be. */
function memoryOutbox(clock: Clock): Outbox & { append(count: number): void; drained(): Promise<void> } {
  let next = 0
  let open = 0
  let due: OutboxMessage[] = []
  let later: { readonly message: OutboxMessage; readonly at: number }[] = []
  const leased = new Map<string, OutboxMessage>()
  let isDrained = () => {}
  const end = ({ id, result, ...outcome }: DeliveryOutcome) => {
    const message = leased.get(id)
    leased.delete(id)
    if (message !== undefined && 'at' in outcome) later.push({ message, at: outcome.at })
    else open--
  }
  return {
    append(count) {
      open += count
      for (let index = 0; index < count; index++) {
        const entryIndex = next++
        due.push({ id: `msg_${entryIndex}`, endpoint: 'crm', attempts: 0, entryIndex, at: 0, entry })
      }
    },
    async claim(_endpoint, max) {
      if (due.length === 0) {
        const now = clock.wallTime()
        due = later.filter(({ at }) => at <= now).map(({ message }) => message)
        later = later.filter(({ at }) => at > now)
      }
      const claimed = due.splice(0, max)
      for (const message of claimed) leased.set(message.id, message)
      return claimed
    },
    async settle(outcomes) {
      for (const outcome of outcomes) end(outcome)
      if (open === 0) isDrained()
    },
    disable: async () => {},
    backlog: async () => [],
    drained: () =>
      new Promise((resolve) => {
        isDrained = resolve
      }),
  }
}

async function startReceiver(dead: boolean) {
  const worker = new Worker(new URL('./relay-receiver.ts', import.meta.url), { workerData: { dead } })
  const [url] = await once(worker, 'message')
  const rules = addressRules(['127.0.0.1'])
  const sender = undiciSender({ rules, connections: 32 })
  const secrets = [new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'), new Secret('the old one')]
  const endpoint = webhookEndpoint({ name: 'crm', url, secrets, rules, sender, clock: systemClock })
  const close = async () => {
    await sender.close()
    await worker.terminate()
  }
  return { endpoint, close }
}

function relayTo(endpoint: Endpoint) {
  const outbox = memoryOutbox(systemClock)
  const attempts = { count: 0 }
  const counting: Endpoint = {
    ...endpoint,
    send(message, signal) {
      attempts.count++
      return endpoint.send(message, signal)
    },
  }
  const ports = { clock: systemClock, random: Math.random, graceMs: 0 }
  return { outbox, attempts, relay: startRelay({ outbox, endpoints: [counting], ...ports }) }
}

async function deliveriesPerSecond(endpoint: Endpoint): Promise<number> {
  const { outbox, relay } = relayTo(endpoint)
  const started = performance.now()
  outbox.append(deliveries)
  relay.wake()
  await outbox.drained()
  const perSecond = (1000 * deliveries) / (performance.now() - started)
  await relay.close()
  return perSecond
}

/** p99 in milliseconds of 1,000 retrievals a second, from when each is due, so that a busy event loop counts. */
async function retrievalsP99(retrieve: (index: number) => Promise<unknown>, appended: () => void, ms = 3000) {
  const times: number[] = []
  const started = performance.now()
  for (let index = 0; ; index++) {
    const due = started + index
    if (due > started + ms) return percentile(times, 0.99)
    while (performance.now() < due) await new Promise((resolve) => setImmediate(resolve))
    await retrieve(index)
    times.push(performance.now() - due)
    appended()
  }
}

async function withDeadReceiver() {
  const { endpoint, close } = await startReceiver(true)
  const { transport } = cannedGenesys(assistContentBody(10))
  const cuecard = await createCuecard(assistContentOnly, { transport })
  const retrieve = (index: number) =>
    cuecard.retrieve({ interactionId: `i-${index % 500}`, agentId: 'a', entityIds: ['card'] })
  for (let index = 0; index < 20_000; index++) await retrieve(index)
  const alone: number[] = []
  const noise: number[] = []
  const ratios: number[] = []
  let attempts = 0
  const without = () => retrievalsP99(retrieve, () => {})
  for (let round = 0; round < rounds; round++) {
    const before = await without()
    const dead = relayTo({ ...endpoint, timeoutMs: 500 })
    const with_ = await retrievalsP99(retrieve, () => {
      dead.outbox.append(1)
      dead.relay.wake()
    })
    attempts = Math.max(attempts, dead.attempts.count)
    await dead.relay.close()
    const after = await without()
    alone.push(before, after)
    // What two equal measurements differ by says what the ratio means.
    noise.push(Math.max(before, after) / Math.min(before, after))
    ratios.push((2 * with_) / (before + after))
  }
  await cuecard.close()
  await close()
  return { ratio: median(ratios), noise: median(noise), alone: median(alone), attempts }
}

export async function relay(): Promise<Record<string, number>> {
  const { endpoint, close } = await startReceiver(false)
  await deliveriesPerSecond(endpoint)
  const measured: number[] = []
  for (let round = 0; round < rounds; round++) measured.push(await deliveriesPerSecond(endpoint))
  await close()
  const dead = await withDeadReceiver()
  return {
    'deliveries a second to a local receiver': Math.round(median(measured)),
    'fewest of a round': Math.round(Math.min(...measured)),
    'retrievals’ p99 without a receiver, ms': dead.alone,
    'ratio of retrievals’ p99 with a dead receiver to that without': dead.ratio,
    'noise: the same ratio of two measurements without': dead.noise,
    'attempts at a dead receiver while 3,000 messages came': dead.attempts,
  }
}
