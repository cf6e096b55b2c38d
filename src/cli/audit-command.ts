// `cuecard audit`: the log as a compliance officer works with it.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { SingleBar } from 'cli-progress'
import { type Command, Option } from 'commander'
import { CuecardError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import { csvOf } from '../ledger/export-csv.ts'
import type { ExportProgress } from '../ledger/record.ts'
import { addAuditVerifyCommand } from './audit-verify-command.ts'
import type { CommandContext } from './command-context.ts'
import { isoTime, wholeNumber } from './option-value.ts'
import { type RecordOptions, withRecord } from './record-of-command.ts'

/** Who is named in the entry that tells of an export or erasure. */
const by = 'command line'

const configOption = () => new Option('--config <file>', 'settings as YAML or JSON')

export function addAuditCommand(program: Command, context: CommandContext): void {
  const audit = program.command('audit').description('work with the audit log')
  addAuditVerifyCommand(audit, context)
  addExport(audit, context)
  addProve(audit, context)
  addCheckpoint(audit, context)
  addErase(audit, context)
}

interface ExportOptions extends RecordOptions {
  readonly from?: number
  readonly to?: number
  readonly format: 'jsonl' | 'csv'
  readonly out?: string
}

function addExport(audit: Command, context: CommandContext): void {
  audit
    .command('export')
    .summary('write the log, or a part of it, in a form that can be verified offline')
    .description(
      'Writes the entries of a span of time with all that ties them to the log: cuecard audit verify, or any program that follows docs/reference/audit-log.md, verifies it without the database. CSV is for spreadsheets and cannot be verified. The export itself is recorded.',
    )
    .option('--from <time>', 'first time, ISO 8601 (default: the beginning)', isoTime)
    .option('--to <time>', 'end, ISO 8601, exclusive (default: now)', isoTime)
    .addOption(new Option('--format <form>', 'form').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--out <file>', 'file to write (default: standard output)')
    .addOption(configOption())
    .addHelpText(
      'after',
      '\nExample:\n  cuecard audit export --from 2026-10-01 --to 2026-11-01 --out october.jsonl',
    )
    .action((options: ExportOptions) => writeExport(options, context))
}

async function writeExport(options: ExportOptions, context: CommandContext): Promise<void> {
  const { terminal, signal } = context
  const bar =
    terminal.isErrorWatched && (options.out !== undefined || !terminal.isWatched)
      ? new SingleBar({ format: 'exporting {bar} {value}/{total} entries, {eta_formatted} left' })
      : undefined
  const onProgress = ({ done, total }: ExportProgress) => {
    if (bar === undefined) return
    if (bar.isActive) bar.update(done)
    else bar.start(total, done)
  }
  const { from, to } = options
  if (from !== undefined && to !== undefined && from >= to)
    throw new CuecardError('request.invalid', '--from: must be before --to')
  await withRecord(options, context, async ({ recorder }) => {
    const lines = recorder.audit.export({ from, to }, by, { signal, onProgress })
    const output =
      options.out === undefined ? undefined : createWriteStream(options.out, { flags: 'wx', mode: 0o600 })
    try {
      let count = 0
      for await (const line of options.format === 'csv' ? csvOf(lines) : lines) {
        if (output === undefined) {
          terminal.out(line)
          await terminal.drained()
        } else await write(output, `${line}\n`)
        count++
      }
      if (output !== undefined) {
        output.end()
        await finished(output)
        bar?.stop()
        terminal.err(`${count} lines written to ${options.out}`)
      }
    } catch (error) {
      output?.destroy()
      throw fileFailure(error, options.out)
    } finally {
      bar?.stop()
    }
  })
}

async function write(output: Writable, text: string): Promise<void> {
  if (!output.write(text)) await once(output, 'drain')
}

function fileFailure(error: unknown, file = ''): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (syscall === undefined || file === '') return error
  const reason =
    code === 'EEXIST'
      ? 'is there already; name another one'
      : `cannot be written: ${explainFileError(error, 'written')}`
  return new CuecardError('config.invalid', `--out: ${file} ${reason}`, { field: 'out' })
}

function addProve(audit: Command, context: CommandContext): void {
  audit
    .command('prove')
    .summary('prove that an entry is in the log, or that the log only grew')
    .description(
      'Prints a proof (RFC 6962) against the newest checkpoint: of an entry with --entry, or that an earlier tree is a part of it with --since.',
    )
    .option('--entry <index>', 'index of the entry', wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option('--since <size>', 'size of an earlier checkpoint', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .addOption(configOption())
    .addHelpText('after', '\nExample:\n  cuecard audit prove --entry 1042')
    .action(async (options: RecordOptions & { readonly entry?: number; readonly since?: number }) => {
      const { entry, since } = options
      if ((entry === undefined) === (since === undefined))
        throw new CuecardError('config.invalid', 'Give either --entry or --since')
      await withRecord(options, context, async ({ recorder: { audit } }) => {
        const proof = entry === undefined ? await audit.consistency(since ?? 1) : await audit.inclusion(entry)
        context.terminal.out(JSON.stringify(proof, null, 2))
      })
    })
}

function addCheckpoint(audit: Command, context: CommandContext): void {
  audit
    .command('checkpoint')
    .summary('print a signed checkpoint of the log as it is now')
    .description(
      'Prints the newest signed tree head (C2SP tlog-checkpoint). Keep it where the operator of cuecard cannot change it: cuecard audit verify --checkpoint then shows that nothing before it was changed.',
    )
    .option('--key', "print the log's public key instead (C2SP signed-note verifier key)")
    .addOption(configOption())
    .action(async (options: RecordOptions & { readonly key?: true }) => {
      await withRecord(options, context, async ({ recorder: { audit } }) => {
        context.terminal.out((options.key ? await audit.verifierKey() : await audit.checkpoint()).trimEnd())
      })
    })
}

interface EraseOptions extends RecordOptions {
  readonly agent?: string
  readonly interaction?: string
  readonly yes?: true
  readonly json?: true
}

function addErase(audit: Command, context: CommandContext): void {
  audit
    .command('erase')
    .summary('make everything about an agent or an interaction unreadable, for ever')
    .description(
      'Destroys the keys under which the entries of an agent or of an interaction lie. The log still verifies; the erasure itself is recorded without the id. Exports and backups that were made before are not reached.',
    )
    .option('--agent <id>', 'the agent')
    .option('--interaction <id>', 'the interaction')
    .option('--yes', 'really do it')
    .option('--json', 'print JSON')
    .addOption(configOption())
    .action(async (options: EraseOptions) => {
      const { agent, interaction } = options
      if ((agent === undefined) === (interaction === undefined))
        throw new CuecardError('config.invalid', 'Give either --agent or --interaction')
      const person = agent === undefined ? { interactionId: interaction ?? '' } : { agentId: agent }
      if (!options.yes)
        throw new CuecardError(
          'config.invalid',
          `This destroys what was recorded of ${agent === undefined ? 'interaction' : 'agent'} ${agent ?? interaction}, for ever; say so with --yes`,
        )
      await withRecord(options, context, async ({ recorder: { audit } }) => {
        const { keys, entries } = await audit.erase(person, by)
        const { out } = context.terminal
        if (options.json) out(JSON.stringify({ keys, entries }))
        else if (keys === 0) out('Nothing was recorded under this id, so nothing had to be erased.')
        else out(`${keys} key${keys === 1 ? '' : 's'} destroyed: ${entries} entries can no longer be read.`)
      })
    })
}
