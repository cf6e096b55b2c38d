// The lines of an export, each in its one canonical spelling: docs/reference/audit-log.md.
import { canonicalJson } from './canonical-json.ts'

export const exportFormat = 'cuecard-audit-log/1'

/** The first line: what is exported, of which log. Hashes in hex. */
export interface LogLine {
  readonly origin: string
  readonly publicKey: string
  readonly size: number
  readonly first: number
  readonly end: number
  readonly before: readonly string[]
}

/** An entry; `salt` and `body` are null when it was erased or its retention is over. Hashes in hex. */
export interface EntryLine {
  readonly index: number
  readonly commitment: string
  readonly salt: string | null
  readonly body: string | null
}

export function logLine({ origin, publicKey, size, first, end, before }: LogLine): string {
  return canonicalJson({ before, end, first, format: exportFormat, origin, publicKey, size, type: 'log' })
}

export function entryLine({ index, commitment, salt, body }: EntryLine): string {
  // In the order of the names: what `JSON.stringify` writes is canonical, and the text of a body is well-formed.
  return JSON.stringify({ body, commitment, index, salt, type: 'entry' })
}

/** `note`: a signed checkpoint. */
export function checkpointLine(note: string): string {
  return JSON.stringify({ note, type: 'checkpoint' })
}

/** `after`: the hashes of the subtrees that hold the entries after the export, in hex. */
export function endLine(after: readonly string[]): string {
  return JSON.stringify({ after, type: 'end' })
}

/** `note`: {@link sealText}, signed. */
export function sealLine(note: string): string {
  return JSON.stringify({ note, type: 'seal' })
}

/**
 * What the seal signs. Two lines: it can never be taken for a checkpoint, which has three.
 * `digest`: SHA-256 over every byte before the seal, in hex.
 */
export function sealText(digest: string): string {
  return `${exportFormat} seal\n${digest}\n`
}
