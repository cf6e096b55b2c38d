// What the service needs of the parts it stands on.
import type { IncomingHttpHeaders } from 'node:http'
import type { Actor } from '../access/actor.ts'
import type { Sessions } from '../access/sessions.ts'
import type { AdoptionReceipt } from '../adoption/adoption-event.ts'
import type { Clock } from '../clock.ts'
import type { CuecardConfig } from '../config/config-schema.ts'
import type { CuecardStats } from '../cuecard.ts'
import type { ErrorCode } from '../errors.ts'
import type { InsightReports } from '../insight/hygiene.ts'
import type { AuditTrail, Deliveries, PartHealth } from '../ledger/record.ts'
import type { WholeArticle } from '../mirror/whole-article.ts'
import type { Follower, FollowOptions, FollowRequest } from '../push/stream.ts'
import type { Retrieval } from '../retrieval/retrieval.ts'
import type { DemoStage } from './demo-stage.ts'
import type { Pages } from './pages.ts'

/** A denied or unauthenticated request, for the audit log. */
export interface Refused {
  readonly actor?: Actor
  /** The permission that was asked for. */
  readonly action: string
  readonly code: ErrorCode
  readonly agentId?: string
  readonly interactionId?: string
}

/** cuecard as a service uses it: requests as they came, on behalf of a caller. */
export interface ServedCuecard {
  retrieve(
    request: unknown,
    options?: { readonly signal?: AbortSignal; readonly actor?: Actor; readonly traceparent?: string },
  ): Promise<Retrieval>
  updateContext(interactionId: string, update: unknown, options?: { readonly actor?: Actor }): Promise<void>
  follow(request: FollowRequest, follower: Follower, options: FollowOptions): Promise<() => void>
  recordAdoption(
    retrievalId: string,
    event: unknown,
    options?: { readonly idempotencyKey?: string; readonly actor?: Actor },
  ): Promise<AdoptionReceipt>
  article(retrievalId: string, contentId: string, options?: { readonly actor?: Actor }): Promise<WholeArticle>
  /** Never throws, never rejects. */
  recordRefusal(refused: Refused): void
  /** Undefined where no database is configured; so are the next two. */
  readonly audit: AuditTrail | undefined
  readonly insights: InsightReports | undefined
  readonly deliveries: Deliveries | undefined
  /** Of the parts that are configured: `database`, `redis`, `genesys`, `deliveries`. */
  health(): Promise<Readonly<Record<string, PartHealth>>>
  stats(): CuecardStats
  warmUp(): Promise<void>
  close(): Promise<void>
}

/** Tells who calls. */
export interface Authenticator {
  /** @throws CuecardError `access.unauthenticated`, or what kept the credential from being checked. */
  authenticate(headers: IncomingHttpHeaders): Actor | Promise<Actor>
}

/** The part of pino's logger that the service uses. */
export interface ServiceLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** A request that was answered, or whose caller hung up first (`status` 0). */
export interface AnsweredRequest {
  readonly method: string
  /** The route's pattern, such as `/v1/interactions/{id}/context`; undefined where none fits. */
  readonly route: string | undefined
  readonly status: number
  readonly ms: number
  readonly requestId: string
}

/** What the service is made of. */
export interface ServiceOptions {
  readonly cuecard: ServedCuecard
  readonly authenticator: Authenticator
  readonly config: CuecardConfig['http']
  readonly logger: ServiceLogger
  /** The text of `/metrics`; without it that route answers 404. */
  readonly metrics?: (() => Promise<{ readonly contentType: string; readonly body: string }>) | undefined
  /** Those who sign in by a link; without it nobody does. */
  readonly sessions?: Sessions | undefined
  /** The pages for browsers; without it there are none. */
  readonly pages?: Pages | undefined
  /** The demo that the page /demo drives; without it there is none. */
  readonly demo?: DemoStage | undefined
  /** Called after each reply. */
  readonly observe?: ((request: AnsweredRequest) => void) | undefined
  /** Turns the lines of an export into lines of CSV; without it `format=csv` is refused. */
  readonly exportToCsv?: ((lines: AsyncIterable<string>) => AsyncIterable<string>) | undefined
  /** Seconds for which an answer of a source is fresh, for `Cache-Status`; without it no `ttl` is told. */
  readonly freshSecondsOf?: ((source: string) => number) | undefined
  readonly clock?: Clock | undefined
  /** A new unique UUID for each request. */
  readonly newId?: (() => string) | undefined
}
