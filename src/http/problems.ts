// Every error as HTTP tells it: the one table from codes to status and title, and RFC 9457 problem documents.
import { CuecardError, type ErrorCode } from '../errors.ts'

/** What only HTTP can get wrong. */
export type HttpCode =
  | 'not_found'
  | 'method_not_allowed'
  | 'request.malformed'
  | 'request.timeout'
  | 'expectation.failed'
  | 'headers.too_large'
  | 'body.malformed'
  | 'body.too_large'
  | 'body.unsupported'
  | 'rate.limited'
  | 'overloaded'
  | 'internal'

export type ProblemCode = ErrorCode | HttpCode

interface ProblemKind {
  readonly status: number
  readonly title: string
  /** Seconds after which another try makes sense, where nothing better is known. */
  readonly retryAfter?: number
}

const defect: ProblemKind = { status: 500, title: 'Internal error' }
const upstream = (title: string): ProblemKind => ({ status: 502, title })
const busy = (title: string, retryAfter = 1): ProblemKind => ({ status: 503, title, retryAfter })

/** How each code is answered. A status of 500 hides what happened. */
export const problems: Readonly<Record<ProblemCode, ProblemKind>> = {
  'request.invalid': { status: 400, title: 'The request breaks a rule' },
  'config.invalid': defect,
  'data.invalid': defect,
  'oauth.rejected': upstream('Genesys refused the credentials'),
  'oauth.scope_missing': upstream('Genesys granted too little'),
  'genesys.unauthorized': upstream('Genesys refused the token'),
  'genesys.forbidden': upstream('Genesys refused a permission'),
  'genesys.not_found': upstream('Genesys does not know it'),
  'genesys.rejected': upstream('Genesys refused the call'),
  'genesys.rate_limited': busy('Genesys limits the rate', 5),
  'genesys.unavailable': busy('Genesys is unavailable', 5),
  'genesys.malformed': upstream('Genesys answered nonsense'),
  'genesys.unreachable': busy('Genesys cannot be reached', 5),
  'deadline.exceeded': { status: 504, title: 'No answer in time', retryAfter: 1 },
  'quota.exhausted': busy('The quota is used up', 5),
  'breaker.open': busy('The circuit breaker is open', 2),
  'bulkhead.full': busy('Too many calls are under way'),
  'source.failed': defect,
  'access.unauthenticated': { status: 401, title: 'No valid credential' },
  'access.unavailable': busy('Credentials cannot be checked now', 2),
  'access.denied': { status: 403, title: 'Not allowed' },
  'retrieval.unknown': { status: 404, title: 'No such retrieval' },
  'adoption.not_shown': { status: 422, title: 'The item was not shown' },
  'article.unknown': { status: 404, title: 'No such article' },
  'idempotency.conflict': { status: 409, title: 'The idempotency key was used with another body' },
  'record.off': { status: 404, title: 'Nothing is recorded here' },
  'record.unavailable': busy('The record is unavailable', 5),
  'record.overloaded': busy('The record cannot keep up'),
  'record.incompatible': busy('The record is incompatible', 60),
  'record.not_found': { status: 404, title: 'No such entry' },
  'mirror.unavailable': busy('The mirror is unavailable', 60),
  'stream.full': busy('Too many streams are open', 30),
  aborted: { status: 408, title: 'The caller gave up' },
  closed: busy('The service is ending', 5),
  not_found: { status: 404, title: 'No such resource' },
  method_not_allowed: { status: 405, title: 'No such method here' },
  'request.malformed': { status: 400, title: 'No valid HTTP request' },
  'request.timeout': { status: 408, title: 'The request did not arrive in time' },
  'expectation.failed': { status: 417, title: 'The expectation cannot be met' },
  'headers.too_large': { status: 431, title: 'The headers are too large' },
  'body.malformed': { status: 400, title: 'The body is no valid JSON' },
  'body.too_large': { status: 413, title: 'The body is too large' },
  'body.unsupported': { status: 415, title: 'The body has another type than JSON' },
  'rate.limited': { status: 429, title: 'Too many requests' },
  overloaded: busy('The service is overloaded'),
  internal: defect,
}

/** A request that HTTP refuses. It ends in a problem document and never leaves this folder. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal'
  readonly code: HttpCode
  readonly field: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: HttpCode,
    message: string,
    more: { readonly field?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message)
    this.code = code
    this.field = more.field
    this.headers = more.headers ?? {}
  }
}

/** A problem as it is sent. */
export interface Problem {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** RFC 9457. */
  readonly body: string
}

/** `instance` is the id of the request. */
export function problemOf(error: unknown, instance: string): Problem {
  const { code, detail, field, headers } = toldBy(error)
  const { status, title } = problems[code]
  const type = `/problems/${code}`
  const body = JSON.stringify({ type, title, status, detail, instance, code, field })
  return { status, headers: { 'content-type': 'application/problem+json', ...headers }, body }
}

function toldBy(error: unknown) {
  if (error instanceof HttpRefusal)
    return {
      code: error.code,
      detail: error.message,
      field: error.field,
      headers: { ...retryAfter(error.code), ...error.headers },
    }
  // What is a defect is told in the log.
  if (!(error instanceof CuecardError) || problems[error.code].status === 500)
    return { code: 'internal' as const, detail: 'Something went wrong here; the log has it.', headers: {} }
  const { code, message, details } = error
  const headers = {
    ...retryAfter(code, details.retryAfterMs),
    // RFC 6750, 3.
    ...(code === 'access.unauthenticated' && { 'www-authenticate': 'Bearer realm="cuecard"' }),
  }
  return { code, detail: message, field: details.field, headers }
}

function retryAfter(code: ProblemCode, ms?: number): Record<string, string> {
  const { retryAfter, status } = problems[code]
  const seconds = ms !== undefined && status >= 429 ? Math.max(1, Math.ceil(ms / 1000)) : retryAfter
  return seconds === undefined ? {} : { 'retry-after': String(seconds) }
}
