// Puts the simulator together: organisation, tokens, endpoints, and the two ways to reach them.
import { type Article, type ArticleInput, type Conversation, parseArticles } from '../articles/article.ts'
import { type Clock, systemClock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import type { HttpTransport } from '../genesys/http-transport.ts'
import type { OpenSocket } from '../notifications/socket.ts'
import { assistContentRoute } from './assist-content-route.ts'
import { assistantRoutes } from './assistant-routes.ts'
import { controlRoutes } from './control-routes.ts'
import { ConversationPlayer, type PlayOptions, type PlayStats } from './conversation-player.ts'
import { conversationRoutes } from './conversation-routes.ts'
import { EngagementLog, type ReportedEngagement } from './engagement-log.ts'
import {
  checkedLatency,
  type FaultPlan,
  type Latency,
  type ParsedFaultPlan,
  parseFaultPlan,
} from './fault-plan.ts'
import { knowledgeRoutes } from './knowledge-routes.ts'
import { knowledgeSearchRoute } from './knowledge-search-route.ts'
import { type ListeningSimulator, type ListenOptions, listenHttp } from './listen-http.ts'
import { memorySockets } from './memory-sockets.ts'
import { MemoryTransport } from './memory-transport.ts'
import { NotificationHub } from './notification-hub.ts'
import { notificationRoutes } from './notification-routes.ts'
import { Organisation } from './organisation.ts'
import { type RequestReport, reportTo } from './request-report.ts'
import { type CallCounts, SimulatorCore } from './simulator-core.ts'
import { stableId } from './stable-id.ts'
import { Suggestions } from './suggestions.ts'
import { tokenRoute } from './token-route.ts'
import { type Agent, Tokens, type TokenUse } from './tokens.ts'
import { userRoute } from './user-route.ts'

export interface SimulatorOptions {
  readonly articles: readonly ArticleInput[]
  /** Interactions that are under way; default none. */
  readonly conversations?: readonly Conversation[]
  /** Name of the organisation, from which its ids are derived. Default `Simulated Organisation`. */
  readonly organisation?: string
  /** Default `simulator`. */
  readonly clientId?: string
  /** Default `simulator-secret`. */
  readonly clientSecret?: string
  /** Scopes granted to the client and named in the token answer; absent: none named, all granted. */
  readonly scopes?: readonly string[]
  /** Permissions granted, such as `knowledge:document:view`; absent: all. */
  readonly permissions?: readonly string[]
  /** Calls a minute for each token, at least 1; default 300, as at Genesys. */
  readonly quotaPerMinute?: number
  /** At least 1; default 86,400, a day. */
  readonly tokenLifetimeSeconds?: number
  /** How long an answer takes; default at once. */
  readonly latency?: Latency
  /** In force from the start; default none. */
  readonly faultPlan?: FaultPlan
  /** Seed of ids, tokens and latencies, a 32-bit integer; default 1. A fault plan has its own. */
  readonly seed?: number
  /** Default the machine's own time. */
  readonly clock?: Clock
  /** Whether the `assist-content` endpoint is there, which no public definition names; default true. */
  readonly assistContent?: boolean
  /** Whether assist-content also returns drafts, archived and out-of-window articles, with their state; default true. */
  readonly includeIneligible?: boolean
  /** Whether the list of documents can be expanded by `variations`, which Genesys's definition does not name; default true. */
  readonly variationsInListing?: boolean
  /** Told of each request when it is over. */
  readonly onRequest?: (report: RequestReport) => void
}

/** What has happened since the start. */
export interface SimulatorStats extends CallCounts {
  readonly tokens: readonly TokenUse[]
}

/** A simulated Genesys Cloud organisation. */
export interface Simulator {
  /** Reaches the simulator without sockets, on its clock. */
  transport(): HttpTransport
  /** Reaches its notifications without sockets, on its clock. */
  sockets(): OpenSocket
  /** Reaches it over HTTP and WebSockets. @throws CuecardError `config.invalid`: the address cannot be bound. */
  listen(options?: ListenOptions): Promise<ListeningSimulator>
  /** Starts a fault plan from its beginning, or ends all faults. @throws CuecardError `config.invalid`. */
  setFaults(plan: FaultPlan | undefined): void
  /** Replaces all articles, as if they had been edited, published or withdrawn; suggestions are made anew. */
  setArticles(articles: readonly ArticleInput[]): void
  /** Replaces all conversations, as if their people had spoken on; suggestions are made anew. */
  setConversations(conversations: readonly Conversation[]): void
  /**
   * Plays conversations over the notification channels; returns how many.
   * @throws Error for one that is not there.
   */
  play(options?: PlayOptions): number
  playStats(): PlayStats
  /** Ends what is being played where it is. */
  stopPlaying(): void
  /** Announces to every WebSocket that it will be closed in a minute, as Genesys does before maintenance. */
  announceClosing(): void
  /** A user token, as an agent's desktop would get it by PKCE. */
  issueAgentToken(agent: Agent): string
  stats(): SimulatorStats
  /** What clients reported of their agents' use of suggestions and documents, the oldest first; the last 10,000. */
  engagements(): readonly ReportedEngagement[]
  /** Ends every token; returns how many there were. */
  revokeTokens(): number
}

/**
 * Makes a simulator; 5,000 articles are indexed in about a second. Nothing listens until `listen` is called.
 *
 * The same seed and the same requests in the same order give the same answers, ids and faults.
 * @throws CuecardError `config.invalid` for an option or fault plan that breaks a rule.
 * @example
 * const simulator = createSimulator({ articles: await readArticles('articles.jsonl'), latency: { medianMs: 80, p99Ms: 400 } })
 * const server = await simulator.listen({ port: 4301 })
 * simulator.setFaults(faultPreset('hang')) // a rehearsal: what do agents see now?
 * await server.close()
 */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { clock = systemClock, seed = 1, latency = { fixedMs: 0 }, scopes, permissions } = options
  const tokens = new Tokens({
    clock,
    seed,
    quotaPerMinute: atLeastOne('quotaPerMinute', options.quotaPerMinute ?? 300),
    lifetimeSeconds: atLeastOne('tokenLifetimeSeconds', options.tokenLifetimeSeconds ?? 86_400),
  })
  const core = new SimulatorCore({
    clock,
    seed,
    tokens,
    latency: checkedLatency(latency),
    scopes,
    permissions,
  })
  const report = reportTo(options.onRequest)
  const startedAt = clock.wallTime()
  let plan: ParsedFaultPlan | undefined
  let { conversations = [] } = options
  let articles = parseArticles(options.articles)
  const engagements = new EngagementLog()
  const hub = new NotificationHub({ clock, seed })
  let stage: ReturnType<typeof stageOf>
  const player = new ConversationPlayer({
    clock,
    publish: (topic, body) => hub.publish(topic, body),
    stage: () => stage,
  })
  const rebuild = () => {
    stage = stageOf(options, articles, conversations, startedAt)
    const served = endpoints(options, stage, tokens, player)
    core.setRoutes([
      ...served.map((route) => engagements.watch(route)),
      ...notificationRoutes(hub),
      ...controls,
    ])
  }

  const simulator: Simulator = {
    transport: () => new MemoryTransport(core, clock, report),
    sockets: () => memorySockets({ core, hub, clock, report }),
    listen: (where) => listenHttp({ core, hub, clock, report }, where),
    setFaults(next) {
      plan = next === undefined ? undefined : parseFaultPlan(next)
      core.setFaults(plan)
      hub.setFaults(plan)
    },
    setArticles(next) {
      articles = parseArticles(next)
      rebuild()
    },
    setConversations(next) {
      conversations = next
      rebuild()
    },
    play: (what = {}) => player.play(what),
    playStats: () => player.stats,
    stopPlaying: () => player.stop(),
    announceClosing: () => hub.announceClosing(),
    issueAgentToken: (agent) => tokens.issue(agent).value,
    stats: () => ({ ...structuredClone(core.counts), tokens: tokens.use() }),
    engagements: () => engagements.kept,
    revokeTokens: () => tokens.revokeAll(),
  }
  const controls = controlRoutes({
    ...simulator,
    faults: () => plan,
    issueAgentToken: (name) => simulator.issueAgentToken({ id: stableId('agent', name), name }),
  })
  rebuild()
  simulator.setFaults(options.faultPlan)
  return simulator
}

