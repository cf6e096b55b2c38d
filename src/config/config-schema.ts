// The configuration: one schema for the file, the environment and the library.
import { z } from 'zod'
import { roles } from '../access/actor.ts'
import { CuecardError } from '../errors.ts'
import { explainIssue } from '../explain-issue.ts'
import { profiles } from '../ranking/profiles.ts'
import { type GenesysAccess, genesys, genesysHint, withAddresses } from './genesys-setting.ts'
import { learning } from './learning-setting.ts'
import { mirror } from './mirror-setting.ts'
import { isProfileFile } from './read-profile.ts'
import * as service from './service-settings.ts'
import { names as anyNames, whole } from './setting.ts'

const names = anyNames.min(1)
/** Ids as a request names them: in the same Unicode form. */
const ids = names.transform((list) => list.map((id) => id.normalize('NFC').trim()))

const sharing = z.enum(['interaction', 'audience'], { error: 'must be interaction or audience' })

const sources = z
  .strictObject({
    'assist-content': z
      .strictObject({
        enabled: z
          .boolean()
          .default(true)
          .describe(
            'Asked when the request names entities; where the organisation lacks the endpoint, again after 1 to 10 minutes',
          ),
        share: sharing
          .default('interaction')
          .describe('`audience` lets all agents of one audience share its answers'),
      })
      .prefault({}),
    'knowledge-search': z
      .strictObject({
        enabled: z.boolean().default(true).describe('Asked when there is anything to search for'),
      })
      .prefault({}),
    'copilot-suggestions': z
      .strictObject({
        enabled: z.boolean().default(true).describe('Asked for the suggestions of the live conversation'),
        ttlSeconds: whole(1, 86_400).default(60).describe('Suggestions change with the conversation'),
        besideMirror: z
          .boolean()
          .default(false)
          .describe(
            'Asked even while the mirror answers, a call a minute for each interaction; with notifications it always is, without calls',
          ),
      })
      .prefault({}),
  })
  .prefault({})

const cache = z
  .strictObject({
    ttlSeconds: whole(1, 86_400)
      .default(300)
      .describe('An answer is fresh for so long; one without items for 30 s at most'),
    staleSeconds: whole(0, 86_400).default(300).describe('Then it is served while it is refreshed'),
    graceSeconds: whole(0, 604_800)
      .default(86_400)
      .describe('Then it is served only when Genesys cannot answer'),
    maxMegabytes: whole(1, 65_536).default(64).describe('Bound on all cached answers'),
  })
  .prefault({})

/** Ids that stand in the name of a topic. */
const topicIds = z
  .array(z.string().regex(/^[\w-]{1,64}$/, 'must be an id of letters, digits, "-" and "_"'))
  .max(10_000)
  .default([])

const notifications = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Whether live interactions are followed by notifications: what is said, suggested, ended'),
    agentIds: topicIds.describe('Genesys user ids whose conversations are followed from their beginning'),
    queueIds: topicIds.describe(
      'Queue ids likewise. Without either an interaction is followed from its first retrieval or context on',
    ),
    maxChannels: whole(2, 20)
      .default(20)
      .describe('Channels that Genesys allows this client: 20, less what other programs use'),
  })
  .prefault({})

const push = z
  .strictObject({
    prefetch: z
      .boolean()
      .default(true)
      .describe("Whether a customer's turn is prepared for before an agent who was seen lately asks"),
    seenSeconds: whole(1, 86_400)
      .default(120)
      .describe('For so long after its last retrieval an agent counts as seen'),
    minConfidence: z
      .number({ error: 'must be a number from 0 to 1' })
      .min(0, 'must be a number from 0 to 1')
      .max(1, 'must be a number from 0 to 1')
      .default(0)
      .describe(
        'An answer of less confidence is not pushed. Set it to the figure that `cuecard rank evaluate` prints for your own conversations: then 95 % of the needed ones come',
      ),
    maxStreams: whole(1, 100_000)
      .default(1000)
      .describe('Interactions followed at a time; more are answered 503 with Retry-After'),
  })
  .prefault({})

const audience = z.strictObject({
  name: z.string().min(1).max(128).describe('Name of the audience, unlike the others'),
  agents: ids.optional().describe('Genesys user ids that it is for'),
  queues: ids.optional().describe('Queue ids that it is for'),
  roles: z
    .array(z.enum(roles, { error: `must be one of ${roles.join(', ')}` }))
    .min(1)
    .optional()
    .describe('Roles that it is for'),
  divisions: ids.optional().describe('Division ids that it is for'),
  labels: z
    .array(z.string().min(1))
    .max(10_000)
    .optional()
    .describe('Labels that it may see; without it all. An item with any other label is refused'),
  categories: names.optional().describe('Categories that it may see, with all below them; without it all'),
})

const profileHint = `must be one of ${Object.keys(profiles).join(', ')}, or a .json or .yaml file`

