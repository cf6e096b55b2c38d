// One route: how it is asked, who may ask, what it answers. The service and its OpenAPI document are made from these.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Actor, Permission } from '../access/actor.ts'
import { CuecardError } from '../errors.ts'
import type { ProblemCode } from './problems.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; null on routes that are open to anyone. */
    actor: Actor | null
    /** W3C Trace Context: what happens here on the request's behalf. */
    traceparent: string
  }
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As OpenAPI writes it: `/v1/interactions/{id}/context`. */
  readonly path: string
  /** Of the operation, in camel case. */
  readonly name: string
  readonly summary: string
  /** Who may ask; absent: anyone, without a credential. */
  readonly permission?: Permission
  /** What the record calls it when it refuses someone; without it the permission. */
  readonly action?: string
  readonly query?: z.ZodType
  readonly headers?: Readonly<Record<string, string>>
  readonly optionalHeaders?: Readonly<Record<string, string>>
  /** Its reply goes on for long, and counts for none of the requests that are under way. */
  readonly isLong?: true
  readonly body?: { readonly schema: z.ZodType; readonly example: unknown; readonly optional?: true }
  /** The good answer. */
  readonly answer: {
    readonly status: 200 | 201 | 204
    readonly description: string
    /** The same content with another status, and what that says. */
    readonly or?: { readonly status: 503; readonly description: string }
    /** Media types other than JSON. */
    readonly types?: readonly string[]
    readonly schema?: z.ZodType
  }
  /** Beside those that its permission, its body and its query imply. */
  readonly problems?: readonly ProblemCode[]
  handle(request: FastifyRequest, reply: FastifyReply): unknown
}

/** The caller of a route that has a permission. */
export function callerOf({ actor }: FastifyRequest): Actor {
  if (actor === null) throw new Error('a route with a permission was reached without a caller')
  return actor
}

/** A part of the path. */
export function pathPart(request: FastifyRequest, name: string): string {
  return (request.params as Readonly<Record<string, string>>)[name] ?? ''
}

/** @throws CuecardError `request.invalid`. */
export function wholePathPart(request: FastifyRequest, name: string): number {
  const text = pathPart(request, name)
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new CuecardError('request.invalid', `${name}: must be a whole number`, { field: name })
}

/** The part of the record that a route needs. @throws CuecardError `record.off`. */
export function recorded<T>(part: T | undefined): T {
  if (part !== undefined) return part
  throw new CuecardError('record.off', 'No database is configured, so nothing is recorded')
}

/** Sends JSON. */
export function sendJson(reply: FastifyReply, value: unknown, status = 200): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(value))
}
