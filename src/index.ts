// The public API of `cuecard`.
export type { Actor, Role } from './access/actor.ts'
export type { AudienceRule } from './access/audience.ts'
export type { AdoptionEventInput, AdoptionReceipt, AdoptionType } from './adoption/adoption-event.ts'
export type { SharedEntry, SharedTier } from './cache/cache-tier.ts'
export { type Clock, systemClock } from './clock.ts'
export type { CuecardConfig, CuecardConfigInput } from './config/config-schema.ts'
export { type Environment, loadConfig } from './config/load-config.ts'
export type { ContextUpdate, UtteranceInput } from './context/context-update.ts'
export type { Speaker } from './context/utterances.ts'
export {
  type CallerOptions,
  type Cuecard,
  type CuecardPorts,
  type CuecardStats,
  createCuecard,
} from './create-cuecard.ts'
export { CuecardError, type ErrorCode, type ErrorDetails, errorCodes, isCuecardError } from './errors.ts'
export type { HttpRequest, HttpResponse, HttpTransport } from './genesys/http-transport.ts'
export type { ArticleFigures, HygieneQuery, HygieneReport, InsightReports } from './insight/hygiene.ts'
export type { EntryKind } from './ledger/entry-draft.ts'
export type * from './ledger/record.ts'
export type { DeniedRequest } from './ledger/recorder.ts'
export type { NotificationSocket, OpenSocket, SocketEvents } from './notifications/socket.ts'
export type { EndReason, Follower, FollowOptions, FollowRequest } from './push/stream.ts'
export type { Contribution, RankingContext, RankingProfile } from './ranking/profile.ts'
export { tutorialProfile } from './ranking/profile.ts'
export { type RankedItem, rank, sumOf } from './ranking/rank.ts'
export type { ContentItem, ContentState } from './retrieval/content-item.ts'
export type { ContentSource, Priority, SourceAnswer, SourceCall } from './retrieval/content-source.ts'
export type { Refusal, RefusalReason } from './retrieval/eligibility.ts'
export type { AvailabilityWindow, Inquiry } from './retrieval/inquiry.ts'
export type { Degradation, FreshnessStatus, Retrieval, RetrievedItem } from './retrieval/retrieval.ts'
export type { RetrievalRequestInput } from './retrieval/retrieval-request.ts'
export type { RetrieveOptions } from './retrieval/retrieve.ts'
export { Secret } from './secret.ts'
export { createMetrics, type Metrics } from './telemetry/metrics.ts'
