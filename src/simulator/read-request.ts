// Reads what a client sent, and says what is wrong with it the way Genesys does.
import type { z } from 'zod'
import { explainIssue } from '../explain-issue.ts'
import { Refusal } from './refusal.ts'
import type { Call } from './route.ts'

/** The JSON body. @throws Refusal 400 naming the field. */
export function readBody<T>(call: Call, schema: z.ZodType<T>): T {
  let value: unknown
  try {
    value = JSON.parse(call.body)
  } catch {
    throw new Refusal(400, 'The request body is not valid JSON.')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { field, problem } = explainIssue(parsed.error)
  const unknownKey = parsed.error.issues[0]?.code === 'unrecognized_keys'
  throw new Refusal(400, `${field === '' ? 'body' : field}: ${problem}`, {
    code: unknownKey ? 'invalid.property' : 'constraint.validation',
    ...(field === '' ? {} : { field, params: { field } }),
  })
}

/** A value that is one of a closed list, or absent. @throws Refusal 400. */
export function readChoice<T extends string>(call: Call, name: string, choices: readonly T[]): T | undefined {
  const text = call.query.get(name)
  if (text === null) return undefined
  const choice = choices.find((value) => value === text)
  if (choice === undefined) throw invalidParameter(name, text, choices.join(', '))
  return choice
}

/** A comma-separated list, also given as a repeated parameter. */
export function readList(call: Call, name: string): string[] {
  return call.query
    .getAll(name)
    .flatMap((text) => text.split(','))
    .filter((text) => text !== '')
}

/** The values of `expand`. @throws Refusal 400. */
export function readExpand<T extends string>(call: Call, choices: readonly T[]): ReadonlySet<T> {
  const expand = new Set<T>()
  for (const text of readList(call, 'expand')) {
    const choice = choices.find((value) => value === text)
    if (choice === undefined) throw invalidParameter('expand', text, choices.join(', '))
    expand.add(choice)
  }
  return expand
}

/** A whole number within bounds. @throws Refusal 400. */
export function readInteger(call: Call, name: string, fallback: number, max: number): number {
  const text = call.query.get(name)
  if (text === null) return fallback
  const value = /^\d+$/.test(text) ? Number(text) : 0
  if (value < 1 || value > max) throw invalidParameter(name, text, `1 to ${max}`)
  return value
}

/** From `start` (inclusive) to `end` (exclusive), in milliseconds since the Unix epoch. */
export interface Interval {
  readonly start: number
  readonly end: number
}

/** An ISO 8601 interval such as `2026-01-01T00:00:00Z/2026-02-01T00:00:00Z`. @throws Refusal 400. */
export function parseInterval(name: string, text: string): Interval {
  const [start = Number.NaN, end = Number.NaN] = text.split('/').map((time) => Date.parse(time))
  if (!(start < end)) throw invalidParameter(name, text, 'an ISO 8601 interval, start/end')
  return { start, end }
}

export function isWithin(time: string, { start, end }: Interval): boolean {
  const at = Date.parse(time)
  return start <= at && at < end
}

export function invalidParameter(name: string, value: string, allowed: string): Refusal {
  return new Refusal(400, `"${value}" is no value for ${name}; allowed: ${allowed}.`, {
    code: 'invalid.query.param.value',
    field: name,
    params: { name, value },
  })
}
