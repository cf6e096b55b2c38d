// What never reaches a route: a short answer on the bare socket, and the connection ends.
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { HttpRefusal, problemOf } from './problems.ts'
import { requestIdOf } from './request-id.ts'
import { securityHeaders } from './security-headers.ts'

/** For node:http's `clientError`: no HTTP request, or one that broke off. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex, newId: () => string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
  else answer(socket, refusalOf(error.code), newId())
}

/** For node:http's `connect`, which leaves the socket to us, its errors included. */
export function answerConnect({ headers }: IncomingMessage, socket: Duplex, newId: () => string): void {
  socket.on('error', () => {}).once('finish', () => socket.destroy())
  const refusal = new HttpRefusal('method_not_allowed', 'CONNECT is not possible here: this is no proxy.', {
    headers: { allow: '' },
  })
  answer(socket, refusal, requestIdOf(headers['x-request-id'], newId))
}

function answer(socket: Duplex, refusal: HttpRefusal, id: string): void {
  const { status, headers, body } = problemOf(refusal, id)
  const lines = Object.entries({
    ...headers,
    ...securityHeaders,
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': id,
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`)
}

function refusalOf(code: string | undefined): HttpRefusal {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HttpRefusal('headers.too_large', 'The headers are larger than 16 KB.')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new HttpRefusal('request.timeout', 'The request did not arrive in time.')
  if (code === 'HPE_INVALID_METHOD')
    return new HttpRefusal('request.malformed', 'The method is unknown, or this is no HTTP request.')
  return new HttpRefusal('request.malformed', 'This is no valid HTTP request.')
}
