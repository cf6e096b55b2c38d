// The whole library against a simulated Genesys in memory, on a clock that only the test moves.
import type { Article } from '../../src/articles/article.ts'
import type { CuecardConfigInput } from '../../src/config/config-schema.ts'
import { createCuecard } from '../../src/create-cuecard.ts'
import type { CuecardPorts } from '../../src/cuecard.ts'
import type { HttpRequest, HttpTransport } from '../../src/genesys/http-transport.ts'
import { seededRandom } from '../../src/random.ts'
import type { RetrievalRequestInput } from '../../src/retrieval/retrieval-request.ts'
import { createSimulator, type SimulatorOptions } from '../../src/simulator/index.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { conversations, articles as sampleArticles } from '../simulator/sample-organisation.ts'

export const request: RetrievalRequestInput = {
  interactionId: 'c-1',
  agentId: 'ann',
  entityIds: ['product:credit-card'],
  query: 'refund the late fee',
  contextTags: ['fees'],
}

/** The three sources, as far as they are to be on. */
export function only(...on: ('assist-content' | 'knowledge-search' | 'copilot-suggestions')[]) {
  return {
    'assist-content': { enabled: on.includes('assist-content') },
    'knowledge-search': { enabled: on.includes('knowledge-search') },
    'copilot-suggestions': { enabled: on.includes('copilot-suggestions') },
  }
}

export const access = {
  clientId: 'simulator',
  clientSecret: 'simulator-secret',
  apiUrl: 'http://localhost',
  loginUrl: 'http://localhost',
}

export interface Options {
  readonly config?: Omit<CuecardConfigInput, 'genesys'>
  readonly genesys?: Partial<CuecardConfigInput['genesys']>
  readonly simulator?: Partial<SimulatorOptions>
  readonly ports?: CuecardPorts
  readonly articles?: readonly Article[]
}

export async function start({ config, genesys, simulator: options, ports, articles }: Options = {}) {
  const clock = new FakeClock()
  const simulator = createSimulator({
    articles: articles ?? sampleArticles,
    conversations,
    clock,
    latency: { fixedMs: 20 },
    quotaPerMinute: 100_000,
    ...options,
  })
  const sent: HttpRequest[] = []
  const inner = simulator.transport()
  const transport: HttpTransport = {
    send(message) {
      sent.push(message)
      return inner.send(message)
    },
    close: () => inner.close(),
  }
  let ids = 0
  const cuecard = await createCuecard(
    { genesys: { ...access, quotaPerMinute: 100_000, ...genesys }, ...config },
    { clock, random: seededRandom(1), newId: () => `r-${++ids}`, transport, ...ports },
  )
  /** Lets time pass until `promise` is settled, a minute at the most. */
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    let pending = true
    const end = () => {
      pending = false
    }
    promise.then(end, end)
    await clock.advance(0)
    for (let ms = 0; pending && ms < 60_000; ms += 5) await clock.advance(5)
    return promise
  }
  const retrieve = (more: Partial<RetrievalRequestInput> = {}, signal?: AbortSignal) =>
    settled(cuecard.retrieve({ ...request, ...more }, signal && { signal }))
  /** Calls to the API, without those for a token. */
  const calls = (path = '/api/') => sent.filter(({ url }) => new URL(url).pathname.includes(path)).length
  return { clock, simulator, cuecard, sent, calls, settled, retrieve }
}
