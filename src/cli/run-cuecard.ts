// The command `cuecard` as a function: its commands, what it says when one fails, and its exit status.
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { Command, CommanderError } from 'commander'
import type { Surroundings } from './command-context.ts'
import { addCommands } from './commands.ts'
import { explainFailure } from './explain-failure.ts'
import type { Terminal } from './terminal.ts'

/** Runs a command to its end. The exit status, or undefined if it was interrupted. Never throws. */
export async function runCuecard(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<number | undefined> {
  const { terminal, environment, signal } = surroundings
  let status: number | undefined
  const program = programOf(terminal)
  const exitWith = (wanted: number) => {
    status = wanted
  }
  try {
    await addCommands(program, { ...surroundings, exitWith }, args[0])
    await program.parseAsync(args, { from: 'user' })
    return status ?? (signal.aborted ? undefined : 0)
  } catch (error) {
    if (signal.aborted) return undefined
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    // `cuecard` and `cuecard rank` alone: their help is printed already.
    if (error instanceof CommanderError && error.code === 'commander.help') return 2
    const { status, ...failure } = explainFailure(error, commandNamed(args, program))
    if (args.includes('--json')) terminal.err(JSON.stringify({ error: failure }))
    else terminal.err(`${failure.message} ${failure.nextStep}`)
    if (environment.CUECARD_DEBUG) terminal.err(inspect(error))
    return status
  }
}

function programOf({ columns, err, out }: Terminal): Command {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const program = new Command('cuecard')
    .description('Agent assist for Genesys Cloud: the right knowledge in time, whatever Genesys does.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out(text.trimEnd()),
      writeErr: (text) => err(text.trimEnd()),
      // Told once, by `runCuecard`.
      outputError: () => {},
      getOutHelpWidth: () => columns,
      getErrHelpWidth: () => columns,
    })
  return program
}

/** Such as `cuecard rank evaluate`: what to ask help for. */
function commandNamed(args: readonly string[], program: Command): string {
  let command: Command | undefined = program
  let name = program.name()
  for (const arg of args) {
    command = command.commands.find((candidate) => candidate.name() === arg)
    if (command === undefined) break
    name += ` ${arg}`
  }
  return name
}
