// The whole examination, in the order in which one thing rests on another; findings come as they are made.
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { CuecardConfig } from '../../config/config-schema.ts'
import type { GenesysAccess } from '../../config/genesys-setting.ts'
import { GenesysClient } from '../../genesys/genesys-client.ts'
import type { HttpTransport } from '../../genesys/http-transport.ts'
import { KnowledgeBases } from '../../genesys/knowledge-bases.ts'
import { documentListing } from '../../mirror/document-listing.ts'
import { settingsWith } from '../../mirror/mirror-settings.ts'
import { channelCalls } from '../../notifications/channel-calls.ts'
import { topicsPerChannel } from '../../notifications/line.ts'
import { topicsOf, topicsOfPlaces } from '../../notifications/topics.ts'
import { ClientCredentials } from '../../oauth/client-credentials.ts'
import { QuotaBudget } from '../../quota/quota-budget.ts'
import type { SourceCall } from '../../retrieval/content-source.ts'
import { assistContent } from '../../sources/assist-content.ts'
import { copilotSuggestions } from '../../sources/copilot-suggestions.ts'
import { knowledgeSearch } from '../../sources/knowledge-search.ts'
import {
  checkCredentials,
  checkKnowledgeBases,
  checkNotifications,
  checkQuota,
  checkScopes,
  checkSource,
} from './check-access.ts'
import { checkClock, checkHost } from './check-hosts.ts'
import { checkDocumentList } from './check-mirror.ts'
import { type Finding, noted } from './finding.ts'
import { watchedTransport } from './watched-transport.ts'

/** A check that takes longer has failed. */
const timeoutMs = 5000

/** Looks at everything that lies between cuecard and Genesys. */
export async function* examineAccess(
  config: CuecardConfig,
  ports: { readonly transport: HttpTransport; readonly clock: Clock },
): AsyncGenerator<Finding> {
  const { clock } = ports
  const transport = watchedTransport(ports.transport)
  const { genesys } = config
  if (genesys === undefined) {
    yield noted(
      'Genesys',
      'not configured; own articles alone are served, and what Genesys knows is not asked',
    )
    return
  }
  const { apiUrl, loginUrl } = genesys
  const login = await checkHost('login host', loginUrl, { transport, clock, timeoutMs })
  yield login.finding
  const api = await checkHost('API host', apiUrl, { transport, clock, timeoutMs })
  yield api.finding
  yield checkClock(api.date ?? login.date, clock.wallTime())

  if (login.finding.result === 'failed') {
    yield noted('credentials', 'not checked, since the login host does not answer')
    return
  }
  const tokens = new ClientCredentials({ ...genesys, transport, clock })
  try {
    const { finding, token } = await checkCredentials(tokens, callBy(clock), transport.tokenLifetimeSeconds)
    yield finding
    if (token === undefined) {
      yield noted('permissions', 'not checked, for want of a token')
      return
    }
    const needed = [
      ...(config.sources['assist-content'].enabled ? ['agentassist:content:read'] : []),
      ...(config.notifications.enabled ? ['notifications'] : []),
    ]
    yield checkScopes(token.scopes, needed)
    if (api.finding.result === 'failed') {
      yield noted('permissions', 'not checked, since the API host does not answer')
      return
    }
    const quota = new QuotaBudget({ clock, perMinute: genesys.quotaPerMinute })
    const client = new GenesysClient({ apiUrl, transport, tokens, quota, clock })
    yield* examineSources(config, genesys, client, clock)
    yield* examineMirror(config.mirror, genesys, client, clock)
    yield await examineNotifications(config, client, clock)
    yield checkQuota(transport.apiHeaders(), genesys.quotaPerMinute)
  } finally {
    tokens.close()
  }
}

async function* examineSources(
  { sources }: CuecardConfig,
  genesys: GenesysAccess,
  client: GenesysClient,
  clock: Clock,
): AsyncGenerator<Finding> {
  if (sources['knowledge-search'].enabled) {
    const knowledgeBases = new KnowledgeBases({ client, clock, configuredIds: genesys.knowledgeBaseIds })
    const { finding, language } = await checkKnowledgeBases(knowledgeBases, callBy(clock))
    yield finding
    const source = knowledgeSearch({ client, knowledgeBases, clock })
    yield language === undefined
      ? noted(`source ${source.name}`, 'not asked, for want of a knowledge base')
      : await checkSource(source, callBy(clock), language)
  } else yield switchedOff('knowledge-search')

  yield sources['copilot-suggestions'].enabled
    ? await checkSource(copilotSuggestions({ client, clock }), callBy(clock))
    : switchedOff('copilot-suggestions')
  yield sources['assist-content'].enabled
    ? await checkSource(assistContent({ client, clock }), callBy(clock))
    : switchedOff('assist-content')
}

async function* examineMirror(
  mirror: CuecardConfig['mirror'],
  { knowledgeBaseIds }: GenesysAccess,
  client: GenesysClient,
  clock: Clock,
): AsyncGenerator<Finding> {
  const copied = settingsWith(mirror, knowledgeBaseIds).sources.find((source) => 'genesys' in source)
  if (!mirror.enabled || copied === undefined) return
  yield await checkDocumentList(documentListing({ client, clock, pageSize: 1, callMs: timeoutMs }), copied)
}

/** Also a conversation that does not exist: whether its topics are permitted does not depend on that. */
async function examineNotifications(
  { notifications }: CuecardConfig,
  client: GenesysClient,
  clock: Clock,
): Promise<Finding> {
  const { enabled, agentIds, queueIds } = notifications
  if (!enabled) return noted('notifications', 'switched off in the configuration')
  const topics = [...topicsOfPlaces(agentIds, queueIds), ...topicsOf(randomUUID())].slice(-topicsPerChannel)
  return checkNotifications(channelCalls({ client, clock }), topics)
}

function switchedOff(source: string): Finding {
  return noted(`source ${source}`, 'switched off in the configuration')
}

function callBy(clock: Clock): SourceCall {
  return { deadline: clock.now() + timeoutMs, priority: 'interactive' }
}
