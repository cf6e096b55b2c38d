// `cuecard audit verify`: an export of the audit log, checked offline with the log's public key.
import { createReadStream, readFileSync } from 'node:fs'
import { stdin } from 'node:process'
import { SingleBar } from 'cli-progress'
import type { Command } from 'commander'
import type { Verdict } from '../audit/verdict.ts'
import { verifyExport } from '../audit/verify-export.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import { csvHeader } from '../ledger/export-csv.ts'
import type { CommandContext } from './command-context.ts'
import { several } from './option-value.ts'
import type { Paint, Terminal } from './terminal.ts'
import { printable } from './text-width.ts'

interface Options {
  readonly publicKey?: string
  readonly checkpoint?: readonly string[]
  readonly json?: true
}

export function addAuditVerifyCommand(audit: Command, context: CommandContext): void {
  audit
    .command('verify')
    .summary('check an export of the audit log, offline')
    .description(
      'Reads an export (`-`: standard input) and says whether it is, byte for byte, what the log signed; if not, where it first differs. Needs no database, network or configuration. Exit status: 0 verified, 1 not, 2 wrong usage.',
    )
    .argument('<file>', 'the export')
    .option('--public-key <key>', 'the verifier key of the log, or a file that holds it')
    .option('--checkpoint <file>', 'a checkpoint that you kept; may be given several times', several)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  cuecard audit verify export.jsonl --public-key log.pub --checkpoint kept-in-march.txt',
    )
    .action(async (file: string, options: Options) => {
      const verdict = await verify(file, options, context)
      const { out } = context.terminal
      if (options.json) out(JSON.stringify(verdict, null, 2))
      else for (const line of linesOf(verdict, context.terminal)) out(line)
      if (!verdict.verified) context.exitWith(1)
    })
}

async function verify(
  file: string,
  options: Options,
  { terminal, signal }: CommandContext,
): Promise<Verdict> {
  const bar = terminal.isErrorWatched
    ? new SingleBar({ format: 'verifying {bar} {value}/{total} entries, {eta_formatted} left' })
    : undefined
  const { publicKey, checkpoint = [] } = options
  try {
    bar?.start(0, 0)
    return await verifyExport(bytesOf(file), {
      publicKey: publicKey === undefined ? undefined : keyIn(publicKey),
      keptCheckpoints: checkpoint.map(textOf),
      signal,
      onProgress: ({ done, total }) => {
        bar?.setTotal(total)
        bar?.update(done)
      },
    })
  } catch (error) {
    throw isCuecardError(error, 'request.invalid') ? inWordsOfOptions(error, checkpoint) : error
  } finally {
    bar?.stop()
  }
}

function inWordsOfOptions(error: CuecardError, checkpoints: readonly string[]): CuecardError {
  const { field } = error.details
  if (field === undefined) return error
  const kept = checkpoints[Number(/\d+/.exec(field)?.[0])]
  const option = kept === undefined ? '--public-key' : `--checkpoint ${kept}`
  return new CuecardError('request.invalid', error.message.replace(field, option), { field: option })
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  const name = file === '-' ? 'standard input' : `the file ${file}`
  try {
    let isFirst = true
    for await (const bytes of file === '-' ? stdin : createReadStream(file, { highWaterMark: 1024 * 1024 })) {
      if (isFirst && bytes.subarray(0, csvHeader.length).toString() === csvHeader) throw unverifiable(name)
      isFirst = false
      yield bytes
    }
  } catch (error) {
    throw unreadable(name, error)
  }
}

/** A verifier key has the form `name+hash+key`; anything else is a file. */
function keyIn(option: string): string {
  return /^[^+]+\+[0-9a-f]{8}\+/.test(option) ? option : textOf(option).trim()
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw unreadable(`the file ${file}`, error)
  }
}

function unverifiable(name: string): CuecardError {
  return new CuecardError(
    'request.invalid',
    `${name} is a CSV export, which cannot be verified; export the JSONL form, with \`cuecard audit export --format jsonl\``,
  )
}

function unreadable(name: string, error: unknown): CuecardError {
  if (isCuecardError(error)) return error
  return new CuecardError('data.invalid', `${name} cannot be read: ${explainFileError(error)}`, {}, error)
}

function linesOf(verdict: Verdict, { paint }: Terminal): string[] {
  const count = (number: number | null) => (number ?? 0).toLocaleString('en')
  const rows: [string, string][] = [
    ['Log', printable(verdict.origin ?? 'unknown')],
    ['Key', `${verdict.publicKey ?? 'unknown'}${verdict.isKeyTrusted ? '' : ' (from the export itself)'}`],
  ]
  if (verdict.failure === null)
    rows.push(
      ['Part', `${count(verdict.entries)} entries from ${verdict.first}, of ${count(verdict.size)}`],
      [
        'Entries',
        `${count(verdict.readable)} readable, ${count(verdict.erased)} erased or past their retention`,
      ],
      ['Signed', `root ${verdict.rootHash} at size ${verdict.size}`],
      [
        'Checkpoints',
        `${count(verdict.checkpoints)} in the export, ${count(verdict.keptCheckpoints)} kept by you`,
      ],
    )
  return [
    headlineOf(verdict, paint),
    ...rows.map(([name, value]) => `  ${paint('dim', name.padEnd(12))}${value}`),
    ...notesOf(verdict).map((note) => paint('yellow', note)),
  ]
}

function headlineOf(
  { failure, isKeyTrusted }: Verdict,
  paint: (style: Paint, text: string) => string,
): string {
  if (failure === null) return paint('green', isKeyTrusted ? 'Verified.' : 'The export agrees with itself.')
  const { firstBadEntry: first, lastBadEntry: last, line } = failure
  const place =
    first === null
      ? ''
      : first === last
        ? `entry ${first}, `
        : `the first bad entry is one of ${first} to ${last}, `
  return `${paint('red', 'NOT verified')}: ${place}line ${line}: ${printable(failure.message)}.`
}

function notesOf({ isKeyTrusted, failure, scoreMismatches, warnings }: Verdict): string[] {
  const notes = warnings
    .slice(0, 10)
    .map(({ entry, line, message }) => `entry ${entry}, line ${line}: ${message}`)
  if (scoreMismatches > 0)
    notes.unshift(
      `In ${scoreMismatches} entries a score does not follow from its explanation; the log itself says so.`,
    )
  if (!isKeyTrusted && failure === null)
    notes.unshift(
      'No key was given, so this shows only that the export is consistent: anyone could have made it. Give --public-key.',
    )
  return notes
}
