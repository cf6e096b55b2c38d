// Who is signed in, and how a link becomes a session: what the pages ask.
import { z } from 'zod'
import { systemClock } from '../../clock.ts'
import { parseWith } from '../../retrieval/retrieval-request.ts'
import type { ServiceOptions } from '../ports.ts'
import { HttpRefusal } from '../problems.ts'
import { RateLimit } from '../rate-limit.ts'
import { sessionSchema, signedInSchema } from '../reply-schemas.ts'
import { callerOf, type Route, sendJson } from '../route.ts'

const signIn = z.strictObject({ code: z.string().min(1).max(128) })

/** Sign-ins a minute, of everyone together: a floor that comes to work, and no more guesses than that. */
const signInsPerMinute = 600

export function sessionRoutes({ sessions, clock = systemClock }: ServiceOptions): readonly Route[] {
  const rate = new RateLimit(clock, signInsPerMinute)
  return [
    {
      method: 'POST',
      path: '/v1/sessions',
      name: 'signIn',
      summary: 'Signs in by the code of a one-time link.',
      action: 'session.open',
      body: { schema: signIn, example: { code: 'oZ1q…' } },
      answer: {
        status: 201,
        description: 'The token to send as a Bearer credential.',
        schema: signedInSchema,
      },
      problems: ['access.unauthenticated', 'not_found', 'rate.limited'],
      handle(request, reply) {
        if (sessions === undefined)
          throw new HttpRefusal('not_found', 'Nobody signs in by a link at this service.')
        rate.take('sign-in')
        const { token, expiresAt, actor } = sessions.open(parseWith(signIn, request.body).code)
        const body = {
          token,
          expiresAt: new Date(expiresAt).toISOString(),
          roles: actor.roles,
          agentId: actor.agentId ?? null,
        }
        return sendJson(reply, body, 201)
      },
    },
    {
      method: 'GET',
      path: '/v1/session',
      name: 'session',
      summary: 'Who the credential belongs to.',
      permission: 'session.read',
      answer: { status: 200, description: 'Its owner.', schema: sessionSchema },
      handle(request, reply) {
        const { id, roles, agentId = null, via } = callerOf(request)
        return sendJson(reply, { id, roles, agentId, via })
      },
    },
    {
      method: 'DELETE',
      path: '/v1/session',
      name: 'signOut',
      summary:
        'Ends the session whose token the request bears; any other credential ends where it was issued.',
      permission: 'session.read',
      answer: { status: 204, description: 'The token is a credential no more, if it was one of a session.' },
      handle(request, reply) {
        const token = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
        if (token !== undefined && callerOf(request).via === 'session') sessions?.end(token)
        return reply.code(204).send()
      },
    },
  ]
}
