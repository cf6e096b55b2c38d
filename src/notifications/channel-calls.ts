// The calls that notification channels take. They come after what an agent waits for.
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import type { GenesysClient } from '../genesys/genesys-client.ts'
import type { SourceCall } from '../retrieval/content-source.ts'

export interface ChannelCalls {
  /** @throws CuecardError as {@link GenesysClient.call}. */
  create(): Promise<{ readonly id: string; readonly address: string }>
  /** Sets the topics of a channel, or adds to them; its 24 hours begin anew. Returns those that were refused. */
  subscribe(id: string, topics: readonly string[], way: 'replace' | 'add'): Promise<readonly string[]>
}

/** A call may wait for the quota, and then for Genesys. */
const patienceMs = 15_000
const scope = 'notifications'

const channel = z.object({ id: z.string().min(1).max(256), connectUri: z.string() })
const listing = z.object({
  entities: z.array(z.object({ id: z.string(), state: z.string().nullish() })).nullish(),
})

export function channelCalls({ client, clock }: { client: GenesysClient; clock: Clock }): ChannelCalls {
  const call = (): SourceCall => ({ deadline: clock.now() + patienceMs, priority: 'prefetch' })
  const channels = '/api/v2/notifications/channels'
  return {
    async create() {
      const doing = 'opening a notification channel'
      const { value } = await client.call(
        { doing, method: 'POST', path: channels, answer: channel, scope },
        call(),
      )
      return { id: value.id, address: safeAddress(value.connectUri) }
    },
    async subscribe(id, topics, way) {
      const { value } = await client.call(
        {
          doing: 'subscribing to notifications',
          method: way === 'replace' ? 'PUT' : 'POST',
          // One topic that is not permitted must not cost the others.
          path: `${channels}/${encodeURIComponent(id)}/subscriptions?ignoreErrors=true`,
          body: topics.map((topic) => ({ id: topic })),
          answer: listing,
          scope,
        },
        call(),
      )
      return (value.entities ?? []).flatMap((topic) => (topic.state === 'Rejected' ? topic.id : []))
    },
  }
}

/** What is said in a conversation travels over it: it is encrypted, unless it stays on this machine. */
function safeAddress(address: string): string {
  const url = URL.parse(address)
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '')
  if (url?.protocol === 'wss:' || (url?.protocol === 'ws:' && isLocal)) return address
  throw new CuecardError(
    'genesys.malformed',
    "Genesys's answer to opening a notification channel has no encrypted address",
  )
}
