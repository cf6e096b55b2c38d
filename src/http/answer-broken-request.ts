// What is no HTTP request never reaches a route: a short answer on the bare socket, and the connection ends.
import type { Socket } from 'node:net'
import { HttpRefusal, problemOf } from './problems.ts'

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

/** For node:http's `clientError`. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, headers, body } = problemOf(refusalOf(error.code), '')
  const lines = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${reasons[status]}\r\n${lines.join('')}\r\n${body}`)
}

function refusalOf(code: string | undefined): HttpRefusal {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HttpRefusal('headers.too_large', 'The headers are larger than 16 KB.')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new HttpRefusal('request.timeout', 'The request did not arrive in time.')
  return new HttpRefusal('request.malformed', 'This is no valid HTTP request.')
}
