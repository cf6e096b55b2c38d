// An error as the command tells it: one sentence, the next step, the exit status. Never a stack trace.
import { CommanderError } from 'commander'
import { CuecardError, type ErrorCode } from '../errors.ts'
import { printable } from './text-width.ts'

export interface Failure {
  /** 2: wrong usage or bad input. 1: anything else. */
  readonly status: 1 | 2
  readonly code: string
  readonly message: string
  readonly nextStep: string
}

/** What the user gave is at fault. */
const badInput: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'request.invalid',
  'config.invalid',
  'data.invalid',
])

/** `command` is what was run, such as `cuecard rank evaluate`. */
export function explainFailure(error: unknown, command: string): Failure {
  const help = `Run \`${command} --help\` for usage.`
  if (error instanceof CommanderError) {
    const [first = '', hint] = error.message.replace(/^error: /, '').split('\n')
    const suggestion = /Did you mean .*\?/.exec(hint ?? '')?.[0]
    return {
      status: 2,
      code: 'usage.invalid',
      message: sentence(suggestion === undefined ? first : `${sentence(first)} ${suggestion}`),
      nextStep: help,
    }
  }
  if (error instanceof CuecardError)
    return {
      status: badInput.has(error.code) ? 2 : 1,
      code: error.code,
      message: sentence(error.message),
      nextStep: nextStepOf(error) ?? help,
    }
  const message = error instanceof Error ? error.message : String(error)
  return {
    status: 1,
    code: 'failed',
    message: sentence(`Unexpected: ${message}`),
    nextStep: 'Set CUECARD_DEBUG=1 to see where it happened.',
  }
}

function nextStepOf({ code, details: { field = '' } }: CuecardError): string | undefined {
  if (code === 'data.invalid') return 'Correct the file, or name another one.'
  if (code === 'mirror.unavailable') return 'Run `cuecard mirror --help` to see what can be done.'
  if (code === 'record.not_found') return 'Run `cuecard audit checkpoint` to see where the log ends.'
  // Of the settings, or of a line of the file itself.
  if (code === 'config.invalid' && /^(access\.apiKeysFile$|keys\b)/.test(field))
    return 'Correct the file, name another one in CUECARD_API_KEYS_FILE, or make a key with `cuecard keys create`.'
  const fromSettings = code === 'config.invalid' && field.startsWith('genesys')
  const fromGenesys = !badInput.has(code)
  if (fromSettings || fromGenesys) return 'Run `cuecard doctor` to see what is missing.'
  return undefined
}

function sentence(text: string): string {
  const line = printable(text).trim()
  // A path or the name of a setting stays as it is written.
  const whole = /^[a-z]+ /.test(line) ? line.charAt(0).toUpperCase() + line.slice(1) : line
  return /[.?!]$/.test(whole) ? whole : `${whole}.`
}
