// The service over parts that a test holds in its hand: who calls is named by the token, answers are what it is told.

import type { Actor, Role } from '../../src/access/actor.ts'
import { parseAdoptionEvent } from '../../src/adoption/adoption-event.ts'
import { InteractionContexts } from '../../src/context/interaction-contexts.ts'
import { type CuecardError, CuecardError as Failure } from '../../src/errors.ts'
import { createService, type Service } from '../../src/http/create-service.ts'
import type { Refused, ServedCuecard, ServiceOptions } from '../../src/http/ports.ts'
import { PushCounts } from '../../src/push/push-counts.ts'
import type { Retrieval } from '../../src/retrieval/retrieval.ts'
import { parseRetrievalRequest } from '../../src/retrieval/retrieval-request.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

export const items = Object.freeze([
  Object.freeze({
    contentId: 'kb-1',
    title: 'Card lost or stolen “abroad”',
    snippet: 'Block the card.',
    url: null,
    contentType: 'article',
    language: 'en',
    tags: ['card'],
    isCompliant: true,
    relevanceScore: 0.5,
    score: 0.7,
    explanation: [{ feature: 'relevance', value: 0.5, weight: 1, contribution: 0.5 }],
    source: 'knowledge-search',
    version: null,
    updatedAt: null,
  }),
])

export const retrieval: Retrieval = {
  retrievalId: 'r-1',
  interactionId: 'c-1',
  items,
  freshness: { status: 'fresh', ageSeconds: 12.9, source: 'knowledge-search' },
  degraded: null,
  complianceFlags: { accessValidated: true, availabilityChecked: true },
  profile: 'tutorial',
  timings: { totalMs: 0, upstreamMs: 0, queuedMs: 0 },
  refused: Object.freeze([
    Object.freeze({ contentId: 'kb-secret', source: 'knowledge-search', reason: 'audience' as const }),
    Object.freeze({ contentId: 'kb-hidden', source: 'knowledge-search', reason: 'audience' as const }),
  ]),
}

export const question = { interactionId: 'c-1', agentId: 'ann', query: 'refund the late fee' }

/** A token is `<role>` or `<role>:<agentId>`. */
export const actorOf = (token: string): Actor => {
  const [role = '', agentId] = token.split(':')
  return { id: token, roles: [role as Role], divisions: [], via: 'api_key', agentId }
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}

const quiet = { info() {}, warn() {}, error() {} }

export const httpConfig: ServiceOptions['config'] = {
  host: '127.0.0.1',
  port: 0,
  maxBodyKilobytes: 64,
  maxConcurrentRequests: 1000,
  maxEventLoopDelayMs: 150,
  requestsPerMinute: 60_000,
  shutdownSeconds: 10,
  corsOrigins: [],
  trustProxy: false,
}

export interface Asked {
  readonly call: string
  readonly args: readonly unknown[]
}

/** Requests are parsed as the real one does; what it answers is `retrieval`, or what `parts` say. */
export function fakeCuecard(parts: Partial<ServedCuecard> = {}) {
  const asked: Asked[] = []
  const refused: Refused[] = []
  const contexts = new InteractionContexts({ clock: new FakeClock(), max: 100, idleMs: 1e6 })
  const cuecard: ServedCuecard = {
    async retrieve(request, options) {
      asked.push({ call: 'retrieve', args: [request, options] })
      parseRetrievalRequest(request)
      return retrieval
    },
    async updateContext(...args) {
      asked.push({ call: 'updateContext', args })
      contexts.update(args[0], args[1] as object)
    },
    async recordAdoption(retrievalId, input, options) {
      asked.push({ call: 'recordAdoption', args: [retrievalId, input, options] })
      const { type, contentId = null } = parseAdoptionEvent(input)
      return { eventId: 'e-1', retrievalId, type, contentId, recordedAt: '2026-01-05T09:00:00.000Z' }
    },
    async article(...args) {
      asked.push({ call: 'article', args })
      throw new Failure('article.unknown', 'There is no such article')
    },
    recordRefusal: (refusal) => refused.push(refusal),
    audit: undefined,
    insights: undefined,
    deliveries: undefined,
    health: async () => ({ genesys: { ok: true, essential: false, message: 'A token is at hand.' } }),
    follow: async () => () => {},
    stats: () => ({
      push: new PushCounts().stats(0),
      genesysCalls: 0,
      quotaRemaining: 300,
      quotaPerMinute: 300,
      cache: { entries: 0, bytes: 0 },
      sources: {},
    }),
    warmUp: async () => {},
    close: async () => {
      asked.push({ call: 'close', args: [] })
    },
    ...parts,
  }
  return { cuecard, asked, refused }
}

export function optionsOf(more: Partial<ServiceOptions> = {}): ServiceOptions {
  let ids = 0
  return {
    cuecard: fakeCuecard().cuecard,
    authenticator: {
      authenticate({ authorization }) {
        const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1]
        if (token === undefined) throw unauthenticated()
        return actorOf(token)
      },
    },
    config: httpConfig,
    logger: quiet,
    clock: new FakeClock(),
    newId: () => `0198f2a0-7d3e-8a4b-9c5d-${String(++ids).padStart(12, '0')}`,
    freshSecondsOf: () => 300,
    ...more,
  }
}

export function unauthenticated(): CuecardError {
  return new Failure('access.unauthenticated', 'The request has no credential')
}

export function fakeService(more: Partial<ServiceOptions> = {}, parts: Partial<ServedCuecard> = {}) {
  const { cuecard, asked, refused } = fakeCuecard(parts)
  const service: Service = createService(optionsOf({ cuecard, ...more }))
  /** Posts JSON, as a desktop's server does. */
  const post = (url: string, payload: unknown, headers: Record<string, string> = bearer('service')) =>
    service.app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      payload: typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
    })
  const get = (url: string, headers: Record<string, string> = bearer('compliance')) =>
    service.app.inject({ method: 'GET', url, headers })
  return { ...service, asked, refused, post, get }
}