function stageOf(
  { organisation: name = 'Simulated Organisation' }: SimulatorOptions,
  articles: readonly Article[],
  conversations: readonly Conversation[],
  startedAt: number,
) {
  const organisation = new Organisation(name, startedAt, articles, conversations)
  return { organisation, suggestions: new Suggestions(organisation) }
}

function endpoints(
  options: SimulatorOptions,
  { organisation, suggestions }: ReturnType<typeof stageOf>,
  tokens: Tokens,
  player: ConversationPlayer,
) {
  const {
    clientId = 'simulator',
    clientSecret = 'simulator-secret',
    scopes,
    clock = systemClock,
    assistContent = true,
    includeIneligible = true,
    variationsInListing = true,
  } = options
  const now = () => clock.wallTime()
  return [
    tokenRoute({ clientId, clientSecret, scopes }, tokens),
    ...(assistContent ? [assistContentRoute(organisation, { includeIneligible, now })] : []),
    knowledgeSearchRoute(organisation),
    ...knowledgeRoutes(organisation, { variationsInListing, now }),
    ...conversationRoutes(organisation, suggestions, (conversation) => player.spoken(conversation)),
    ...assistantRoutes(organisation),
    userRoute(organisation),
  ]
}

function atLeastOne(field: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value
  throw new CuecardError('config.invalid', `${field} must be a whole number of at least 1`, { field })
}
