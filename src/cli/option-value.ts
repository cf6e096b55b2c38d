// The values of options, read strictly: a number is a number from its first character to its last.
import { InvalidArgumentError } from 'commander'

/** Reads a whole number from `min` to `max`. @throws InvalidArgumentError */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}

/** Reads a decimal number from `min` to `max`. @throws InvalidArgumentError */
export function decimalNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^-?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`)
  }
}

/** Gathers an option that may be given several times. */
export function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

/** Reads an ISO 8601 time with a zone, or a date, which begins at midnight UTC; in milliseconds since the epoch. */
export function isoTime(text: string): number {
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
  const time = isTime ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(time)) return time
  throw new InvalidArgumentError(
    'It must be a date, or an ISO 8601 time with a zone, such as 2026-03-31T22:00:00Z.',
  )
}
