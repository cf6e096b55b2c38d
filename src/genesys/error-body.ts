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
  const { status } = answer
  const body = parseBody(answer.body)
  const textOf = shortTexts(token)
  const genesysCode = textOf(body.code)
  const correlationId = correlationIdOf(answer, token) ?? textOf(body.contextId)
  const retryAfterMs = retryAfterOf(answer)
  return new CuecardError(codeOf(status), sentenceOf(operation, status, body, textOf), {
    status,
    ...(genesysCode !== undefined && { genesysCode }),
    ...(correlationId !== undefined && { correlationId }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

/** `ININ-Correlation-Id` of an answer. */
export function correlationIdOf(answer: HttpResponse, token: Secret): string | undefined {
  return shortTexts(token)(headerOf(answer, 'inin-correlation-id'))
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'genesys.unauthorized'
  if (status === 403) return 'genesys.forbidden'
  if (status === 404) return 'genesys.not_found'
  if (status === 429) return 'genesys.rate_limited'
  return status >= 500 ? 'genesys.unavailable' : 'genesys.rejected'
}

function sentenceOf(operation: string, status: number, body: ErrorBody, textOf: ShortText): string {
  if (status === 401) {
    const reason = textOf(body.code)
    return `Genesys did not accept the token, even a new one, for ${operation}${reason ? ` (${reason})` : ''}`
  }
  if (status === 403) {
    const refused = `Genesys does not allow this client ${operation}`
    const missing = textOf(missingPermissionOf(body))
    if (missing === undefined) return refused
    return body.code === 'app.not.authorized.for.scope'
      ? `${refused}: the scope ${missing} is missing; add it to the OAuth client`
      : `${refused}: the permission ${missing} is missing; add it to the OAuth client's role`
  }
  if (status === 429) return `Genesys's quota is used up, it refused ${operation}`
  const said = textOf(body.message)
  return `Genesys answered ${status} to ${operation}${said === undefined ? '' : `: ${said}`}`
}

/** The permission or scope that a 403 names, in its parameters or in its sentence. */
function missingPermissionOf({ message, messageParams }: ErrorBody): string | undefined {
  const params =
    typeof messageParams === 'object' && messageParams !== null ? Object.values(messageParams).flat() : []
  for (const text of [...params, message]) {
    // Cut, because the search takes the square of the length where nothing fits.
    const found = typeof text === 'string' ? permissions.exec(text.slice(0, 1000))?.[0] : undefined
    if (found !== undefined) return found
  }
  return undefined
}

const permission = /[a-zA-Z][\w-]*:[a-zA-Z][\w-]*:(?:\*|[a-zA-Z][\w-]*)/.source
const permissions = new RegExp(`${permission}(?:\\s*,\\s*${permission})*`)

/** `Retry-After` in milliseconds: whole seconds or an HTTP date (RFC 9110, 10.2.3). At most an hour is believed. */
export function retryAfterOf(response: HttpResponse): number | undefined {
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

type ShortText = (value: unknown) => string | undefined

/** For a message: what came from outside is freed of the token, of control characters, and cut. */
function shortTexts(token: Secret): ShortText {
  return (value) => {
    if (typeof value !== 'string' || value === '') return undefined
    const secret = token.reveal()
    let text = value
    for (const form of new Set([secret, encodeURIComponent(secret)])) text = text.replaceAll(form, '[secret]')
    text = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    return text.slice(0, 200).toWellFormed().trim() || undefined
  }
}
