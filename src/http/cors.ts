// Cross-origin calls (WHATWG Fetch, "CORS protocol"): a desktop at another origin may call the API with a credential of
// its own. Cookies never count, so that a page can do no more than its credential may.
import type { FastifyReply, FastifyRequest } from 'fastify'

const methods = 'GET, HEAD, POST, PUT, DELETE'
const requestHeaders =
  'Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Traceparent, X-Api-Key, X-Request-Id'
const replyHeaders = 'Age, Cache-Status, Retry-After, Server-Timing, Traceparent, X-Request-Id'
/** Seconds for which a browser need not ask again whether it may; none keeps it longer than two hours. */
const maxAge = '7200'

/** Answers a preflight itself: then it returns true. Any other request goes on, with its origin allowed where it is one of these. */
export function answerCors(
  origins: ReadonlySet<string>,
  { method, url, headers }: FastifyRequest,
  reply: FastifyReply,
): boolean {
  if (!url.startsWith('/v1/')) return false
  const { raw } = reply
  // On node:http's own reply: streams and the hot path go past fastify's.
  raw.setHeader('vary', 'Origin')
  if (headers.origin === undefined || !origins.has(headers.origin)) return false
  raw.setHeader('access-control-allow-origin', headers.origin)
  raw.setHeader('access-control-expose-headers', replyHeaders)
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false
  raw.setHeader('access-control-allow-methods', methods)
  raw.setHeader('access-control-allow-headers', requestHeaders)
  raw.setHeader('access-control-max-age', maxAge)
  reply.code(204).send()
  return true
}
