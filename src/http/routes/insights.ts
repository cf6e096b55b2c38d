// What the record tells of how well cuecard serves.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseWith } from '../../retrieval/retrieval-request.ts'
import type { ServiceOptions } from '../ports.ts'
import { id, language, oneOf, ordered, span, whole } from '../query-values.ts'
import {
  contentReportSchema,
  gapsReportSchema,
  hygieneReportSchema,
  insightSchemas,
  operationsSchema,
} from '../reply-schemas.ts'
import { type Route, recorded, sendJson } from '../route.ts'

const part = { queue: id.optional(), language: language.optional() }
const grouped = ordered(
  z.strictObject({ ...span, ...part, by: oneOf(['queue', 'language', 'hour', 'day']).optional() }),
)
const listed = ordered(z.strictObject({ ...span, ...part, limit: whole(1, 200).optional() }))

/** The names of HTTP's parameters are those of the record's questions, but for the queue. */
function questionOf<T>(
  schema: z.ZodType<T & { readonly queue?: string | undefined }>,
  request: FastifyRequest,
) {
  const { queue, ...question } = parseWith(schema, request.query)
  return { ...question, queueId: queue }
}

export function insightRoutes({ cuecard }: ServiceOptions): readonly Route[] {
  const figures = (name: 'adoption' | 'latency' | 'freshness', summary: string): Route => ({
    method: 'GET',
    path: `/v1/insights/${name}`,
    name: `${name}Insight`,
    summary,
    permission: 'insight.read',
    query: grouped,
    answer: { status: 200, description: 'Totals, and groups where asked for.', schema: insightSchemas[name] },
    problems: ['record.off', 'record.unavailable'],
    handle: async (request, reply) =>
      sendJson(reply, await recorded(cuecard.insights)[name](questionOf(grouped, request))),
  })
  const list = (name: 'content' | 'gaps' | 'hygiene', summary: string, schema: z.ZodType): Route => ({
    method: 'GET',
    path: `/v1/insights/${name}`,
    name: `${name}Insight`,
    summary,
    permission: 'insight.read',
    query: listed,
    answer: { status: 200, description: 'The longest lists first.', schema },
    problems: ['record.off', 'record.unavailable'],
    handle: async (request, reply) =>
      sendJson(reply, await recorded(cuecard.insights)[name](questionOf(listed, request))),
  })
  return [
    figures('adoption', 'How often what was shown was used, with counts and 95 % intervals.'),
    figures('latency', 'Percentiles of the time from request to reply.'),
    figures('freshness', 'How fresh the answers were, and why some were less than they could be.'),
    list(
      'content',
      'The content used most, and the content that was shown and never used.',
      contentReportSchema,
    ),
    list(
      'gaps',
      'Queries after which nothing was used, and those to which there was no item.',
      gapsReportSchema,
    ),
    list(
      'hygiene',
      'Articles to look after: near-duplicates, never shown, never used, always dismissed.',
      hygieneReportSchema,
    ),
    {
      method: 'GET',
      path: '/v1/insights/operations',
      name: 'operationsInsight',
      summary: "What is left of Genesys's quota, and the breaker of each source; of this process, now.",
      permission: 'insight.read',
      answer: { status: 200, description: 'The state.', schema: operationsSchema },
      handle: (_, reply) => {
        const { genesysCalls, quotaRemaining = null, quotaPerMinute = null, sources } = cuecard.stats()
        const breakers = Object.entries(sources).map(([source, { breaker }]) => ({ source, breaker }))
        return sendJson(reply, {
          genesys: { calls: genesysCalls, quotaRemaining, quotaPerMinute },
          sources: breakers,
        })
      },
    },
  ]
}
