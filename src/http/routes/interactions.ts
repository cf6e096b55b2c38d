// What is new about an interaction: its context, and what is said in it.
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { contextUpdateSchema } from '../../context/interaction-contexts.ts'
import { mustBe, parseWith, plainText, spokenText } from '../../retrieval/retrieval-request.ts'
import type { ServiceOptions } from '../ports.ts'
import { callerOf, pathPart, type Route } from '../route.ts'

const utteranceSchema = z.strictObject({
  speaker: z.enum(['customer', 'agent'], { error: mustBe('customer or agent') }),
  text: spokenText,
  /** Of the transcript: one that comes again is not added again. */
  utteranceId: plainText(1, 128).optional(),
})

/** Utterances whose ids are remembered. */
const utterancesKept = 20_000

export function interactionRoutes({ cuecard }: ServiceOptions): readonly Route[] {
  const known = new LRUCache<string, true>({ max: utterancesKept })
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
        const { utteranceId, ...utterance } = parseWith(utteranceSchema, request.body, 'utterance')
        // By caller too: another one must not keep an utterance out by naming it first.
        const key = utteranceId && JSON.stringify([actor.id, id, utteranceId])
        if (key === undefined || !known.has(key)) await cuecard.updateContext(id, { utterance }, { actor })
        if (key !== undefined) known.set(key, true)
        return reply.code(204).send()
      },
    },
  ]
}
