// The audit log, for the compliance officer.
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { entryKinds } from '../../ledger/entry-draft.ts'
import { parseWith, plainText } from '../../retrieval/retrieval-request.ts'
import type { ServiceOptions } from '../ports.ts'
import { HttpRefusal } from '../problems.ts'
import { id, oneOf, ordered, span, whole } from '../query-values.ts'
import {
  checkpointSchema,
  consistencySchema,
  entriesSchema,
  entrySchema,
  erasureSchema,
  inclusionSchema,
  keySchema,
} from '../reply-schemas.ts'
import { callerOf, type Route, recorded, sendJson, wholePathPart } from '../route.ts'

const entriesQuery = ordered(
  z.strictObject({
    ...span,
    kind: oneOf(entryKinds).optional(),
    agentId: id.optional(),
    interactionId: id.optional(),
    retrievalId: id.optional(),
    before: whole(0, Number.MAX_SAFE_INTEGER).optional(),
    limit: whole(1, 200).optional(),
  }),
)

const exportQuery = ordered(z.strictObject({ ...span, format: oneOf(['jsonl', 'csv']).default('jsonl') }))

const personId = plainText(1, 128)
const person = z.union([z.strictObject({ agentId: personId }), z.strictObject({ interactionId: personId })], {
  error: 'must name either an agentId or an interactionId',
})

export function auditRoutes(options: ServiceOptions): readonly Route[] {
  const { cuecard } = options
  const read = (route: Omit<Route, 'method' | 'permission'>): Route => ({
    method: 'GET',
    permission: 'audit.read',
    ...route,
    problems: ['record.off', 'record.unavailable', ...(route.problems ?? [])],
  })
  return [
    read({
      path: '/v1/audit/entries',
      name: 'listAuditEntries',
      summary: 'Entries of the log, newest first, as far back as it is searchable.',
      query: entriesQuery,
      answer: {
        status: 200,
        description: 'A page; `next` is the `before` of the next one.',
        schema: entriesSchema,
      },
      handle: async (request, reply) =>
        sendJson(reply, await recorded(cuecard.audit).entries(parseWith(entriesQuery, request.query))),
    }),
    read({
      path: '/v1/audit/entries/{index}',
      name: 'getAuditEntry',
      summary: 'One entry.',
      answer: { status: 200, description: 'The entry.', schema: entrySchema },
      problems: ['record.not_found'],
      handle: async (request, reply) =>
        sendJson(reply, await recorded(cuecard.audit).entry(wholePathPart(request, 'index'))),
    }),
    read({
      path: '/v1/audit/checkpoint',
      name: 'getCheckpoint',
      summary: 'The newest signed checkpoint (C2SP tlog-checkpoint).',
      answer: { status: 200, description: 'A signed note.', types: ['text/plain'], schema: checkpointSchema },
      handle: async (request, reply) =>
        sendNote(request, reply, 'checkpoint', await recorded(cuecard.audit).checkpoint()),
    }),
    read({
      path: '/v1/audit/key',
      name: 'getVerifierKey',
      summary: "The log's verifier key (C2SP signed-note).",
      answer: { status: 200, description: 'The key.', types: ['text/plain'], schema: keySchema },
      handle: async (request, reply) =>
        sendNote(request, reply, 'key', `${await recorded(cuecard.audit).verifierKey()}\n`),
    }),
    read({
      path: '/v1/audit/proofs/inclusion/{index}',
      name: 'proveInclusion',
      summary: 'That an entry is in the log (RFC 6962, 2.1.1).',
      answer: { status: 200, description: 'The proof.', schema: inclusionSchema },
      problems: ['record.not_found'],
      handle: async (request, reply) =>
        sendJson(reply, await recorded(cuecard.audit).inclusion(wholePathPart(request, 'index'))),
    }),
    read({
      path: '/v1/audit/proofs/consistency/{from}',
      name: 'proveConsistency',
      summary: 'That the log of an earlier size is the beginning of this one (RFC 6962, 2.1.2).',
      answer: { status: 200, description: 'The proof.', schema: consistencySchema },
      problems: ['record.not_found'],
      handle: async (request, reply) =>
        sendJson(reply, await recorded(cuecard.audit).consistency(wholePathPart(request, 'from'))),
    }),
    {
      ...read({
        path: '/v1/audit/export',
        name: 'exportAuditLog',
        summary: 'The log, or a part of it by time, as a stream. Is itself recorded.',
        query: exportQuery,
        answer: {
          status: 200,
          description: 'The export: docs/reference/audit-log.md.',
          types: ['application/x-ndjson', 'text/csv'],
        },
        handle: (request, reply) => exportLog(options, request, reply),
      }),
      permission: 'audit.export',
    },
    {
      method: 'POST',
      path: '/v1/audit/erasures',
      name: 'erasePerson',
      summary:
        'Makes what the log says of an agent or an interaction unreadable for good. Is itself recorded.',
      permission: 'audit.erase',
      body: { schema: person, example: { agentId: '77c2b8a4-0a0a-4a68-9f5e-2f1d3c4b5a69' } },
      answer: { status: 200, description: 'What was destroyed.', schema: erasureSchema },
      problems: ['record.off', 'record.unavailable'],
      handle: async (request, reply) => {
        const whom = parseWith(person, request.body, 'erasure')
        return sendJson(reply, await recorded(cuecard.audit).erase(whom, callerOf(request).id))
      },
    },
  ]
}

/** The note itself, or JSON for who asks for nothing but that. */
function sendNote(request: FastifyRequest, reply: FastifyReply, name: string, note: string): FastifyReply {
  const accepted = request.headers.accept ?? '*/*'
  if (/application\/json/.test(accepted) && !/text\/(plain|\*)|\*\/\*/.test(accepted))
    return sendJson(reply, { [name]: note })
  return reply.type('text/plain; charset=utf-8').send(note)
}

/** Characters that go to the socket in one piece: a line alone would cost more in calls than in bytes. */
const pieceLength = 65_536

async function exportLog(
  { cuecard, exportToCsv }: ServiceOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { format, ...span } = parseWith(exportQuery, request.query)
  if (format === 'csv' && exportToCsv === undefined)
    throw new HttpRefusal('not_found', 'This service makes no CSV; ask for format=jsonl.', {
      field: 'format',
    })
  const ending = new AbortController()
  reply.raw.once('close', () => ending.abort())
  const lines = recorded(cuecard.audit).export(span, callerOf(request).id, { signal: ending.signal })
  const wanted = format === 'csv' && exportToCsv !== undefined ? exportToCsv(lines) : lines
  const pieces = inPieces(wanted)
  // The first piece is made before the head is sent: what keeps an export from starting is still told by a status.
  const first = await pieces.next()
  const name = `cuecard-audit.${format}`
  reply
    .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson')
    .header('content-disposition', `attachment; filename="${name}"`)
  return reply.send(
    Readable.from(startingWith(first, pieces), { objectMode: false, highWaterMark: pieceLength }),
  )
}

async function* startingWith(first: IteratorResult<string>, rest: AsyncIterable<string>) {
  if (first.done) return
  yield first.value
  yield* rest
}

async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<string, void> {
  let piece = ''
  for await (const line of lines) {
    piece += `${line}\n`
    if (piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
