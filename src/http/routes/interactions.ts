// What is new about an interaction: its context, and what is said in it.
import { contextUpdateSchema, utteranceSchema } from '../../context/context-update.ts'
import { parseWith } from '../../retrieval/retrieval-request.ts'
import type { ServiceOptions } from '../ports.ts'
import { callerOf, pathPart, type Route } from '../route.ts'

export function interactionRoutes({ cuecard }: ServiceOptions): readonly Route[] {
  return [
    {
      method: 'PUT',
      path: '/v1/interactions/{id}/context',
      name: 'updateContext',
      summary: 'Tells what is new about an interaction; each field given replaces what was known.',
      permission: 'context.update',
      body: { schema: contextUpdateSchema, example: { tags: ['card', 'travel'], language: 'en-GB' } },
      answer: { status: 204, description: 'The next retrieval ranks by it.' },
      problems: ['closed'],
      async handle(request, reply) {
        await cuecard.updateContext(pathPart(request, 'id'), request.body, { actor: callerOf(request) })
        return reply.code(204).send()
      },
    },
    {
      method: 'POST',
      path: '/v1/interactions/{id}/utterances',
      name: 'addUtterance',
      summary: 'Adds one turn of the conversation.',
      permission: 'context.update',
      body: {
        schema: utteranceSchema,
        example: { speaker: 'customer', text: 'my card was stolen abroad', utteranceId: 'turn-12' },
      },
      answer: { status: 204, description: 'The next retrieval ranks by it.' },
      problems: ['closed'],
      async handle(request, reply) {
        const id = pathPart(request, 'id')
        const actor = callerOf(request)
        const utterance = parseWith(utteranceSchema, request.body, 'utterance')
        await cuecard.updateContext(id, { utterance }, { actor })
        return reply.code(204).send()
      },
    },
  ]
}
