// `cuecard serve`: the HTTP service, until it is interrupted.
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import type { Command } from 'commander'
import { firstKey } from '../access/first-key.ts'
import type { Sessions } from '../access/sessions.ts'
import type { CuecardConfig } from '../config/config-schema.ts'
import { type Environment, loadConfig } from '../config/load-config.ts'
import { CuecardError } from '../errors.ts'
import type { AnsweredRequest, ServiceOptions } from '../http/ports.ts'
import type { RunningService, startService } from '../http/start-service.ts'
import { auditKeyFileOf } from '../ledger/audit-key.ts'
import { sqliteFileOf } from '../storage/sqlite-file.ts'
import { apiKeysFileOf } from './api-keys-file.ts'
import type { CommandContext } from './command-context.ts'
import { defaultDatabase } from './default-database.ts'
import { wholeNumber } from './option-value.ts'
import { type Invited, invitedRole, linksFor } from './sign-in-links.ts'
import { switchedLines } from './switched-lines.ts'
import type { Terminal } from './terminal.ts'

interface Options {
  readonly host?: string
  readonly port?: number
  readonly config?: string
  readonly database?: string
  readonly signInLink?: readonly Invited[]
  readonly json?: true
  readonly verbose?: true
}

/** Milliseconds for what is done after the last request. */
const flushMs = 10_000

/** What the service stands on, made from the configuration. The service's end closes `cuecard`; `close` the rest. */
export type ServedParts = Omit<ServiceOptions, 'config'> & { readonly close?: () => Promise<void> | void }

export interface StartOptions {
  /** Whether the page /demo is served, too. */
  readonly isDemo?: boolean
}

export function addServeCommand(
  program: Command,
  context: CommandContext,
  startParts: (config: CuecardConfig) => Promise<ServedParts>,
): void {
  program
    .command('serve')
    .summary('run the HTTP service')
    .description('Serves retrievals, the audit log and insight over HTTP until it is interrupted.')
    .option('--host <host>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <n>', 'port, 0 for any (default: 4300)', wholeNumber(0, 65_535))
    .option('--config <file>', 'settings as YAML or JSON')
    .option('--database <url>', 'sqlite:<file> or postgres://... (default: sqlite:./cuecard.db)')
    .option(
      '--sign-in-link <role>',
      'print a link that signs in once: supervisor, compliance, service or agent:<id>; may be repeated',
      invitedRole,
    )
    .option('--verbose', 'print each request')
    .option('--json', 'print JSON, one object a line')
    .addHelpText(
      'after',
      '\nNeeds GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and GENESYS_REGION; `cuecard simulate` prints a set to try. Own articles alone, as `mirror.sources` names them, are served without.\n\nExample:\n  cuecard serve --port 4300 --database sqlite:./cuecard.db',
    )
    .action((options: Options) => run(options, context, startParts))
}

async function run(
  options: Options,
  { terminal, environment, signal, exitWith, endWithin }: CommandContext,
  startParts: (config: CuecardConfig) => Promise<ServedParts>,
): Promise<void> {
  const { config, key } = withCredentials(configOf(options, environment))
  const auditKeyFile = newAuditKeyFile(config)
  // Requests finish, deliveries under way too, and what waits is written.
  endWithin?.(config.http.shutdownSeconds * 1000 + flushMs)
  let isTold = key === undefined
  let close: ServedParts['close']
  try {
    // It has as much to load as the parts.
    const [{ startService }, { close: closeParts, ...parts }] = await Promise.all([
      import('../http/start-service.ts'),
      startParts(config),
    ])
    close = closeParts
    const service = await listening(startService, parts, config, (request) => {
      parts.observe?.(request)
      if (options.verbose) tell(request, options, terminal)
    })
    try {
      announce(service, config, key, parts.sessions, options, terminal)
      isTold = true
      if (auditKeyFile !== undefined && !options.json)
        terminal.err(
          `The audit key was made: ${auditKeyFile}. Keep a copy elsewhere: without it nobody can read the log.`,
        )
      // Nobody waits for it: the first retrieval would do the same.
      parts.cuecard.warmUp().catch((error) => {
        if (!signal.aborted) parts.logger.warn({ err: error }, 'Genesys could not be reached yet')
      })
      if (!signal.aborted) await once(signal, 'abort')
    } finally {
      await service.close()
    }
  } finally {
    // Nobody has seen this key: the next start makes another one, and tells it.
    if (!isTold) rmSync(config.access.apiKeysFile ?? '', { force: true })
    await close?.()
  }
  // To be interrupted is how it ends.
  exitWith(0)
}

