// Genesys Cloud as far as it is used: how it is reached, the sources that ask it, and how it does.
import type { IsParticipant } from './access/interaction-owners.ts'
import type { Clock } from './clock.ts'
import type { CuecardConfig } from './config/config-schema.ts'
import type { GenesysAccess } from './config/genesys-setting.ts'
import { conversationParticipants } from './genesys/conversation-participants.ts'
import { type GenesysEngagement, genesysEngagement } from './genesys/engagement.ts'
import { GenesysClient } from './genesys/genesys-client.ts'
import { genesysHealth } from './genesys/genesys-health.ts'
import type { HttpTransport } from './genesys/http-transport.ts'
import { KnowledgeBases } from './genesys/knowledge-bases.ts'
import { ClientCredentials } from './oauth/client-credentials.ts'
import { QuotaBudget } from './quota/quota-budget.ts'
import type { SourceCall } from './retrieval/content-source.ts'
import type { Chain, SourceSettings } from './source-chains.ts'
import { assistContent } from './sources/assist-content.ts'
import { copilotSuggestions } from './sources/copilot-suggestions.ts'
import { knowledgeSearch } from './sources/knowledge-search.ts'
import type { PushedSuggestions } from './sources/pushed-suggestions.ts'

export interface ComposedGenesys {
  readonly client: GenesysClient
  readonly quota: QuotaBudget
  /** How it is told what agents did. */
  readonly engagement: GenesysEngagement
  readonly isParticipant: IsParticipant
  sources(pushed: PushedSuggestions | undefined): SourceSettings[]
  health(chains: readonly Chain[]): Promise<{ readonly ok: boolean; readonly message: string }>
  /** @throws CuecardError what Genesys or the network refused. */
  warmUp(call: SourceCall): Promise<void>
  close(): void
}

/** Nothing is called yet. */
export function composeGenesys(
  access: GenesysAccess,
  { sources, context }: Pick<CuecardConfig, 'sources' | 'context'>,
  { transport, clock }: { readonly transport: HttpTransport; readonly clock: Clock },
): ComposedGenesys {
  const { apiUrl, quotaPerMinute, knowledgeBaseIds } = access
  const tokens = new ClientCredentials({ ...access, transport, clock })
  const quota = new QuotaBudget({ clock, perMinute: quotaPerMinute })
  const client = new GenesysClient({ apiUrl, transport, tokens, quota, clock })
  const knowledgeBases = new KnowledgeBases({ client, clock, configuredIds: knowledgeBaseIds })
  return {
    client,
    quota,
    engagement: genesysEngagement({ client, knowledgeBases, clock }),
    isParticipant: conversationParticipants({ client, clock, max: context.maxInteractions }),
    sources: (pushed) => [
      { source: assistContent({ client, clock }), ...sources['assist-content'] },
      {
        source: knowledgeSearch({ client, knowledgeBases, clock }),
        share: 'audience',
        ...sources['knowledge-search'],
      },
      {
        source: copilotSuggestions({ client, clock, pushed }),
        share: 'interaction',
        ...sources['copilot-suggestions'],
      },
    ],
    health(chains) {
      const breakers = chains.map(({ asked, breaker }) => [asked.name, breaker] as const)
      return genesysHealth(tokens, breakers, clock)
    },
    async warmUp(call) {
      if (sources['knowledge-search'].enabled) await knowledgeBases.idsFor('en', call)
      else await tokens.token(call)
    },
    close: () => tokens.close(),
  }
}
