// Reads a JSONL file line by line against a schema, and names the line that is at fault.
import { createReadStream } from 'node:fs'
import type { z } from 'zod'
import { CuecardError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import { explainIssue } from '../explain-issue.ts'

/** One line of a file, with its number, counted from 1. */
export interface NumberedLine<T> {
  readonly number: number
  readonly value: T
}

/**
 * Yields each line of a JSONL file (UTF-8, one JSON value a line; empty lines are passed over), parsed by `schema`.
 * @throws CuecardError `data.invalid`: the file cannot be read, or a line is no JSON or not of the schema's form; the
 * message names file, line number and field.
 */
export async function* readJsonLines<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<NumberedLine<T>> {
  let number = 0
  try {
    for await (const line of linesOf(path)) {
      number++
      const text = number === 1 ? line.replace(/^\uFEFF/, '') : line
      if (text.trim() !== '') yield { number, value: parseLine(text, schema, `${path}, line ${number}`) }
    }
  } catch (error) {
    if (error instanceof CuecardError) throw error
    throw new CuecardError(
      'data.invalid',
      `The file ${path} cannot be read: ${explainFileError(error)}`,
      {},
      error,
    )
  }
}

/** Not by readline, which also ends a line at U+2028 and U+2029: JSON allows these within a string. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of createReadStream(path, { encoding: 'utf8' }) as AsyncIterable<string>) {
    const [first = '', ...more] = chunk.split('\n')
    rest += first
    for (const line of more) {
      yield rest
      rest = line
    }
  }
  if (rest !== '') yield rest
}

function parseLine<T>(text: string, schema: z.ZodType<T>, where: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new CuecardError(
      'data.invalid',
      `${where}: not valid JSON (${(error as Error).message})`,
      {},
      error,
    )
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { field, problem } = explainIssue(parsed.error)
  const named = field === '' ? problem : `${field}: ${problem}`
  throw new CuecardError('data.invalid', `${where}: ${named}`, field === '' ? {} : { field })
}
