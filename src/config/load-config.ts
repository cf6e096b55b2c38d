// Where settings come from: a YAML or JSON file, overridden by the environment. The only place that reads either.
import { readFileSync } from 'node:fs'
import { parse as parseYaml, YAMLParseError } from 'yaml'
import { CuecardError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import { Secret } from '../oauth/token-provider.ts'
import {
  type CuecardConfig,
  type MirrorConfig,
  parseConfig,
  parseMirrorConfig,
  parseRecordConfig,
  type RecordConfig,
} from './config-schema.ts'

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The environment of this process. */
export function processEnvironment(): Environment {
  return process.env
}

/** Each variable, the setting it stands for, and how its text is read. */
export const variables: readonly {
  name: string
  path: readonly string[]
  read: (text: string, name: string) => unknown
}[] = [
  { name: 'GENESYS_CLIENT_ID', path: ['genesys', 'clientId'], read: asText },
  { name: 'GENESYS_CLIENT_SECRET', path: ['genesys', 'clientSecret'], read: asText },
  { name: 'GENESYS_REGION', path: ['genesys', 'region'], read: asText },
  { name: 'GENESYS_API_URL', path: ['genesys', 'apiUrl'], read: asText },
  { name: 'GENESYS_LOGIN_URL', path: ['genesys', 'loginUrl'], read: asText },
  { name: 'GENESYS_KNOWLEDGE_BASE_IDS', path: ['genesys', 'knowledgeBaseIds'], read: asList },
  { name: 'GENESYS_QUOTA_PER_MINUTE', path: ['genesys', 'quotaPerMinute'], read: asNumber },
  { name: 'CUECARD_LATENCY_BUDGET_MS', path: ['latencyBudgetMs'], read: asNumber },
  { name: 'CUECARD_CACHE_TTL_SECONDS', path: ['cache', 'ttlSeconds'], read: asNumber },
  { name: 'CUECARD_PROFILE', path: ['profile'], read: asText },
  { name: 'CUECARD_MIRROR', path: ['mirror', 'enabled'], read: asBoolean },
  { name: 'CUECARD_MIRROR_PATH', path: ['mirror', 'path'], read: asText },
  { name: 'CUECARD_HOST', path: ['http', 'host'], read: asText },
  { name: 'CUECARD_PORT', path: ['http', 'port'], read: asNumber },
  { name: 'CUECARD_API_KEYS_FILE', path: ['access', 'apiKeysFile'], read: asText },
  { name: 'CUECARD_JWKS_URL', path: ['access', 'jwt', 'jwksUrl'], read: asText },
  { name: 'CUECARD_JWT_ISSUER', path: ['access', 'jwt', 'issuer'], read: asText },
  { name: 'CUECARD_JWT_AUDIENCE', path: ['access', 'jwt', 'audience'], read: asText },
  { name: 'CUECARD_DATABASE_URL', path: ['database', 'url'], read: asText },
  { name: 'CUECARD_AUDIT', path: ['audit'], read: asText },
  { name: 'CUECARD_DURABILITY', path: ['durability'], read: asText },
  { name: 'CUECARD_AUDIT_ORIGIN', path: ['auditLog', 'origin'], read: asText },
  { name: 'CUECARD_AUDIT_KEY_FILE', path: ['auditLog', 'keyFile'], read: asText },
  { name: 'CUECARD_WEBHOOK_ALLOWED_HOSTS', path: ['delivery', 'allowedHosts'], read: asList },
  { name: 'CUECARD_REDIS_URL', path: ['redis', 'url'], read: asText },
  { name: 'CUECARD_LOG_LEVEL', path: ['logLevel'], read: asText },
]

/** Settings that may only come from the environment or a file of their own. */
const secretPaths: readonly (readonly string[])[] = [
  ['genesys', 'clientSecret'],
  ['database', 'url'],
  ['redis', 'url'],
]

/**
 * Reads the configuration. `file` is YAML or JSON; `CUECARD_CONFIG_FILE` names one where it is absent. A variable
 * `X_FILE` names a file that holds the value of `X`, without the line's end. `defaults` are settings that hold where
 * neither says otherwise.
 * @throws CuecardError `config.invalid` naming the setting or the variable, never its value.
 */
export function loadConfig(
  environment: Environment,
  file = environment.CUECARD_CONFIG_FILE,
  defaults: Readonly<Record<string, unknown>> = {},
): CuecardConfig {
  return parseConfig(settingsOf(environment, file, defaults))
}

/** The same for the settings of the record alone: without access to Genesys. */
export function loadRecordConfig(
  environment: Environment,
  file = environment.CUECARD_CONFIG_FILE,
  defaults: Readonly<Record<string, unknown>> = {},
): RecordConfig {
  return parseRecordConfig(settingsOf(environment, file, defaults))
}

/** The same for the settings of the mirror alone: without access to Genesys. */
export function loadMirrorConfig(
  environment: Environment,
  file = environment.CUECARD_CONFIG_FILE,
): MirrorConfig {
  return parseMirrorConfig(settingsOf(environment, file, {}))
}

function settingsOf(
  environment: Environment,
  file: string | undefined,
  defaults: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const settings = {
    ...structuredClone(defaults),
    ...(file === undefined || file === '' ? {} : readSettings(file)),
  }
  for (const { name, path, read } of variables) {
    const text = textOf(environment, name)
    if (text !== undefined) assign(settings, path, read(text, name))
  }
  addWebhook(settings, environment)
  return settings
}

/** The endpoint `default` of the environment; one secret, or several with spaces between, while they are changed. */
function addWebhook(settings: Record<string, unknown>, environment: Environment): void {
  const url = textOf(environment, 'CUECARD_WEBHOOK_URL')
  const secrets = textOf(environment, 'CUECARD_WEBHOOK_SECRET')?.split(/\s+/).filter(Boolean)
  if (url === undefined) {
    if (secrets === undefined) return
    throw new CuecardError('config.invalid', 'CUECARD_WEBHOOK_SECRET is set without CUECARD_WEBHOOK_URL', {
      field: 'delivery.webhooks',
    })
  }
  const before = (settings.delivery ?? {}) as { webhooks?: unknown }
  const others = Array.isArray(before.webhooks) ? before.webhooks : []
  const webhook = { name: 'default', url, secrets: secrets?.map((secret) => new Secret(secret)) }
  settings.delivery = { ...before, webhooks: [...others, webhook] }
}

function readSettings(file: string): Record<string, unknown> {
  let settings: unknown
  try {
    settings = parseYaml(readFileSync(file, 'utf8'), { logLevel: 'error' }) ?? {}
  } catch (error) {
    throw new CuecardError(
      'config.invalid',
      `The configuration file ${file} cannot be read: ${reasonOf(error)}`,
    )
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    throw new CuecardError('config.invalid', `The configuration file ${file} must hold settings by name`)
  for (const path of secretPaths)
    if (
      path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], settings) !==
      undefined
    )
      throw new CuecardError(
        'config.invalid',
        `${path.join('.')} must not stand in ${file}; set it in the environment, or in a file named by its variable with _FILE`,
        { field: path.join('.') },
      )
  return settings as Record<string, unknown>
}

