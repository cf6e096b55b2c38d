// The messages to the coaching platform that wait, or were given up.
import { z } from 'zod'
import { parseWith, plainText } from '../../retrieval/retrieval-request.ts'
import type { ServiceOptions } from '../ports.ts'
import { id, oneOf, whole } from '../query-values.ts'
import { deliveriesSchema, replaySchema } from '../reply-schemas.ts'
import { type Route, recorded, sendJson } from '../route.ts'

const listQuery = z.strictObject({
  state: oneOf(['pending', 'dead']).optional(),
  endpoint: id.optional(),
  limit: whole(1, 1000).optional(),
})

const replayBody = z.strictObject({ ids: z.array(plainText(1, 128)).min(1).max(1000).optional() }).default({})

export function deliveryRoutes({ cuecard }: ServiceOptions): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/deliveries',
      name: 'listDeliveries',
      summary: 'The messages that wait, and the dead letters.',
      permission: 'deliveries.read',
      query: listQuery,
      answer: { status: 200, description: 'The messages.', schema: deliveriesSchema },
      problems: ['record.off', 'record.unavailable'],
      async handle(request, reply) {
        const deliveries = await recorded(cuecard.deliveries).list(parseWith(listQuery, request.query))
        return sendJson(reply, { deliveries })
      },
    },
    {
      method: 'POST',
      path: '/v1/deliveries/replay',
      name: 'replayDeliveries',
      summary: 'Sends dead letters again, all or those named, and switches disabled endpoints on.',
      permission: 'deliveries.replay',
      body: { schema: replayBody, example: { ids: ['msg_2KWPBgLlAfxdpx2AI54pPJ85f4W'] }, optional: true },
      answer: { status: 200, description: 'How many are sent again.', schema: replaySchema },
      problems: ['record.off', 'record.unavailable', 'record.not_found'],
      async handle(request, reply) {
        const { ids } = parseWith(replayBody, request.body, 'replay')
        return sendJson(reply, { replayed: await recorded(cuecard.deliveries).replay(ids) })
      },
    },
  ]
}
