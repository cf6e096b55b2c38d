// The HTTP service without its socket: fastify with the routes, the gate before them, and what answers when one fails.

import type { IncomingMessage, ServerResponse } from 'node:http'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Clock, systemClock } from '../clock.ts'
import { isCuecardError } from '../errors.ts'
import { idSource } from '../ids.ts'
import { answerBrokenRequest, answerConnect } from './answer-broken-request.ts'
import { answerCors } from './cors.ts'
import { type Gate, gateOf } from './gate.ts'
import { openApiOf } from './open-api.ts'
import { addPages, isPagePath, type Pages } from './pages.ts'
import { parseBody } from './parse-body.ts'
import type { ServiceOptions } from './ports.ts'
import { HttpRefusal, problemOf } from './problems.ts'
import { requestIdOf } from './request-id.ts'
import type { Route } from './route.ts'
import { routesOf } from './routes.ts'
import { securityHeaders } from './security-headers.ts'
import { traceparentOf } from './traceparent.ts'

/** A service that answers by injection, and over the socket of `app.server` once that listens. */
export interface Service {
  readonly app: FastifyInstance
  readonly routes: readonly Route[]
  /** The replies that are under way. */
  readonly running: ReadonlySet<ServerResponse>
  /** From now on it is not ready, and every reply is the last one of its connection. */
  end(): void
}

const maxHeaderBytes = 16_384

export function createService(options: ServiceOptions): Service {
  const clock = options.clock ?? systemClock
  const newId = options.newId ?? idSource()
  let isEnding = false
  const endings = new Set<() => void>()
  const app = newApp(options, newId)
  const gate = gateOf({ ...options, clock })
  const routes: readonly Route[] = routesOf(options, {
    clock,
    isEnding: () => isEnding,
    endings,
    openApi: () => openApi,
  })
  const openApi = JSON.stringify(openApiOf(routes, '1'))
  for (const route of routes) addRoute(app, route, gate)
  if (options.pages) addPages(app, options.pages)
  app.setErrorHandler((error, request, reply) => {
    gate.noteRefusal(request, error)
    return sendProblem(reply, error, request, options)
  })
  observe(app, options, clock)
  const origins = new Set(options.config.corsOrigins)
  app.addHook('onRequest', (request, reply, done) => {
    beginTrace(request, newId)
    if (origins.size > 0 && answerCors(origins, request, reply)) return
    done(faultOf(request, routes, options.pages))
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    setCommonHeaders(reply, request)
    done(null, payload)
  })
  app.addHook('onClose', () => gate.close())
  return {
    app,
    routes,
    running: gate.running,
    end() {
      isEnding = true
      for (const end of endings) end()
      for (const response of gate.running) response.shouldKeepAlive = false
      app.server.prependListener('request', (_: IncomingMessage, response: ServerResponse) => {
        response.shouldKeepAlive = false
      })
    },
  }
}

function newApp(options: ServiceOptions, newId: () => string): FastifyInstance {
  const app = Fastify({
    bodyLimit: options.config.maxBodyKilobytes * 1024,
    trustProxy: options.config.trustProxy,
    logger: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    exposeHeadRoutes: false,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id'], newId),
    // For all of a request, and for its head; slower ones hold a connection for nothing.
    requestTimeout: 30_000,
    http: {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: 10_000,
      connectionsCheckingInterval: 2000,
      // Two credentials are none: of two headers Node would silently take the first, and a proxy perhaps the last.
      joinDuplicateHeaders: true,
      // Refused below, as a problem.
      requireHostHeader: false,
    },
    // Longer than load balancers keep a connection, so that none is closed under a request that is just being sent.
    keepAliveTimeout: 65_000,
    // Without a byte in either direction.
    connectionTimeout: 120_000,
    routerOptions: { maxParamLength: 1024 },
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, newId),
    // No hook is run for these.
    frameworkErrors(error, request, reply) {
      beginTrace(request, newId)
      sendProblem(setCommonHeaders(reply, request), error, request, options)
    },
  })
  app.server.on('connect', (request, socket) => answerConnect(request, socket, newId))
  // An expectation that node:http does not know is refused below, too.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  app.decorateRequest('actor', null)
  app.decorateRequest('traceparent', '')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    try {
      done(null, parseBody(bytes as Buffer, request.headers))
    } catch (error) {
      done(error as HttpRefusal, undefined)
    }
  })
  return app
}

/** No route has a JSON schema of fastify's: its compilers, half of its modules, are not loaded. */
function noSchemas(): never {
  throw new Error('zod reads the requests, and no route has a JSON schema')
}

