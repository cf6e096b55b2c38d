// Checks of what the client may do: sign in, its scopes, and one real, cheap call for each source.
import { randomUUID } from 'node:crypto'
import { audiencesOf } from '../../access/audience.ts'
import { CuecardError, isCuecardError } from '../../errors.ts'
import type { KnowledgeBases } from '../../genesys/knowledge-bases.ts'
import type { ChannelCalls } from '../../notifications/channel-calls.ts'
import type { AccessToken, TokenProvider } from '../../oauth/token-provider.ts'
import type { ContentSource, SourceCall } from '../../retrieval/content-source.ts'
import { type Inquiry, inquiryOf } from '../../retrieval/inquiry.ts'
import { type Finding, failed, noted, passed } from './finding.ts'

const advices: Partial<Record<CuecardError['code'], string>> = {
  'oauth.rejected': 'Copy both again from Admin > Integrations > OAuth, and check the region',
  'oauth.scope_missing': 'Add the scope to the OAuth client under Admin > Integrations > OAuth',
  'genesys.forbidden': "Add the permission to a role of the OAuth client's, for the division concerned",
  'genesys.unauthorized': 'Check that login and API belong to the same region',
  'genesys.rate_limited': 'Wait a minute; is another program using the same OAuth client?',
  'genesys.malformed': 'Is there a proxy or gateway in between that answers instead of Genesys?',
}

export function failureOf(name: string, error: unknown): Finding {
  if (!(error instanceof CuecardError)) throw error
  return failed(
    name,
    error.message,
    advices[error.code] ?? 'See https://status.mypurecloud.com and try again',
  )
}

/** The token, where there is one, beside the finding. */
export async function checkCredentials(
  tokens: TokenProvider,
  call: SourceCall,
  lifetimeSeconds: () => number | undefined,
): Promise<{ readonly finding: Finding; readonly token?: AccessToken }> {
  try {
    const token = await tokens.token(call)
    const lifetime = lifetimeSeconds()
    const valid = lifetime === undefined ? '' : `, valid for ${durationOf(lifetime)}`
    return { finding: passed('credentials', `a token was issued${valid}`), token }
  } catch (error) {
    return { finding: failureOf('credentials', error) }
  }
}

function durationOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

export function checkScopes(granted: readonly string[] | undefined, needed: readonly string[]): Finding {
  if (granted === undefined)
    return noted('scopes', 'the login host names none, so Genesys judges by the permissions below')
  const missing = needed.filter((scope) => !granted.includes(scope))
  if (missing.length > 0)
    return failed(
      'scopes',
      `missing: ${missing.join(', ')}; granted: ${granted.join(', ') || 'none'}`,
      'Add them to the OAuth client under Admin > Integrations > OAuth',
    )
  return passed('scopes', granted.join(', '))
}

/** Also the language of the first base, to search in. */
export async function checkKnowledgeBases(
  bases: KnowledgeBases,
  call: SourceCall,
): Promise<{ readonly finding: Finding; readonly language?: string }> {
  const name = 'knowledge bases'
  try {
    const found = await bases.all(call)
    const [first] = found
    if (first === undefined)
      return {
        finding: failed(name, 'none is published', 'Publish one, or switch the source knowledge-search off'),
      }
    const languages = [...new Set(found.map(({ language }) => language ?? 'language not known'))]
    return {
      finding: passed(name, `${found.length} found: ${languages.join(', ')}`),
      language: first.language ?? 'en',
    }
  } catch (error) {
    return { finding: failureOf(name, error) }
  }
}

/** Opens a channel, which Genesys forgets after a day, and subscribes to what is to be followed. */
export async function checkNotifications(calls: ChannelCalls, topics: readonly string[]): Promise<Finding> {
  const name = 'notifications'
  try {
    const { id } = await calls.create()
    const refused = await calls.subscribe(id, topics, 'replace')
    if (refused.length === 0) return passed(name, 'allowed, a channel was opened')
    return failed(
      name,
      `${refused.length} of ${topics.length} topics are refused, such as ${refused[0]}`,
      "Add the permission for them to a role of the OAuth client's",
    )
  } catch (error) {
    return failureOf(name, error)
  }
}

/** Asks a source as a retrieval would, for a conversation that does not exist. */
export async function checkSource(
  source: ContentSource,
  call: SourceCall,
  language = 'en',
): Promise<Finding> {
  const name = `source ${source.name}`
  try {
    const { upstreamMs } = await source.retrieve(harmlessInquiry(language), call)
    return passed(name, upstreamMs > 0 ? `allowed, answered in ${Math.round(upstreamMs)} ms` : 'allowed')
  } catch (error) {
    if (source.name === 'assist-content' && isCuecardError(error, 'genesys.not_found'))
      return noted(name, 'this organisation does not have the endpoint, as is usual; it is left out')
    return failureOf(name, error)
  }
}

function harmlessInquiry(language: string): Inquiry {
  return inquiryOf({
    interactionId: randomUUID(),
    agentId: 'cuecard-doctor',
    audience: audiencesOf([])('cuecard-doctor', undefined),
    entityIds: ['cuecard-doctor'],
    query: 'test',
    contextTags: [],
    language,
    maxResults: 1,
    contentTypes: [],
    minRelevanceScore: 0,
    availabilityWindow: undefined,
    boostCompliance: true,
  })
}

/** `headers` are those of the last answer of the API; `perMinute` is the quota that cuecard keeps to. */
export function checkQuota(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  perMinute: number,
): Finding {
  const allowed = Number(headers['inin-ratelimit-allowed'] ?? Number.NaN)
  const count = Number(headers['inin-ratelimit-count'] ?? Number.NaN)
  if (Number.isNaN(allowed) || Number.isNaN(count))
    return noted('quota', `Genesys names none; cuecard keeps to ${perMinute} calls a minute`)
  if (allowed < perMinute)
    return failed(
      'quota',
      `Genesys allows ${allowed} calls a minute, and cuecard is set to ${perMinute}`,
      `Set GENESYS_QUOTA_PER_MINUTE=${allowed}`,
    )
  return passed('quota', `${allowed - count} of ${allowed} calls left this minute`)
}
