// What became of a promise, so that a test can look without waiting.
import { CuecardError } from '../../src/errors.ts'

export interface Outcome<T> {
  state: 'pending' | 'fulfilled' | 'rejected'
  value?: T
  error?: unknown
}

/** Follows `promise`, or what `start` returns or throws. */
export function follow<T>(start: (() => T | Promise<T>) | Promise<T>): Outcome<T> {
  const outcome: Outcome<T> = { state: 'pending' }
  const promise = typeof start === 'function' ? (async () => await start())() : start
  promise.then(
    (value) => Object.assign(outcome, { state: 'fulfilled', value }),
    (error: unknown) => Object.assign(outcome, { state: 'rejected', error }),
  )
  return outcome
}

/** `pending`, `ok`, or the code of the error; any other error is a failure of the test. */
export function codeOf({ state, error }: Outcome<unknown>): string {
  if (state === 'pending') return 'pending'
  if (state === 'fulfilled') return 'ok'
  if (error instanceof CuecardError) return error.code
  throw error
}

/** The error that `promise` ends with. */
export async function errorOf(promise: unknown): Promise<CuecardError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof CuecardError) return error
    throw error
  }
  throw new Error('It did not fail')
}
