// Genesys's answer to a refused call, made into one of our errors.
import { CuecardError, type ErrorCode } from '../errors.ts'
import type { Secret } from '../oauth/token-provider.ts'
import type { HttpResponse } from './http-transport.ts'

/** The parts of Genesys's `ErrorBody` that help a person; anything may be missing. */
interface ErrorBody {
  readonly message?: unknown
  readonly code?: unknown
  readonly contextId?: unknown
  readonly messageParams?: unknown
}

/**
 * The error for an answer whose status is not 2xx. `operation` is what was being done, for people; `token` is what
 * was sent, and taken out of whatever the answer echoes.
 */
export function errorOf(operation: string, answer: HttpResponse, token: Secret): CuecardError {
  const response: HttpResponse = JSON.parse(JSON.stringify(answer).replaceAll(token.reveal(), '[secret]'))
  const body = parseBody(response.body)
  const genesysCode = typeof body.code === 'string' ? body.code : undefined
  const correlationId = headerOf(response, 'inin-correlation-id') ?? textOf(body.contextId)
  const retryAfterMs = retryAfterOf(response)
  const { status } = response
  return new CuecardError(codeOf(status), sentenceOf(operation, status, body), {
    status,
    ...(genesysCode !== undefined && { genesysCode }),
    ...(correlationId !== undefined && { correlationId }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'genesys.unauthorized'
  if (status === 403) return 'genesys.forbidden'
  if (status === 404) return 'genesys.not_found'
  if (status === 429) return 'genesys.rate_limited'
  return status >= 500 ? 'genesys.unavailable' : 'genesys.rejected'
}

function sentenceOf(operation: string, status: number, body: ErrorBody): string {
  if (status === 401) return `Genesys did not accept the token, even a new one, for ${operation}`
  if (status === 403) {
    const missing = missingPermissionOf(body)
    if (missing === undefined) return `Genesys does not allow this client ${operation}`
    return `Genesys does not allow this client ${operation}: the permission ${missing} is missing; add it to the OAuth client's role`
  }
  if (status === 429) return `Genesys's quota is used up, it refused ${operation}`
  const said = textOf(body.message)
  return `Genesys answered ${status} to ${operation}${said === undefined ? '' : `: ${said}`}`
}

/** The permission that a 403 `missing.permissions` names, in its parameters or in its sentence. */
function missingPermissionOf({ message, messageParams }: ErrorBody): string | undefined {
  const params =
    typeof messageParams === 'object' && messageParams !== null ? Object.values(messageParams) : []
  const named = /[a-zA-Z]+:[a-zA-Z]+:[a-zA-Z*]+(?:\s*,\s*[a-zA-Z]+:[a-zA-Z]+:[a-zA-Z*]+)*/
  for (const text of [...params, message]) {
    const found = typeof text === 'string' ? named.exec(text)?.[0] : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** `Retry-After` in milliseconds: whole seconds or an HTTP date (RFC 9110, 10.2.3). At most an hour is believed. */
function retryAfterOf(response: HttpResponse): number | undefined {
  const header = headerOf(response, 'retry-after')
  if (header === undefined) return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds) && seconds >= 0) return Math.min(seconds, 3600) * 1000
  const sentAt = Date.parse(headerOf(response, 'date') ?? '')
  const until = Date.parse(header)
  return Number.isNaN(until - sentAt) ? undefined : Math.min(Math.max(until - sentAt, 0), 3_600_000)
}

function headerOf(response: HttpResponse, name: string): string | undefined {
  const value = response.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function parseBody(text: string): ErrorBody {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** A short text for a message; what came from outside is cut and freed of control characters. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.replace(/\p{Cc}+/gu, ' ').slice(0, 200) : undefined
}
