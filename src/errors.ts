// Every error that leaves the library: one class, a closed set of codes, no secret inside.

/** What can go wrong, and what each code means. The set is closed: a code is added here first. */
export const errorCodes = {
  'request.invalid': 'The request breaks a rule; nothing was sent. `details.field` names where.',
  'config.invalid': 'A setting is missing or breaks a rule. `details.field` names it.',
  'data.invalid': 'A data file cannot be read or has a malformed line.',
  'oauth.rejected': 'The login host refused the client id or secret.',
  'oauth.scope_missing': 'The token was granted without a scope that the call needs.',
  'genesys.unauthorized': '401 even with a token that was just issued.',
  'genesys.forbidden': '403; the message names the missing permission.',
  'genesys.not_found': '404.',
  'genesys.rejected': 'Any other 4xx.',
  'genesys.rate_limited': '429.',
  'genesys.unavailable': '5xx; or no answer in time, and the last call had failed.',
  'genesys.malformed':
    'An answer that is no JSON, is cut short, is too large or has another shape than the contract.',
  'genesys.unreachable': 'No connection, or the connection broke.',
  'deadline.exceeded': 'The answer did not come in time; no failure is known.',
  'quota.exhausted': 'The quota has no call left that would come in time.',
  'breaker.open': 'The circuit breaker is open: recent calls failed.',
  'bulkhead.full': 'Too many calls to this source are under way.',
  'source.failed': 'A source threw something unforeseen: a defect of it. `cause` has it.',
  'access.unauthenticated': 'No credential, or one that is unknown, expired or malformed.',
  'access.denied': 'The caller is known and may not do this.',
  'access.unavailable': 'A credential cannot be checked now: the key server or Genesys does not answer.',
  'retrieval.unknown': 'No such retrieval: never recorded, erased, or past its retention.',
  'adoption.not_shown': 'The retrieval did not show the item that the event is about.',
  'article.unknown':
    'No copy of this whole article is at hand, the retrieval did not show it, or it is no longer in force.',
  'idempotency.conflict': 'The idempotency key came with another body within the last 24 hours.',
  'record.off': 'No database is configured, so nothing is recorded.',
  'record.unavailable': 'The record cannot be written or read now; the message says why.',
  'record.overloaded': 'More entries wait to be written than the bound allows.',
  'record.incompatible': 'The database is of a newer version, is no database of cuecard, or has another key.',
  'record.not_found': 'No such entry, checkpoint or delivery.',
  'mirror.unavailable':
    "The mirror's file cannot be opened or written, is damaged, of a newer version or no mirror; the message says which.",
  'stream.full': 'As many streams are open as may be.',
  aborted: 'The caller gave up.',
  closed: 'cuecard was closed.',
} as const satisfies Record<string, string>

/** What went wrong, for programs. */
export type ErrorCode = keyof typeof errorCodes

/** What is known besides the code. All of it may be shown to an operator; none of it holds a secret. */
export interface ErrorDetails {
  /** Path of the field at fault, such as `filters.availabilityWindow.end`. */
  readonly field?: string
  /** HTTP status of the answer, where there was one. */
  readonly status?: number
  /** Genesys's own error code, such as `missing.permissions`. */
  readonly genesysCode?: string
  /** `ININ-Correlation-Id`, which Genesys's support asks for. */
  readonly correlationId?: string
  /** Milliseconds to wait before another try, as the server asked. */
  readonly retryAfterMs?: number
}

/** The one error class of cuecard. `code` is for programs, `message` is one sentence for people. */
export class CuecardError extends Error {
  override readonly name = 'CuecardError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause: bareCause(cause) })
    this.code = code
    this.details = details
  }

  toJSON(): object {
    return { name: this.name, code: this.code, message: this.message, ...this.details }
  }
}

/**
 * A foreign error may hold anything: a request with its headers, a socket, a response. Only its name, code and
 * message go on.
 */
function bareCause(cause: unknown): unknown {
  if (cause instanceof CuecardError) return cause
  if (!(cause instanceof Error)) return new Error('something was thrown that is no Error')
  const bare = new Error(cause.message)
  bare.name = cause.name
  if (cause.stack !== undefined) bare.stack = cause.stack
  if ('code' in cause && typeof cause.code === 'string') Object.assign(bare, { code: cause.code })
  return bare
}

/** True for a {@link CuecardError}, with the given code if one is named. */
export function isCuecardError(error: unknown, code?: ErrorCode): error is CuecardError {
  return error instanceof CuecardError && (code === undefined || error.code === code)
}
