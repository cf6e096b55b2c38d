// What a demo stands on: the sample bank, and a simulated Genesys Cloud that has its knowledge.
import { type Article, type Conversation, readArticles, readConversations } from '../../articles/article.ts'
import type { CuecardConfigInput } from '../../config/config-schema.ts'
import { createSimulator, type ListeningSimulator, type Simulator } from '../../simulator/index.ts'
import { sampleArticles, sampleConversations } from '../sample-files.ts'

export const quotaPerMinute = 300
export const budgetMs = 200

/** The agent whom it helps. */
export const demoAgentId = 'demo-agent'

export interface SampleWorld {
  readonly articles: readonly Article[]
  readonly conversations: readonly Conversation[]
  readonly simulator: Simulator
  readonly server: ListeningSimulator
  /** How cuecard reaches it. */
  readonly config: CuecardConfigInput
}

export async function openSampleWorld(): Promise<SampleWorld> {
  const [articles, conversations] = await Promise.all([
    readArticles(sampleArticles),
    readConversations(sampleConversations),
  ])
  const simulator = createSimulator({ articles, quotaPerMinute, latency: { medianMs: 30, p99Ms: 90 } })
  const server = await simulator.listen()
  const { url } = server
  const config = {
    genesys: {
      apiUrl: url,
      loginUrl: url,
      clientId: 'simulator',
      clientSecret: 'simulator-secret',
      quotaPerMinute,
    },
    latencyBudgetMs: budgetMs,
    // What one agent has been shown about a product serves the next one, also while Genesys is down.
    sources: { 'assist-content': { share: 'audience' as const } },
  }
  return { articles, conversations, simulator, server, config }
}
