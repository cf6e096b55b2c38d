// The id of a request: the caller's own where it is one, so that both sides' logs tell of the same request.

const valid = /^[\w.:/+=-]{1,128}$/

/** `received` is the header `X-Request-Id`. */
export function requestIdOf(received: string | string[] | undefined, newId: () => string): string {
  return typeof received === 'string' && valid.test(received) ? received : newId()
}
