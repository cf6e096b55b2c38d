// Retrievals, and what agents did with them.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { adoptionEventSchema } from '../../adoption/adoption-event.ts'
import type { Retrieval } from '../../retrieval/retrieval.ts'
import { retrievalRequestSchema } from '../../retrieval/retrieval-request.ts'
import { cacheStatusOf } from '../cache-status.ts'
import { encodeRetrieval } from '../encode-retrieval.ts'
import { idempotencyKeyOf } from '../idempotency-key.ts'
import type { ServiceOptions } from '../ports.ts'
import { ReplyBatch } from '../reply-batch.ts'
import { articleSchema, receiptSchema, retrievalSchema } from '../reply-schemas.ts'
import { callerOf, pathPart, type Route, sendJson } from '../route.ts'
import { securityHeaderList } from '../security-headers.ts'

export function retrievalRoutes(options: ServiceOptions): readonly Route[] {
  const { cuecard } = options
  return [
    {
      method: 'POST',
      path: '/v1/retrievals',
      name: 'retrieve',
      summary: 'Ranked knowledge for an interaction, within the latency budget.',
      permission: 'retrieve',
      body: {
        schema: retrievalRequestSchema,
        example: {
          interactionId: 'a5a1f8a2-5c8e-4e0c-9a44-0a7f6f3f2d11',
          agentId: '77c2b8a4-0a0a-4a68-9f5e-2f1d3c4b5a69',
          query: 'my card was stolen abroad',
          contextTags: ['card'],
        },
      },
      answer: { status: 200, description: 'The ranked items and their reasons.', schema: retrievalSchema },
      problems: ['record.unavailable', 'record.overloaded', 'closed'],
      handle: retrievalHandler(options),
    },
    {
      method: 'POST',
      path: '/v1/retrievals/{id}/events',
      name: 'recordAdoption',
      summary: 'What the agent did with an item, or how the interaction ended.',
      permission: 'adoption.record',
      headers: {
        'Idempotency-Key': 'A new one for each event; the same one when it is repeated, within 24 hours.',
      },
      body: { schema: adoptionEventSchema, example: { type: 'inserted', contentId: 'kb-card-lost' } },
      answer: {
        status: 201,
        description: 'The event is recorded. The same answer when the same key comes again.',
        schema: receiptSchema,
      },
      problems: [
        'retrieval.unknown',
        'adoption.not_shown',
        'idempotency.conflict',
        'record.off',
        'record.unavailable',
        'record.overloaded',
        'closed',
      ],
      async handle(request, reply) {
        const idempotencyKey = idempotencyKeyOf(request.headers['idempotency-key'])
        const actor = callerOf(request)
        const id = pathPart(request, 'id')
        return sendJson(reply, await cuecard.recordAdoption(id, request.body, { idempotencyKey, actor }), 201)
      },
    },
    {
      method: 'GET',
      path: '/v1/retrievals/{id}/articles/{contentId}',
      name: 'openArticle',
      summary: 'The whole article of an item that the retrieval showed; recorded as opened, once.',
      permission: 'adoption.record',
      answer: { status: 200, description: 'The article, as plain text.', schema: articleSchema },
      problems: [
        'article.unknown',
        'retrieval.unknown',
        'record.off',
        'record.unavailable',
        'record.overloaded',
        'closed',
      ],
      async handle(request, reply) {
        const actor = callerOf(request)
        const [id, contentId] = [pathPart(request, 'id'), pathPart(request, 'contentId')]
        return sendJson(reply, await cuecard.article(id, contentId, { actor }))
      },
    },
  ]
}

/**
 * The hot path. The reply goes to node:http at once, past fastify's own: the bytes are made, the headers are known, and
 * nothing else wants to see them. No signal is passed on: the answer comes within the latency budget anyway.
 */
function retrievalHandler({ cuecard, freshSecondsOf }: ServiceOptions) {
  const batch = new ReplyBatch()
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const actor = callerOf(request)
    cuecard.retrieve(request.body, { actor, traceparent: request.traceparent }).then(
      (retrieval) => {
        const body = encodeRetrieval(retrieval, !actor.roles.includes('service'))
        reply.hijack()
        const headers = headersOf(retrieval, body.length, request, freshSecondsOf)
        batch.add({ response: reply.raw, headers, body })
      },
      (error) => reply.send(error),
    )
  }
}

function headersOf(
  retrieval: Retrieval,
  length: number,
  request: FastifyRequest,
  freshSecondsOf: ServiceOptions['freshSecondsOf'],
): string[] {
  const { ageSeconds } = retrieval.freshness
  const { totalMs, upstreamMs, queuedMs } = retrieval.timings
  const headers = [
    'content-type',
    'application/json; charset=utf-8',
    'content-length',
    String(length),
    'cache-status',
    cacheStatusOf(retrieval, freshSecondsOf),
    'server-timing',
    `total;dur=${tenths(totalMs)}, upstream;dur=${tenths(upstreamMs)}, queue;dur=${tenths(queuedMs)}`,
    'x-request-id',
    request.id,
    'traceparent',
    request.traceparent,
    ...securityHeaderList,
  ]
  if (ageSeconds !== null) headers.push('age', String(Math.floor(ageSeconds)))
  return headers
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}