export const configSchema = z
  .strictObject({
    /** Absent: a team's own articles alone are served, from the mirror. */
    genesys: genesys.optional(),
    latencyBudgetMs: whole(20, 60_000)
      .default(200)
      .describe('From request to reply. `cuecard retrieve` has its own default, 3000'),
    profile: z
      .string({ error: profileHint })
      .refine((profile) => Object.hasOwn(profiles, profile) || isProfileFile(profile), profileHint)
      .optional()
      .describe(
        'Ranking profile: one that ships, or a file that `cuecard rank learn` wrote. Without it `context` where the mirror is enabled, else `tutorial`',
      ),
    cache,
    sources,
    learning,
    /** Rules in order; the first that fits an agent decides. None: everyone sees everything. */
    audiences: z.array(audience).max(1000).default([]).describe('Who may see what; see below'),
    context: z
      .strictObject({
        maxInteractions: whole(1, 1_000_000).default(20_000).describe('Live interactions known at a time'),
        idleMinutes: whole(1, 10_080).default(240).describe('Then an interaction is forgotten'),
        shared: z
          .boolean()
          .default(true)
          .describe(
            'Whether processes share over Redis, where it is, what is known and said in an interaction',
          ),
      })
      .prefault({}),
    notifications,
    mirror,
    push,
    restrictedLabels: anyNames
      .optional()
      .describe('Labels that are about access; without it all of them are'),
    ...service,
  })
  .refine(({ audiences }) => new Set(audiences.map(({ name }) => name)).size === audiences.length, {
    path: ['audiences'],
    message: 'must have different names',
  })

/** What a caller may give; everything but `genesys` has a default, and that is needed unless the mirror has own articles alone. */
export type CuecardConfigInput = z.input<typeof configSchema>

/** The configuration, complete and checked. */
export type CuecardConfig = Omit<z.output<typeof configSchema>, 'genesys'> & {
  /** Undefined: a team's own articles alone are served. */
  readonly genesys?: GenesysAccess | undefined
  readonly profile: string
}

/** As far as the record goes: what a command over it needs, without access to Genesys. */
const recordSchema = z.object({
  latencyBudgetMs: configSchema.shape.latencyBudgetMs,
  ...service,
})

/** The settings of the record. */
export type RecordConfig = z.output<typeof recordSchema>

/** The same as {@link parseConfig} for the settings of the record alone; it looks at no others. */
export function parseRecordConfig(input: unknown): RecordConfig {
  return parseWith(recordSchema, input)
}

/** As far as the mirror goes: what a command over its copy needs, without access to Genesys. */
const mirrorSchema = z.object({
  latencyBudgetMs: configSchema.shape.latencyBudgetMs,
  profile: configSchema.shape.profile,
  audiences: configSchema.shape.audiences,
  restrictedLabels: configSchema.shape.restrictedLabels,
  mirror,
})

/** The settings of the mirror and of who may see what of it. */
export type MirrorConfig = z.output<typeof mirrorSchema> & { readonly profile: string }

/** The same for the settings of the mirror; it looks at no others. */
export function parseMirrorConfig(input: unknown): MirrorConfig {
  const config = parseWith(mirrorSchema, input)
  return { ...config, profile: config.profile ?? 'context' }
}

/**
 * Checks a configuration and fills in the defaults.
 * @throws CuecardError `config.invalid`: one sentence, and `details.field`. A value is never quoted: it may be secret.
 */
export function parseConfig(input: unknown): CuecardConfig {
  const { genesys, ...config } = parseWith(configSchema, input)
  if (genesys === undefined) requireOwnArticles(config)
  return {
    ...config,
    ...(genesys && { genesys: withAddresses(genesys) }),
    profile: config.profile ?? (config.mirror.enabled ? 'context' : 'tutorial'),
  }
}

/** What is switched on must do without Genesys. @throws CuecardError `config.invalid`. */
function requireOwnArticles({
  mirror,
  notifications,
  writeBack,
}: Pick<z.output<typeof configSchema>, 'mirror' | 'notifications' | 'writeBack'>): void {
  const problem = (field: string, text: string) =>
    new CuecardError('config.invalid', `${field}: ${text}`, { field })
  const isOwn = mirror.sources.every((source) => !('genesys' in source))
  if (!mirror.enabled || !isOwn)
    throw problem('genesys', `is missing; ${genesysHint}${hintOf(mirror.enabled, isOwn)}`)
  if (notifications.enabled) throw problem('notifications.enabled', `needs Genesys; ${genesysHint}`)
  if (writeBack.enabled) throw problem('writeBack.enabled', `needs Genesys; ${genesysHint}`)
}

function hintOf(isEnabled: boolean, isOwn: boolean): string {
  if (isOwn) return ', or mirror.enabled to serve own articles alone'
  return isEnabled ? ', or name own articles alone in mirror.sources' : ''
}

function parseWith<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input ?? {})
  if (parsed.success) return parsed.data
  const { field, problem } = explainIssue(parsed.error)
  throw new CuecardError(
    'config.invalid',
    field === '' ? `The configuration ${problem}` : `${field}: ${problem}`,
    field === '' ? {} : { field },
  )
}
