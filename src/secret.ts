// A secret as a value that can be passed on, but not shown by accident.
import { inspect } from 'node:util'

/** A secret that only shows itself when asked: never in a log line, JSON, a template string or `util.inspect`. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The secret itself, for the one place that must send it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}