function configOf({ host, port, config, database }: Options, environment: Environment): CuecardConfig {
  const given = {
    ...(host !== undefined && { CUECARD_HOST: host }),
    ...(port !== undefined && { CUECARD_PORT: String(port) }),
    ...(database !== undefined && { CUECARD_DATABASE_URL: database }),
  }
  return loadConfig({ ...environment, ...given }, config, defaultDatabase)
}

/** Where the audit key will be made, if it is not there yet. */
function newAuditKeyFile({ auditLog, database }: CuecardConfig): string | undefined {
  const file = database && sqliteFileOf(database.url)
  if (auditLog.keyFile !== undefined || file === undefined || file === ':memory:') return undefined
  const keyFile = auditKeyFileOf(file)
  return existsSync(keyFile) ? undefined : keyFile
}

/**
 * Without configured credentials: the key file beside the database, made with one key where there is none.
 * @throws CuecardError `config.invalid` where others than this machine could reach a service without them.
 */
function withCredentials(config: CuecardConfig): { config: CuecardConfig; key: string | undefined } {
  const { access, http } = config
  const apiKeysFile = apiKeysFileOf(config)
  if (apiKeysFile === undefined || apiKeysFile === access.apiKeysFile) return { config, key: undefined }
  if (http.host !== undefined && !isLoopback(http.host))
    throw new CuecardError(
      'config.invalid',
      `http.host: ${http.host} can be reached from other machines; configure credentials first, with CUECARD_API_KEYS_FILE or CUECARD_JWKS_URL`,
      { field: 'http.host' },
    )
  return { config: { ...config, access: { ...access, apiKeysFile } }, key: firstKey(apiKeysFile) }
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|::1)$/.test(host)
}

/** Where it cannot listen, what was started for it is closed. */
async function listening(
  start: typeof startService,
  parts: Omit<ServedParts, 'close'>,
  config: CuecardConfig,
  observe: (request: AnsweredRequest) => void,
): Promise<RunningService> {
  const copilot = config.sources['copilot-suggestions'].ttlSeconds
  try {
    return await start({
      freshSecondsOf: (source) => (source === 'copilot-suggestions' ? copilot : config.cache.ttlSeconds),
      ...parts,
      config: config.http,
      observe,
    })
  } catch (error) {
    await parts.cuecard.close()
    throw error
  }
}

function announce(
  { url, port }: RunningService,
  config: CuecardConfig,
  key: string | undefined,
  sessions: Sessions | undefined,
  { json, signInLink = [] }: Options,
  { out, paint }: Terminal,
): void {
  // Nobody can call an address such as 0.0.0.0.
  const reachable = url.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//127.0.0.1')
  const invited = [...signInLink]
  if (key !== undefined && !json) invited.push({ roles: ['service', 'supervisor', 'compliance'] })
  const links =
    sessions === undefined || !config.pages.enabled
      ? []
      : invited.flatMap((who) => linksFor(who, reachable, sessions))
  if (json) {
    const signIn = links.length > 0 && { signInLinks: links }
    out(JSON.stringify({ url: reachable, port, ...(key !== undefined && { apiKey: key }), ...signIn }))
    return
  }
  out(`${paint('bold', 'cuecard')}, at ${paint('cyan', reachable)}\n`)
  for (const line of switchedLines(config)) out(line)
  if (key !== undefined) {
    out(
      '\nNo credentials are configured, so this key was made. It may do everything, and is not shown again:\n',
    )
    out(key)
  }
  if (links.length > 0) {
    out('\nThe pages, each with a sign-in that is good once and for 10 minutes:\n')
    for (const { page, url } of links) out(`${page.padEnd(11)} ${url}`)
  }
  out('\nIn another terminal:\n')
  out(`curl ${reachable}/readyz`)
  const credential = key ?? '<your key>'
  const question = '{"interactionId": "try-1", "agentId": "me", "query": "my card was stolen abroad"}'
  out(
    `curl -H 'Authorization: Bearer ${credential}' -H 'Content-Type: application/json' -d '${question}' ${reachable}/v1/retrievals\n`,
  )
  out(`The API is described at ${reachable}/openapi.json.`)
  out(paint('dim', 'Ctrl-C ends it.'))
}

function tell(
  { method, route = 'unknown', status, ms }: AnsweredRequest,
  { json }: Options,
  { out }: Terminal,
) {
  const time = new Date().toISOString()
  if (json) out(JSON.stringify({ time, method, route, status, ms: Math.round(ms * 10) / 10 }))
  else
    out(
      `${time.slice(11, 23)}  ${String(status || 'none').padEnd(4)}  ${`${ms.toFixed(1)} ms`.padStart(9)}  ${method} ${route}`,
    )
}
