// An answer other than success, in the form of Genesys's ErrorBody; thrown by handlers, turned into a reply by the core.

const codes: Readonly<Record<number, string>> = {
  400: 'bad.request',
  401: 'bad.credentials',
  403: 'not.authorized',
  404: 'not.found',
  405: 'method.not.allowed',
  408: 'client.timeout',
  409: 'request.conflict',
  413: 'request.entity.too.large',
  415: 'unsupported.media.type',
  429: 'too.many.requests',
  500: 'internal.server.error',
  502: 'bad.gateway',
  503: 'service.unavailable',
  504: 'request.timeout',
}

export interface RefusalDetails {
  /** Genesys's error code; the usual one of the status if absent. */
  readonly code?: string
  readonly field?: string
  readonly params?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/** What the simulator answers when it does not do what was asked. */
export class Refusal extends Error {
  readonly status: number
  readonly details: RefusalDetails

  constructor(status: number, message: string, details: RefusalDetails = {}) {
    super(message)
    this.status = status
    this.details = details
  }

  /** The body; `contextId` is the request's correlation id, as at Genesys. */
  body(contextId: string): object {
    const code =
      this.details.code ?? codes[this.status] ?? (this.status < 500 ? 'bad.request' : 'internal.server.error')
    return {
      message: this.message,
      code,
      status: this.status,
      messageParams: this.details.params ?? {},
      contextId,
      details: this.details.field === undefined ? [] : [{ errorCode: code, fieldName: this.details.field }],
      errors: [],
    }
  }
}

/** 404 for an entity that is not there. */
export function notFound(what: string, id: string): Refusal {
  return new Refusal(404, `There is no ${what} "${id}".`, { params: { id } })
}
