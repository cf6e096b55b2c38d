// `cuecard keys`: the API keys that the service accepts.
import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { roles } from '../access/actor.ts'
import {
  type ApiKey,
  apiKeyHash,
  apiKeySchema,
  apiKeyText,
  changeApiKeys,
  readApiKeys,
} from '../access/api-key-file.ts'
import { systemClock } from '../clock.ts'
import { loadRecordConfig } from '../config/load-config.ts'
import { CuecardError } from '../errors.ts'
import { explainIssue } from '../explain-issue.ts'
import { apiKeysFileOf } from './api-keys-file.ts'
import type { CommandContext } from './command-context.ts'
import { defaultDatabase } from './default-database.ts'
import { several } from './option-value.ts'
import { printable } from './text-width.ts'

interface FileOptions {
  readonly file?: string
  readonly config?: string
}

interface CreateOptions extends FileOptions {
  readonly id: string
  readonly role: readonly string[]
  readonly agent?: string
  readonly division?: readonly string[]
  readonly expires?: string
  readonly note?: string
}

interface ListOptions extends FileOptions {
  readonly json?: true
}

const fileOption = ['--file <file>', 'the key file (default: the one that `cuecard serve` takes)'] as const
const configOption = ['--config <file>', 'settings as YAML or JSON'] as const

/** `create`, `list` and `revoke` below `cuecard keys`. */
export function addKeysCommand(program: Command, context: CommandContext): void {
  const keys = program.command('keys').description('make, list and revoke the API keys of the service')
  keys
    .command('create')
    .summary('make a key and print it, this once')
    .description(
      'Makes a key, adds its hash to the key file and prints the key, which is kept nowhere. A running service takes it within a second.',
    )
    .requiredOption('--id <id>', 'its name: 1 to 32 of a-z and 0-9')
    .requiredOption('--role <role>', `${roles.join(', ')}; may be repeated`, several)
    .option('--agent <id>', 'the Genesys user it acts for; needed for the role agent')
    .option('--division <id>', 'a Genesys division it belongs to; may be repeated', several)
    .option('--expires <time>', 'when it ends, ISO 8601 with a zone')
    .option('--note <text>', 'what it is for')
    .option(...fileOption)
    .option(...configOption)
    .addHelpText(
      'after',
      '\nExample:\n  cuecard keys create --id desktop2 --role service --expires 2027-03-31T22:00:00Z',
    )
    .action((options: CreateOptions) => create(options, context))
  keys
    .command('list')
    .summary('list the keys')
    .description('Lists the keys of the file, without their hashes.')
    .option(...fileOption)
    .option(...configOption)
    .option('--json', 'print JSON')
    .action((options: ListOptions) => list(options, context))
  keys
    .command('revoke')
    .summary('take a key out of the file')
    .description('Takes a key out of the file. A running service refuses it within a second.')
    .argument('<id>', 'its name')
    .option(...fileOption)
    .option(...configOption)
    .action((id: string, options: FileOptions) => revoke(id, options, context))
}

/** @throws CuecardError `config.invalid`. */
function fileOf({ file, config }: FileOptions, { environment }: CommandContext): string {
  const found = file ?? apiKeysFileOf(loadRecordConfig(environment, config, defaultDatabase))
  if (found !== undefined) return found
  throw new CuecardError(
    'config.invalid',
    'access.apiKeysFile: is missing, so callers show tokens only; name a file there, or with --file',
  )
}

function create(options: CreateOptions, context: CommandContext): void {
  const { id, role, agent, division, expires, note } = options
  const file = fileOf(options, context)
  const text = apiKeyText(id, randomBytes(32))
  const key = parseKey({
    id,
    hash: apiKeyHash(text),
    roles: [...new Set(role)],
    agentId: agent,
    divisions: division,
    expiresAt: expires,
    note,
  })
  if (hasExpired(key)) throw new CuecardError('request.invalid', '--expires: is in the past')
  changeApiKeys(file, (keys) => {
    if (keys.some((other) => other.id === id))
      throw new CuecardError(
        'request.invalid',
        `--id: there is a key "${id}" in ${file}; take another name, or revoke it`,
      )
    return [...keys, key]
  })
  context.terminal.out(text)
  context.terminal.err(`Its hash is in ${file}. The key itself is kept nowhere: store it now.`)
}

const optionOf: Readonly<Record<string, string>> = {
  id: '--id',
  roles: '--role',
  agentId: '--agent',
  divisions: '--division',
  expiresAt: '--expires',
  note: '--note',
}

function parseKey(input: object): ApiKey {
  const parsed = apiKeySchema.safeParse(input)
  if (parsed.success) return parsed.data
  const { field, problem } = explainIssue(parsed.error)
  const option = optionOf[field.replace(/\[.*/, '')] ?? field
  throw new CuecardError('request.invalid', `${option}: ${problem}`, { field: option })
}

function list(options: ListOptions, context: CommandContext): void {
  const file = fileOf(options, context)
  const { out, paint } = context.terminal
  const keys = readApiKeys(file).map(({ hash: _, ...key }) => ({ ...key, expired: hasExpired(key) }))
  if (options.json) out(JSON.stringify({ file, keys }, null, 2))
  else if (keys.length === 0) out(`No key in ${file}.`)
  else for (const key of keys) out(`${paint('bold', key.id)}  ${printable(factsOf(key))}`)
}

function factsOf({
  roles,
  agentId,
  divisions,
  expiresAt,
  expired,
  note,
}: Omit<ApiKey, 'hash'> & { expired: boolean }) {
  const facts = [
    roles.join(', '),
    agentId && `agent ${agentId}`,
    divisions?.length && `divisions ${divisions.join(', ')}`,
    expiresAt && `${expired ? 'expired' : 'expires'} ${expiresAt}`,
    note,
  ]
  return facts.filter(Boolean).join(' · ')
}

function revoke(id: string, options: FileOptions, context: CommandContext): void {
  const file = fileOf(options, context)
  // Read first: without a file there is nothing to revoke, and none is to be made.
  readApiKeys(file)
  changeApiKeys(file, (keys) => {
    const kept = keys.filter((key) => key.id !== id)
    if (kept.length < keys.length) return kept
    throw new CuecardError(
      'request.invalid',
      `There is no key "${id}" in ${file}; \`cuecard keys list\` shows those there are`,
    )
  })
  context.terminal.out(`Revoked ${id}.`)
}

function hasExpired({ expiresAt }: Pick<ApiKey, 'expiresAt'>): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= systemClock.wallTime()
}