function addRoute(app: FastifyInstance, route: Route, gate: Gate): void {
  const { method, path, permission, action = permission, isLong = false } = route
  app.route({
    method: permission === undefined && method === 'GET' ? [method, 'HEAD'] : method,
    url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
    handler: route.handle,
    config: action === undefined ? {} : { action },
    ...(permission !== undefined && { onRequest: gate.before(permission, isLong) }),
  })
}

function beginTrace(request: FastifyRequest, newId: () => string): void {
  const { headers, id } = request
  // The request's own id names the trace too, unless the caller chose it.
  request.traceparent = traceparentOf(headers.traceparent, headers['x-request-id'] === id ? newId() : id)
}

function setCommonHeaders(reply: FastifyReply, { id, protocol, traceparent }: FastifyRequest): FastifyReply {
  if (protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000')
  // A page has headers of its own.
  if (!reply.hasHeader('content-security-policy')) reply.headers(securityHeaders)
  return reply.header('x-request-id', id).header('traceparent', traceparent)
}

/** What is wrong with the head of a request, whoever sent it; undefined where nothing is. */
function faultOf(
  request: FastifyRequest,
  routes: readonly Route[],
  pages: Pages | undefined,
): HttpRefusal | undefined {
  const { host, expect } = request.headers
  // RFC 9112, 3.2: exactly one. Node joins several with a comma, which no host has.
  if ((host === undefined && request.raw.httpVersion === '1.1') || host?.includes(','))
    return new HttpRefusal(
      'request.malformed',
      `The request has ${host === undefined ? 'no' : 'more than one'} Host header.`,
      { headers: { connection: 'close' } },
    )
  if (expect !== undefined && !/^100-continue$/i.test(expect))
    return new HttpRefusal('expectation.failed', 'Nothing but 100-continue may be expected of this service.')
  return request.is404 ? noSuchRoute(request, routes, pages) : undefined
}

/** @returns what is wrong: the path, or just the method. */
function noSuchRoute(
  { method, url }: FastifyRequest,
  routes: readonly Route[],
  pages: Pages | undefined,
): HttpRefusal {
  const path = url.split('?', 1)[0] ?? ''
  const methods: string[] = routes.filter((route) => matches(route, path)).map((route) => route.method)
  if (pages !== undefined && isPagePath(pages, path)) methods.push('GET', 'HEAD')
  if (methods.length === 0) return new HttpRefusal('not_found', 'There is no such resource.')
  const open = routes.some(
    (route) => matches(route, path) && route.permission === undefined && route.method === 'GET',
  )
  const allow = [...methods, ...(open ? ['HEAD'] : [])].join(', ')
  return new HttpRefusal('method_not_allowed', `${method} is not possible here; ${allow} is.`, {
    headers: { allow },
  })
}

function matches({ path }: Route, asked: string): boolean {
  const parts = path.split('/')
  const askedParts = asked.split('/')
  return (
    parts.length === askedParts.length &&
    parts.every((part, index) =>
      part.startsWith('{') ? askedParts[index] !== '' : part === askedParts[index],
    )
  )
}

function sendProblem(
  reply: FastifyReply,
  error: unknown,
  request: FastifyRequest,
  { logger }: ServiceOptions,
): FastifyReply {
  const { status, headers, body } = problemOf(fromFastify(error), request.id)
  if (status === 500)
    logger.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'a request failed')
  return reply.code(status).headers(headers).send(body)
}

/** What fastify itself refuses, in our words. */
function fromFastify(error: unknown): unknown {
  if (error instanceof HttpRefusal || isCuecardError(error) || !(error instanceof Error)) return error
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new HttpRefusal('body.too_large', 'The body is too large.')
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new HttpRefusal('body.unsupported', 'The body must be JSON: Content-Type: application/json.')
  if (code === 'FST_ERR_MAX_PARAM_LENGTH')
    return new HttpRefusal('not_found', 'No id is as long as this one.')
  if (code === 'FST_ERR_BAD_URL')
    return new HttpRefusal('request.malformed', 'The path is not encoded as a URL must be.')
  // A body that broke off, or is of another length than was said.
  if (statusCode === 400) return new HttpRefusal('body.malformed', 'The body is not as long as was said.')
  return error
}

/** Without an observer no reply pays for it. */
function observe(app: FastifyInstance, { observe }: ServiceOptions, clock: Clock): void {
  if (observe === undefined) return
  app.addHook('onRequest', (request, reply, done) => {
    const startedAt = clock.now()
    reply.raw.once('close', () =>
      observe({
        method: request.method,
        route: request.routeOptions.url?.replaceAll(/:(\w+)/g, '{$1}'),
        status: reply.raw.writableEnded ? reply.raw.statusCode : 0,
        ms: clock.now() - startedAt,
        requestId: request.id,
      }),
    )
    done()
  })
}
