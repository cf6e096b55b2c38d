// Notifications of a simulated organisation, and everything that came over their sockets.
import type { Conversation } from '../../src/articles/article.ts'
import { InteractionContexts } from '../../src/context/interaction-contexts.ts'
import { GenesysClient } from '../../src/genesys/genesys-client.ts'
import { channelCalls } from '../../src/notifications/channel-calls.ts'
import type { OpenSocket } from '../../src/notifications/socket.ts'
import { type NotificationSettings, startNotifications } from '../../src/notifications/start-notifications.ts'
import { ClientCredentials } from '../../src/oauth/client-credentials.ts'
import { QuotaBudget } from '../../src/quota/quota-budget.ts'
import { seededRandom } from '../../src/random.ts'
import { Secret } from '../../src/secret.ts'
import { createSimulator, type SimulatorOptions } from '../../src/simulator/index.ts'
import { PushedSuggestions } from '../../src/sources/pushed-suggestions.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { articles, conversations } from '../simulator/sample-organisation.ts'

export const hour = 3_600_000
const url = 'http://127.0.0.1'

export function startFollowing({
  settings = {},
  simulator: options = {},
}: {
  settings?: Partial<NotificationSettings>
  simulator?: Partial<SimulatorOptions>
} = {}) {
  const clock = new FakeClock()
  const random = seededRandom(7)
  const simulator = createSimulator({ articles, conversations, clock, ...options })
  const transport = simulator.transport()
  const tokens = new ClientCredentials({
    loginUrl: url,
    clientId: 'simulator',
    clientSecret: new Secret('simulator-secret'),
    transport,
    clock,
  })
  const quota = new QuotaBudget({ clock, perMinute: 300 })
  const client = new GenesysClient({ apiUrl: url, transport, tokens, quota, clock })
  const contexts = new InteractionContexts({ clock, max: 10_000, idleMs: 4 * hour })
  const pushed = new PushedSuggestions({ max: 10_000 })
  /** What came, by the name of its topic; and what was told. */
  const came: { readonly topicName: string; readonly eventBody: unknown }[] = []
  const told = {
    notices: [] as string[],
    changed: [] as string[],
    suggested: [] as string[],
    ended: [] as string[],
    agents: [] as (readonly [string, readonly string[]])[],
    lags: [] as number[],
  }
  const sockets = simulator.sockets()
  let deliver = (_topicName: string, _eventBody: unknown) => {}
  const open: OpenSocket = (address, events) => {
    deliver = (topicName, eventBody) => events.message(JSON.stringify({ topicName, eventBody }))
    return sockets(address, {
      ...events,
      message(text) {
        came.push(JSON.parse(text))
        events.message(text)
      },
    })
  }
  const notifications = startNotifications(
    { agentIds: [], queueIds: [], maxChannels: 20, idleMs: 4 * hour, ...settings },
    {
      clock,
      random,
      calls: channelCalls({ client, clock }),
      open,
      contexts,
      pushed,
      takesPart: (id, agents) => told.agents.push([id, agents]),
      onChanged: (id) => told.changed.push(id),
      onSuggested: (id) => told.suggested.push(id),
      onEnd(id) {
        told.ended.push(id)
        contexts.end(id)
      },
      onLag: (seconds) => told.lags.push(seconds),
      onNotice: (notice) => told.notices.push(notice),
    },
  )
  const turns = (id: string) => contexts.get(id)?.turns ?? []
  const close = () => {
    notifications.close()
    tokens.close()
    simulator.stopPlaying()
  }
  return {
    clock,
    simulator,
    notifications,
    contexts,
    came,
    told,
    turns,
    /** Over the newest connection. */
    deliver: (topicName: string, eventBody: unknown) => deliver(topicName, eventBody),
    close,
  }
}

/** A conversation whose turns say where they stand. */
export function conversationOf(id: string, wordsOfTurns: readonly number[]): Conversation {
  return {
    id,
    turns: wordsOfTurns.map((words, turn) => ({
      speaker: turn % 3 === 0 ? 'agent' : 'customer',
      text: [`turn ${turn}`, ...Array<string>(words).fill('and')].join(' '),
    })),
    events: [],
    tags: [],
    entityIds: [],
  }
}

/** Milliseconds that the turns of a conversation take to be spoken. */
export function lengthOf({ turns }: Conversation): number {
  return turns.reduce((sum, { text }) => sum + text.split(' ').length * 400 + 1000, 0)
}
