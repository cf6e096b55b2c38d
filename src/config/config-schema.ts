// The configuration: one schema for the file, the environment and the library.
import { z } from 'zod'
import { roles } from '../access/actor.ts'
import { CuecardError } from '../errors.ts'
import { explainIssue } from '../explain-issue.ts'
import { regionDomain } from '../genesys/regions.ts'
import { Secret } from '../oauth/token-provider.ts'
import { profiles } from '../ranking/profile.ts'
import * as service from './service-settings.ts'
import { names as anyNames, whole } from './setting.ts'

const names = anyNames.min(1)
/** Ids as a request names them: in the same Unicode form. */
const ids = names.transform((list) => list.map((id) => id.normalize('NFC').trim()))

/** What is wrong with a value that is absent, or no string. */
const missing =
  (hint: string) =>
  ({ input }: { readonly input?: unknown }) =>
    input === undefined ? `is missing; ${hint}` : 'must be a string'

const text = (hint: string, max: number) =>
  z
    .string({ error: missing(hint) })
    .min(1, `is missing; ${hint}`)
    .max(max, `must have at most ${max} characters`)

/** An origin, with a path where a gateway needs one; http only on this machine, since a secret travels over it. */
const address = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .transform((text) => text.replace(/\/+$/, ''))
  .refine((text) => {
    const { protocol, hostname } = new URL(text)
    return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  }, 'must be https, unless it is on this machine: the client secret travels over it')
  .refine((text) => {
    const { username, password, search, hash } = new URL(text)
    return username + password + search + hash === ''
  }, 'must not hold credentials, a query or a fragment')

const secretHint = 'set GENESYS_CLIENT_SECRET, or GENESYS_CLIENT_SECRET_FILE'

const genesys = z.strictObject(
  {
    clientId: text('set GENESYS_CLIENT_ID', 256).regex(
      /^[!-9;-~]+$/,
      'must be printable ASCII without spaces and colons',
    ),
    clientSecret: z.union(
      [z.instanceof(Secret), text(secretHint, 1024).transform((secret) => new Secret(secret))],
      { error: missing(secretHint) },
    ),
    /** A domain such as `mypurecloud.de`, or a key of the SDK such as `eu_central_1`. */
    region: z.string().optional(),
    apiUrl: address.optional(),
    loginUrl: address.optional(),
    /** The knowledge bases to search; without it all published ones of the language, three at the most. */
    knowledgeBaseIds: names.optional(),
    quotaPerMinute: whole(1, 100_000).default(300),
  },
  {
    error: ({ input }) =>
      input === undefined
        ? 'is missing; set GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and GENESYS_REGION'
        : 'must be an object',
  },
)

const sharing = z.enum(['interaction', 'audience'], { error: 'must be interaction or audience' })

const sources = z
  .strictObject({
    'assist-content': z
      .strictObject({ enabled: z.boolean().default(true), share: sharing.default('interaction') })
      .prefault({}),
    'knowledge-search': z.strictObject({ enabled: z.boolean().default(true) }).prefault({}),
    'copilot-suggestions': z
      .strictObject({ enabled: z.boolean().default(true), ttlSeconds: whole(1, 86_400).default(60) })
      .prefault({}),
  })
  .prefault({})

const cache = z
  .strictObject({
    ttlSeconds: whole(1, 86_400).default(300),
    /** After the time to live: served at once while it is refreshed. */
    staleSeconds: whole(0, 86_400).default(300),
    /** After that: served only when Genesys cannot answer. */
    graceSeconds: whole(0, 604_800).default(86_400),
    maxMegabytes: whole(1, 65_536).default(64),
  })
  .prefault({})

const audience = z.strictObject({
  name: z.string().min(1).max(128),
  agents: ids.optional(),
  queues: ids.optional(),
  roles: z
    .array(z.enum(roles, { error: `must be one of ${roles.join(', ')}` }))
    .min(1)
    .optional(),
  divisions: ids.optional(),
  labels: z.array(z.string().min(1)).max(10_000).optional(),
  categories: names.optional(),
})

const configSchema = z
  .strictObject({
    genesys,
    latencyBudgetMs: whole(20, 60_000).default(200),
    profile: z
      .enum(Object.keys(profiles) as [string, ...string[]], {
        error: `must be one of ${Object.keys(profiles).join(', ')}`,
      })
      .default('tutorial'),
    cache,
    sources,
    /** Rules in order; the first that fits an agent decides. None: everyone sees everything. */
    audiences: z.array(audience).max(1000).default([]),
    context: z
      .strictObject({
        maxInteractions: whole(1, 1_000_000).default(20_000),
        idleMinutes: whole(1, 10_080).default(240),
      })
      .prefault({}),
    /** The labels that are about access; absent: all of them. */
    restrictedLabels: anyNames.optional(),
    ...service,
  })
  .refine(({ audiences }) => new Set(audiences.map(({ name }) => name)).size === audiences.length, {
    path: ['audiences'],
    message: 'must have different names',
  })

/** What a caller may give; everything but `genesys` has a default. */
export type CuecardConfigInput = z.input<typeof configSchema>

/** The configuration, complete and checked. */
export type CuecardConfig = z.output<typeof configSchema> & {
  readonly genesys: { readonly apiUrl: string; readonly loginUrl: string }
}

/**
 * Checks a configuration and fills in the defaults.
 * @throws CuecardError `config.invalid`: one sentence, and `details.field`. A value is never quoted: it may be secret.
 */
export function parseConfig(input: unknown): CuecardConfig {
  const parsed = configSchema.safeParse(input ?? {})
  if (!parsed.success) {
    const { field, problem } = explainIssue(parsed.error)
    throw new CuecardError(
      'config.invalid',
      field === '' ? `The configuration ${problem}` : `${field}: ${problem}`,
      field === '' ? {} : { field },
    )
  }
  const config = parsed.data
  const { region, apiUrl, loginUrl } = config.genesys
  if (region === undefined && (apiUrl === undefined || loginUrl === undefined))
    throw new CuecardError(
      'config.invalid',
      'genesys.region: is missing; set GENESYS_REGION (such as mypurecloud.de), or GENESYS_API_URL and GENESYS_LOGIN_URL',
      { field: 'genesys.region' },
    )
  const domain = region === undefined ? '' : regionDomain(region)
  return {
    ...config,
    genesys: {
      ...config.genesys,
      apiUrl: apiUrl ?? `https://api.${domain}`,
      loginUrl: loginUrl ?? `https://login.${domain}`,
    },
  }
}
