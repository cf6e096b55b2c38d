// The endpoints of notification channels, and the address that their WebSockets connect to.
import { z } from 'zod'
import type { NotificationHub } from './notification-hub.ts'
import { readBody } from './read-request.ts'
import type { Call, Reply, Route } from './route.ts'

const channels = '/api/v2/notifications/channels'
const scope = 'notifications'

const topicsRequest = z.array(z.object({ id: z.string() }))

export function notificationRoutes(hub: NotificationHub): Route[] {
  const idOf = ({ params }: Call) => params.channelId ?? ''
  const listing = (call: Call, topics: readonly string[]): Reply => {
    const entities = topics.map((id) => ({
      id,
      state: 'Permitted',
      selfUri: `${channels}/${idOf(call)}/subscriptions/${id}`,
    }))
    return { status: 200, body: { entities } }
  }
  const subscriptions = (method: Route['method'], handle: Route['handle']): Route => ({
    operation: 'notification-subscriptions',
    method,
    path: `${channels}/{channelId}/subscriptions`,
    scope,
    handle,
  })
  const subscribe = (call: Call, isReplacing: boolean) => {
    const topics = readBody(call, topicsRequest).map(({ id }) => id)
    return listing(call, hub.subscribe(idOf(call), topics, isReplacing))
  }
  return [
    {
      operation: 'notification-channels',
      method: 'POST',
      path: channels,
      scope,
      handle: (call) => ({ status: 200, body: withAddress(call, hub.create()) }),
    },
    {
      operation: 'notification-channels',
      method: 'GET',
      path: channels,
      scope,
      handle: (call) => ({
        status: 200,
        body: { entities: hub.list().map((channel) => withAddress(call, channel)) },
      }),
    },
    subscriptions('GET', (call) => listing(call, hub.topics(idOf(call)))),
    subscriptions('POST', (call) => subscribe(call, false)),
    subscriptions('PUT', (call) => subscribe(call, true)),
    subscriptions('DELETE', (call) => {
      hub.subscribe(idOf(call), [], true)
      return { status: 200 }
    }),
    {
      operation: 'notification-socket',
      method: 'GET',
      path: '/channels/{channelId}',
      handle(call) {
        hub.demand(idOf(call))
        return { status: 101 }
      },
    },
  ]
}

/** At the host that the client speaks to: there is no other. */
function withAddress({ headers }: Call, channel: { readonly id: string }): object {
  const host = typeof headers.host === 'string' ? headers.host : 'localhost'
  return { ...channel, connectUri: `ws://${host}/channels/${channel.id}` }
}