/** Where and why, without the parser's own words: they may quote the file. */
function reasonOf(error: unknown): string {
  if (error instanceof YAMLParseError) {
    const [at] = error.linePos ?? []
    const where = at === undefined ? '' : ` at line ${at.line}, column ${at.col}`
    return `it is neither YAML nor JSON${where}`
  }
  return error instanceof Error && 'syscall' in error
    ? explainFileError(error)
    : 'it is neither YAML nor JSON'
}

function textOf(environment: Environment, name: string): string | undefined {
  const value = environment[name]
  if (value !== undefined && value !== '') return value
  const file = environment[`${name}_FILE`]
  if (file === undefined || file === '') return undefined
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch {
    throw new CuecardError('config.invalid', `${name}_FILE names a file that cannot be read: ${file}`)
  }
}

function assign(settings: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = settings
  for (const key of path.slice(0, -1)) {
    at[key] ??= {}
    // Something else in its place is left for the schema to refuse.
    if (typeof at[key] !== 'object') return
    at = at[key] as Record<string, unknown>
  }
  at[path.at(-1) ?? ''] = value
}

function asText(text: string): string {
  return text
}

function asBoolean(text: string, name: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  throw new CuecardError('config.invalid', `${name} must be true or false`)
}

function asList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function asNumber(text: string, name: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number))
    throw new CuecardError('config.invalid', `${name} must be a number`)
  return number
}
