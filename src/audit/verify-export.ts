// Verifies an export of the audit log: offline, from its bytes and the log's public key alone.
import { CuecardError, isCuecardError } from '../errors.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { ExportCheck } from './export-check.ts'
import { readExport } from './read-export.ts'
import { parseVerifierKey } from './signed-note.ts'
import type { Verdict } from './verdict.ts'

export interface VerifyOptions {
  /** The log's verifier key, `origin+hash+base64`, had from elsewhere than the export. */
  readonly publicKey?: string | undefined
  /** Checkpoints of this log (signed notes) that were kept: the log must be a continuation of each. */
  readonly keptCheckpoints?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
  /** Called now and then with the entries read and those that the export claims to have. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined
}

/**
 * Reads an export to its end or to the first thing that is wrong. Memory is bounded, however long the export.
 * @throws CuecardError `request.invalid`: malformed `publicKey` or `keptCheckpoints`; `aborted`; whatever `input` throws.
 * @example
 * const verdict = await verifyExport(createReadStream('export.jsonl'), { publicKey })
 * if (!verdict.verified) console.error(verdict.failure)
 */
export async function verifyExport(
  input: AsyncIterable<string | Uint8Array>,
  { publicKey, keptCheckpoints = [], signal, onProgress }: VerifyOptions = {},
): Promise<Verdict> {
  const key = publicKey === undefined ? undefined : given('publicKey', () => parseVerifierKey(publicKey))
  const kept = keptCheckpoints.map((note, index) => ({
    note,
    size: given(`keptCheckpoints[${index}]`, () => parseCheckpoint(note)).size,
  }))
  const check = new ExportCheck(key, kept)
  for await (const { lines, digest, problem } of readExport(input)) {
    if (signal?.aborted) throw new CuecardError('aborted', 'The verification was given up')
    const failure = attempt(() => {
      for (const line of lines) check.take(line, digest)
      if (problem !== undefined) check.refuse(problem)
    })
    if (failure !== undefined) return check.verdict(failure)
    onProgress?.(check.progress)
  }
  return check.verdict(attempt(() => check.finish()))
}

/** What is wrong, in one sentence, or undefined. */
function attempt(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (isCuecardError(error, 'data.invalid')) return error.message
    throw error
  }
}

/** Reads what the caller gave. @throws CuecardError `request.invalid`. */
function given<T>(field: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!isCuecardError(error)) throw error
    throw new CuecardError('request.invalid', `${field}: ${error.message}`, { field })
  }
}
