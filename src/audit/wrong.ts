// What is wrong with an export, as the error that carries it.
import { CuecardError, isCuecardError } from '../errors.ts'

/** `message`: one sentence. */
export function wrong(message: string): CuecardError {
  return new CuecardError('data.invalid', message)
}

/** Puts the name of a thing before what is wrong with it. */
export function named<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!isCuecardError(error)) throw error
    throw wrong(`${name}: ${error.message}`)
  }
}
