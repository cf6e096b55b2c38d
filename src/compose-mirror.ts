// The mirror's parts put together, and its place among the sources of a retrieval.
import type { AudienceOf } from './access/audience.ts'
import type { Clock } from './clock.ts'
import type { CuecardConfig, MirrorConfig } from './config/config-schema.ts'
import type { GenesysAccess } from './config/genesys-setting.ts'
import { readProfile } from './config/read-profile.ts'
import { nothingKnown } from './context/interaction-context.ts'
import { isCuecardError } from './errors.ts'
import { GenesysClient } from './genesys/genesys-client.ts'
import { undiciTransport } from './genesys/undici-transport.ts'
import { idSource } from './ids.ts'
import type { Knowledge } from './insight/hygiene.ts'
import { knowledgeOf } from './insight/mirror-knowledge.ts'
import { MirrorAnswers } from './mirror/answer-from-mirror.ts'
import { documentListing } from './mirror/document-listing.ts'
import { Mirror } from './mirror/mirror.ts'
import { mirrorSource, unlessAnswered, unlessMirrored, withStandIn } from './mirror/mirror-first.ts'
import { settingsWith } from './mirror/mirror-settings.ts'
import { MirrorStore } from './mirror/mirror-store.ts'
import { restrictionsFrom } from './mirror/restrictions-from.ts'
import { type MirrorStats, RunningMirror } from './mirror/running-mirror.ts'
import { type WholeArticle, wholeArticle } from './mirror/whole-article.ts'
import { ClientCredentials } from './oauth/client-credentials.ts'
import { QuotaBudget } from './quota/quota-budget.ts'
import type { Random } from './random.ts'
import { type AskedSource, mirrorName } from './retrieval/content-source.ts'
import { fitFor } from './retrieval/fit.ts'
import { KnownInquiries } from './retrieval/known-inquiries.ts'
import { RankedViews } from './retrieval/ranked-views.ts'
import { Restrictions } from './retrieval/restrictions.ts'
import type { Retrieval } from './retrieval/retrieval.ts'
import type { RetrievalRequestInput } from './retrieval/retrieval-request.ts'
import { retrieve } from './retrieval/retrieve.ts'
import type { KnowledgeIndex } from './search/knowledge-index.ts'
import type { Turn } from './search/knowledge-query.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { withMetrics } from './telemetry/with-metrics.ts'

export interface ComposedMirror {
  /** The sources with the mirror among them. */
  among(sources: readonly AskedSource[]): readonly AskedSource[]
  health(): { readonly ok: boolean; readonly message: string }
  readonly stats: MirrorStats | undefined
  /** Undefined where its file cannot be used. */
  readonly index: KnowledgeIndex | undefined
  /** Its articles in force; undefined where its file cannot be used. */
  knowledge(): Knowledge | undefined
  /** Undefined where there is no copy of it that may be shown. */
  article(contentId: string): WholeArticle | undefined
  close(): Promise<void>
}

/** Starts the mirror. Where its file cannot be used it is done without, and `health` says so: agents are served all the same. */
export async function composeMirror(
  { mirror: settings, genesys, sources, notifications }: CuecardConfig,
  ports: {
    /** Undefined without Genesys. */
    readonly client: GenesysClient | undefined
    readonly clock: Clock
    readonly random: Random
    readonly restrictions: Restrictions
    readonly metrics: Metrics | undefined
    readonly onNotice: ((notice: string) => void) | undefined
  },
): Promise<ComposedMirror> {
  const { client, clock, metrics, onNotice, restrictions } = ports
  try {
    const running = await RunningMirror.start({
      ...ports,
      settings: settingsWith(settings, genesys?.knowledgeBaseIds),
      listing: client && documentListing({ client, clock }),
      onChanges: (changes) => restrictionsFrom(changes, restrictions, clock),
      onProblem: (problem) => onNotice?.(problem ?? 'The mirror is in step again'),
    })
    const own = mirrorSource(running, client === undefined || !sources['assist-content'].enabled)
    const asked = metrics ? withMetrics(own, metrics, clock) : own
    // Where Genesys tells suggestions by itself they cost no call.
    const isPolled = !notifications.enabled && !sources['copilot-suggestions'].besideMirror
    const beside: Readonly<Record<string, (source: AskedSource) => AskedSource>> = {
      'knowledge-search': (source) => unlessMirrored(source, running),
      'assist-content': (source) => withStandIn(source, running),
      ...(isPolled && { 'copilot-suggestions': (source) => unlessAnswered(source, running) }),
    }
    return {
      among: (sources) => [...sources.map((source) => beside[source.name]?.(source) ?? source), asked],
      health: () => running.health(),
      get stats() {
        return running.stats
      },
      index: running.mirror.index,
      knowledge: () => knowledgeOf(running.mirror, clock.wallTime()),
      article: (contentId) => wholeArticle(running.mirror, contentId, { restrictions, clock }),
      close: () => running.close(),
    }
  } catch (error) {
    if (!isCuecardError(error, 'mirror.unavailable')) throw error
    const { message } = error
    onNotice?.(message)
    return {
      among: (sources) => sources,
      health: () => ({ ok: false, message }),
      stats: undefined,
      index: undefined,
      knowledge: () => undefined,
      article: () => undefined,
      close: async () => {},
    }
  }
}

/** Half of the quota is left to a service that uses the same client; of the other half a sync takes its usual share. */
const quotaShare = 0.5

/** The calls of a sync by itself, outside of a service. */
export function listingOf(genesys: GenesysAccess, clock: Clock) {
  const transport = undiciTransport({ connections: 2 })
  const tokens = new ClientCredentials({ ...genesys, transport, clock })
  const quota = new QuotaBudget({ clock, perMinute: Math.ceil(quotaShare * genesys.quotaPerMinute) })
  const client = new GenesysClient({ apiUrl: genesys.apiUrl, transport, tokens, quota, clock })
  return {
    listing: documentListing({ client, clock }),
    async close() {
      tokens.close()
      await transport.close()
    },
  }
}

/**
 * One retrieval that the mirror alone answers, as a service without Genesys would.
 * @throws CuecardError `request.invalid`, `mirror.unavailable`.
 */
export async function searchMirror(
  config: MirrorConfig,
  ports: {
    readonly clock: Clock
    readonly audienceOf: AudienceOf
    /** What was said in the interaction, the oldest first. */
    readonly turns: readonly Turn[]
    readonly request: RetrievalRequestInput
  },
): Promise<Retrieval> {
  const { clock, audienceOf, turns, request } = ports
  const store = new MirrorStore(config.mirror.path, { create: false })
  try {
    const mirror = new Mirror(store, clock)
    await mirror.follow()
    const answers = new MirrorAnswers(mirror, clock)
    const profile = readProfile(config.profile)
    return await retrieve(
      {
        clock,
        newId: idSource(),
        known: new KnownInquiries(1),
        contextOf: () => ({ ...nothingKnown, turns }),
        audienceOf,
        sources: [{ name: mirrorName, ask: (inquiry) => answers.answer(inquiry, 'all') }],
        profile,
        views: new RankedViews(profile, new Restrictions(1), undefined, fitFor(profile, mirror.index)),
        latencyBudgetMs: config.latencyBudgetMs,
        admit: () => {},
        record: () => undefined,
      },
      request,
    )
  } finally {
    store.close()
  }
}
