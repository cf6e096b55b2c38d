// The stream of an interaction: ranked items as they change, without being asked for.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { CuecardError } from '../../errors.ts'
import type { Follower } from '../../push/stream.ts'
import { languageTag, parseWith, plainText } from '../../retrieval/retrieval-request.ts'
import { encodeRetrieval } from '../encode-retrieval.ts'
import { EventStream } from '../event-stream.ts'
import type { ServiceOptions } from '../ports.ts'
import { whole } from '../query-values.ts'
import { callerOf, pathPart, type Route } from '../route.ts'
import { securityHeaderList } from '../security-headers.ts'
import type { Operations } from './operations.ts'

const streamQuery = z.strictObject({
  agentId: plainText(1, 128),
  language: languageTag.optional(),
  maxResults: whole(1, 50).optional(),
})

export function streamRoutes(
  options: ServiceOptions,
  operations: Pick<Operations, 'isEnding' | 'endings'>,
): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/interactions/{id}/stream',
      name: 'followInteraction',
      summary:
        'Ranked knowledge for an interaction as server-sent events, anew with each turn of the customer.',
      permission: 'retrieve',
      isLong: true,
      query: streamQuery,
      optionalHeaders: {
        'Last-Event-ID': 'The id of the event that was read last: what followed it comes first.',
      },
      answer: {
        status: 200,
        description:
          'Events `retrieval`, whose data is the reply of `POST /v1/retrievals`, each in the place of the one before; and at the end one event `end`, whose data is `{"reason"}`: `interaction_ended`, `access_ended`, `renew` or `closing`.',
        types: ['text/event-stream'],
      },
      problems: ['stream.full', 'closed'],
      handle: (request, reply) => follow(options, operations, request, reply),
    },
  ]
}

async function follow(
  { cuecard }: ServiceOptions,
  { isEnding, endings }: Pick<Operations, 'isEnding' | 'endings'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (isEnding()) throw new CuecardError('closed', 'The service is ending')
  const actor = callerOf(request)
  const { id, headers, traceparent } = request
  const follower = followerOf(
    new EventStream(reply.raw, ['x-request-id', id, 'traceparent', traceparent, ...securityHeaderList], () =>
      reply.hijack(),
    ),
    !actor.roles.includes('service'),
  )
  let isGone = false
  let leave = () => {}
  const end = () => follower.end('closing')
  reply.raw.once('close', () => {
    isGone = true
    endings.delete(end)
    leave()
  })
  const asked = { interactionId: pathPart(request, 'id'), ...parseWith(streamQuery, request.query) }
  const lastEventId = headers['last-event-id']?.toString()
  leave = await cuecard.follow(asked, follower, { actor, lastEventId })
  if (isGone) leave()
  else endings.add(end)
  follower.open()
  return reply
}

function followerOf(events: EventStream, countsOnly: boolean): Follower & { open(): void } {
  return {
    open: () => events.open(),
    answer: (retrieval, eventId) => events.send('retrieval', encodeRetrieval(retrieval, countsOnly), eventId),
    beat: () => events.beat(),
    end(reason) {
      events.send('end', Buffer.from(JSON.stringify({ reason })))
      events.end()
    },
  }
}
