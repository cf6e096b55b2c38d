// Reads a JSONL file line by line against a schema, and names the line that is at fault.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { z } from 'zod'
import { CuecardError } from '../errors.ts'
import { explainIssue } from '../explain-issue.ts'

/**
 * Yields each line of a JSONL file (UTF-8, one JSON value a line; empty lines are passed over), parsed by `schema`.
 * @throws CuecardError `data.invalid`: the file cannot be read, or a line is no JSON or not of the schema's form; the
 * message names file, line number and field.
 */
export async function* readJsonLines<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  const stream = createReadStream(path, { encoding: 'utf8' })
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
  // readline does not pass on the stream's error: without this a missing file would end the process.
  const failure = new Promise<never>((_, reject) => stream.once('error', reject))
  failure.catch(() => {})
  const iterator = lines[Symbol.asyncIterator]()
  try {
    for (let number = 1; ; number++) {
      const next = await Promise.race([iterator.next(), failure])
      if (next.done === true) break
      const text = number === 1 ? next.value.replace(/^\uFEFF/, '') : next.value
      if (text.trim() !== '') yield parseLine(text, schema, `${path}, line ${number}`)
    }
    // A file that could not be opened ends the lines as well as the stream; the error counts.
    if (stream.errored) throw stream.errored
  } catch (error) {
    if (error instanceof CuecardError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new CuecardError('data.invalid', `${path} cannot be read: ${reason}`, {}, error)
  } finally {
    lines.close()
    stream.destroy()
  }
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
