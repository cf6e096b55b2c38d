// `cuecard doctor`: does everything that is configured work, and if not, what is to be done.
import type { Command } from 'commander'
import { systemClock } from '../clock.ts'
import type { Environment } from '../config/load-config.ts'
import { undiciTransport } from '../genesys/undici-transport.ts'
import type { CommandContext } from './command-context.ts'
import { defaultDatabase } from './default-database.ts'
import { checkCallers } from './doctor/check-callers.ts'
import { checkOwnArticles } from './doctor/check-mirror.ts'
import { checkRecord } from './doctor/check-record.ts'
import { checkRedis } from './doctor/check-redis.ts'
import { checkConfiguration, checkNode } from './doctor/check-surroundings.ts'
import { checkWebhooks } from './doctor/check-webhooks.ts'
import { examineAccess } from './doctor/examine.ts'
import { type Finding, passed } from './doctor/finding.ts'
import type { Terminal } from './terminal.ts'
import { printable, wrap } from './text-width.ts'

interface Options {
  readonly config?: string
  readonly json?: true
}

export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .summary('check settings, Genesys, database, keys, Redis and webhooks')
    .description(
      'Checks what is configured: Genesys Cloud with a few cheap calls, the record and its key, Redis, webhooks, API keys. It makes no file and sends no message. Each line passes (✓), fails (✗) and says what to do, or is for information (–).',
    )
    .option('--config <file>', 'settings as YAML or JSON')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  cuecard doctor --config cuecard.yaml')
    .action((options: Options) => run(options, context))
}

async function run(options: Options, { terminal, environment, signal, exitWith }: CommandContext) {
  const findings: Finding[] = []
  for await (const finding of examine(environment, options.config)) {
    signal.throwIfAborted()
    findings.push(finding)
    if (!options.json) for (const line of linesOf(finding, terminal)) terminal.out(line)
  }
  const failures = findings.filter(({ result }) => result === 'failed')
  const ok = failures.length === 0
  if (options.json) terminal.out(JSON.stringify({ ok, findings }, null, 2))
  else terminal.out(ok ? '\nAll is well.' : `\n${failures.length} to put right.`)
  if (!ok) exitWith(failures.some(({ name }) => name === 'configuration') ? 2 : 1)
}

async function* examine(environment: Environment, file: string | undefined): AsyncGenerator<Finding> {
  yield checkNode(process.versions.node)
  const config = checkConfiguration(environment, file, defaultDatabase)
  if (!('sources' in config)) {
    yield* config
    return
  }
  const { genesys, mirror } = config
  const access = genesys ? `client ${genesys.clientId} at ${genesys.apiUrl}` : 'without Genesys'
  yield passed('configuration', `complete; ${access}`)
  const clock = systemClock
  const transport = undiciTransport()
  try {
    yield* examineAccess(config, { transport, clock })
  } finally {
    await transport.close()
  }
  if (mirror.enabled) yield* checkOwnArticles(mirror.sources)
  yield* checkRecord(config)
  yield await checkRedis(config.redis, { clock, random: Math.random })
  yield* checkWebhooks(config.delivery, { clock })
  yield* checkCallers(config, clock)
}

const marks = { passed: ['✓', 'green'], failed: ['✗', 'red'], noted: ['–', 'dim'] } as const

const messageColumn = 30

function linesOf({ name, result, message, advice }: Finding, { columns, paint }: Terminal): string[] {
  const [mark, style] = marks[result]
  const texts = wrap(printable(message), columns - messageColumn)
  const advised = advice === undefined ? [] : wrap(`→ ${advice}`, columns - messageColumn)
  const [first = '', ...rest] = [
    ...texts.map((text) => (result === 'noted' ? paint('dim', text) : text)),
    ...advised.map((text) => paint('yellow', text)),
  ]
  return [
    `${paint(style, mark)} ${name.padEnd(messageColumn - 2)}${first}`,
    ...rest.map((line) => ' '.repeat(messageColumn) + line),
  ]
}
