// What every request under /v1 passes before its body is read: load shedding, authentication, rate, permission.
import type { ServerResponse } from 'node:http'
import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import { type Actor, demand, type Permission } from '../access/actor.ts'
import type { Clock } from '../clock.ts'
import { isCuecardError } from '../errors.ts'
import { plainText } from '../retrieval/retrieval-request.ts'
import { LoadShedding } from './load-shedding.ts'
import type { ServiceOptions } from './ports.ts'
import { HttpRefusal } from './problems.ts'
import { RateLimit } from './rate-limit.ts'
import { RefusalLog } from './refusal-log.ts'
import { pathPart } from './route.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    permission?: Permission
    /** What the record calls a refused request. */
    action?: string
  }
}

export interface Gate {
  /** The replies that are under way. */
  readonly running: ReadonlySet<ServerResponse>
  /** The hook that stands before a route; a long reply is not one of those under way. */
  before(permission: Permission, isLong?: boolean): onRequestHookHandler
  /** Records an error that denies something; any other is none of its business. */
  noteRefusal(request: FastifyRequest, error: unknown): void
  close(): void
}

export function gateOf(options: ServiceOptions & { readonly clock: Clock }): Gate {
  const { authenticator, clock, config } = options
  const rate = new RateLimit(clock, config.requestsPerMinute)
  const refusals = new RefusalLog(options)
  const shedding = new LoadShedding({
    clock,
    maxRequests: config.maxConcurrentRequests,
    maxDelayMs: config.maxEventLoopDelayMs,
  })
  shedding.start()
  const running = new Set<ServerResponse>()
  // One function for all replies.
  function leave(this: ServerResponse) {
    running.delete(this)
  }

  return {
    running,
    before: (permission, isLong) => (request, reply, done) => {
      const overload = shedding.refusal(running.size)
      if (overload !== undefined) return done(new HttpRefusal('overloaded', overload))
      if (!isLong) {
        running.add(reply.raw)
        reply.raw.once('close', leave)
      }
      const admit = (actor: Actor) => done(whatForbids(request, actor, permission, rate))
      let actor: Actor | Promise<Actor>
      try {
        actor = authenticator.authenticate(request.raw.headers)
      } catch (error) {
        return done(error as Error)
      }
      if (actor instanceof Promise) actor.then(admit, done)
      else admit(actor)
    },
    noteRefusal(request, error) {
      if (!isCuecardError(error, 'access.unauthenticated') && !isCuecardError(error, 'access.denied')) return
      refusals.record({
        action: request.routeOptions.config.action ?? 'unknown',
        code: error.code,
        ...(request.actor !== null && { actor: request.actor }),
        ...peopleOf(request),
      })
    },
    close() {
      shedding.stop()
      refusals.flush()
    },
  }
}

/** Undefined where nothing does. */
function whatForbids(
  request: FastifyRequest,
  actor: Actor,
  permission: Permission,
  rate: RateLimit,
): Error | undefined {
  request.actor = actor
  try {
    rate.take(actor.id)
    demand(actor, permission)
    return undefined
  } catch (error) {
    return error as Error
  }
}

const personId = plainText(1, 128)

/** Whom a request is about, as far as it came to say so. */
function peopleOf(request: FastifyRequest): { agentId?: string; interactionId?: string } {
  const body = (request.body ?? {}) as { readonly agentId?: unknown; readonly interactionId?: unknown }
  const named = {
    agentId: body.agentId,
    interactionId: request.url.startsWith('/v1/interactions/') ? pathPart(request, 'id') : body.interactionId,
  }
  // In the spelling under which a person is erased.
  return Object.fromEntries(
    Object.entries(named)
      .map(([name, id]) => [name, personId.safeParse(id).data])
      .filter(([, id]) => id !== undefined),
  )
}
