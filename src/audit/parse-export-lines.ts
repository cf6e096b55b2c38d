// Reads the lines of an export, and refuses every spelling but the canonical one.
import { z } from 'zod'
import { explainIssue } from '../explain-issue.ts'
import { canonicalJson } from './canonical-json.ts'
import { escapesInCanonical } from './canonical-scan.ts'
import { type EntryLine, exportFormat, type LogLine } from './export-lines.ts'
import { wrong } from './wrong.ts'

const count = z.int({ error: 'must be a whole number' }).min(0, 'must not be negative')
const hex32 = z
  .string({ error: 'must be a hash' })
  .regex(/^[0-9a-f]{64}$/, 'must be 32 bytes in lower-case hex')
const hashes = z.array(hex32, { error: 'must be a list of hashes' }).max(64, 'must have at most 64 hashes')

const logSchema = z.strictObject({
  type: z.literal('log'),
  format: z.literal(exportFormat),
  origin: z.string(),
  publicKey: z.string(),
  size: count,
  first: count,
  end: count,
  before: hashes,
})
const endSchema = z.strictObject({ type: z.literal('end'), after: hashes })
const noteSchemas = {
  checkpoint: noteSchema('checkpoint'),
  seal: noteSchema('seal'),
}

function noteSchema(type: string): z.ZodType<{ note: string }> {
  return z.strictObject({ type: z.literal(type), note: z.string() })
}

/** Reads the first line. @throws CuecardError `data.invalid`. */
export function parseLogLine(text: string): LogLine {
  const line = parse(text, logSchema)
  if (line.first > line.end || line.end > line.size)
    throw wrong('first must be at most end, and end at most size')
  return line
}

/** @throws CuecardError `data.invalid`. */
export function parseEndLine(text: string): { after: readonly string[] } {
  return parse(text, endSchema)
}

/** The note of a checkpoint or a seal. @throws CuecardError `data.invalid`. */
export function parseNoteLine(text: string, type: 'checkpoint' | 'seal'): string {
  return parse(text, noteSchemas[type]).note
}

/** What stands before and after the body of an entry. */
const entryHead = '{"body":'
const entryTail =
  /,"commitment":"([0-9a-f]{64})","index":(0|[1-9]\d{0,15}),"salt":(?:null|"([0-9a-f]{64})"),"type":"entry"\}$/
const maxTail = 220

/** An entry as it was read; `isCanonical`: its body is known to be in the form of RFC 8785. */
export type ReadEntry = EntryLine & { readonly isCanonical: boolean }

/** Without reading the line as a whole, since there may be millions. @throws CuecardError `data.invalid`. */
export function parseEntryLine(text: string): ReadEntry {
  const [tail, commitment, index, salt = null] = entryTail.exec(text.slice(-maxTail)) ?? []
  if (!text.startsWith(entryHead) || tail === undefined || commitment === undefined)
    throw wrong('it is no entry: body, commitment, index, salt and type in canonical form')
  const literal = text.slice(entryHead.length, -tail.length)
  const body = parseJson(literal)
  const entry = { index: Number(index), commitment, salt }
  if (body === null && salt === null) return { ...entry, body, isCanonical: true }
  if (typeof body !== 'string' || salt === null) throw wrong('body and salt must both be texts, or both null')
  const escapes = escapesInCanonical(body)
  // Each of these is written with one character more; any other spelling is longer.
  const isShortest = escapes !== undefined && literal.length === body.length + 2 + escapes
  if (!isShortest && JSON.stringify(body) !== literal) throw notCanonical()
  return { ...entry, body, isCanonical: escapes !== undefined }
}

function parse<T>(text: string, schema: z.ZodType<T>): T {
  const value = parseObject(text)
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    const { field, problem } = explainIssue(parsed.error)
    throw wrong(`${field}: ${problem}`)
  }
  if (canonicalJson(value) !== text) throw notCanonical()
  return parsed.data
}

function parseObject(text: string): Record<string, unknown> {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('it is no JSON object')
  return value as Record<string, unknown>
}

function notCanonical(): Error {
  return wrong('it is not in the canonical form of RFC 8785')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw wrong('it is no JSON')
  }
}
