// One retrieval from request to reply, top to bottom.
import type { Actor } from '../access/actor.ts'
import type { AudienceOf } from '../access/audience.ts'
import type { Clock } from '../clock.ts'
import type { InteractionContext } from '../context/interaction-context.ts'
import { CuecardError } from '../errors.ts'
import type { RankingProfile } from '../ranking/profile.ts'
import type { AskedSource, SourceAnswer, SourceCall } from './content-source.ts'
import { type Found, fanOut } from './fan-out.ts'
import { type Inquiry, inquiryOf } from './inquiry.ts'
import type { KnownInquiries } from './known-inquiries.ts'
import { degradationOf, freshnessOf } from './quality.ts'
import type { RankedViews } from './ranked-views.ts'
import type { Retrieval } from './retrieval.ts'
import {
  parseRetrievalRequest,
  type RetrievalRequest,
  type RetrievalRequestInput,
} from './retrieval-request.ts'

/** What a retrieval needs. */
export interface RetrievalPorts {
  readonly clock: Clock
  /** A new unique id. */
  readonly newId: () => string
  readonly known: KnownInquiries
  readonly contextOf: (interactionId: string) => InteractionContext | undefined
  /** Asks other processes what they know of an interaction that this one knows nothing of; never rejects. */
  readonly arrive?: ((interactionId: unknown) => Promise<void> | undefined) | undefined
  readonly audienceOf: AudienceOf
  /** In the order in which equal scores are listed. */
  readonly sources: readonly AskedSource[]
  readonly profile: RankingProfile
  readonly views: RankedViews
  /** Milliseconds from request to reply. */
  readonly latencyBudgetMs: number
  /** Lets the caller act for this agent on this interaction, or throws `access.denied`. */
  readonly admit: (
    actor: Actor,
    interactionId: string,
    agentId: string,
    call: SourceCall,
  ) => void | Promise<void>
  /** Leaves the record of a retrieval; the reply waits for the promise, where there is one. */
  readonly record: (retrieval: Retrieval, situation: RetrievalSituation) => Promise<void> | undefined
}

/** What is recorded of a retrieval besides itself. */
export interface RetrievalSituation {
  readonly inquiry: Inquiry
  readonly actor: Actor
  readonly queueId: string | undefined
  /** On `Clock.now()`. */
  readonly startedAt: number
  /** What it was made from. */
  readonly answers: readonly SourceAnswer[]
}

export interface RetrieveOptions {
  readonly signal?: AbortSignal | undefined
  /** Who asks, where the request came from outside; else whoever runs this process. */
  readonly actor?: Actor | undefined
  /** W3C trace context, for the calls that it leads to. */
  readonly traceparent?: string | undefined
}

/** Whoever runs this process: it may ask for anybody. */
export const ownProcess: Actor = { id: 'library', roles: ['service'], divisions: [], via: 'library' }

/** Of the budget, this much is kept for making the reply and for a late timer. */
const replyMarginMs = 20

/**
 * Answers one request within the latency budget.
 * @throws CuecardError `request.invalid`, `aborted`, `access.denied`, and `record.unavailable` or `record.overloaded`
 * where the configuration requires a record. Sources that fail do not throw: the reply says so.
 */
export async function retrieve(
  ports: RetrievalPorts,
  input: RetrievalRequestInput,
  { signal, actor = ownProcess, traceparent }: RetrieveOptions = {},
): Promise<Retrieval> {
  if (signal?.aborted) throw new CuecardError('aborted', 'The caller gave up')
  const startedAt = ports.clock.now()
  const arrival = ports.arrive?.(input?.interactionId)
  if (arrival !== undefined) await arrival
  let inquiry = ports.known.recall(input, actor, ports.contextOf) ?? newInquiry(ports, input, actor)
  const deadline = startedAt + Math.max(ports.latencyBudgetMs - replyMarginMs, ports.latencyBudgetMs / 2)
  const call: SourceCall = { deadline, signal, priority: 'interactive', traceparent }
  const admission = ports.admit(actor, inquiry.interactionId, inquiry.agentId, call)
  if (admission !== undefined) {
    await admission
    inquiry = asOfNow(ports, inquiry, actor)
  }
  let found = fanOut(ports.sources, inquiry, call)
  // A hit takes microseconds: looking at the clock again would be a good part of them.
  let now = startedAt
  if (found instanceof Promise) {
    found = await found
    inquiry = asOfNow(ports, inquiry, actor)
    now = ports.clock.now()
  }
  let retrieval = reply(ports, inquiry, found, startedAt, now)
  // To measure words takes milliseconds, in which the clock costs nothing.
  if (ports.views.looksAtWords) retrieval = after(retrieval, ports.clock.now() - startedAt)
  const queueId = ports.contextOf(inquiry.interactionId)?.queueId
  const recorded = ports.record(retrieval, { inquiry, actor, queueId, startedAt, answers: found.answers })
  if (recorded !== undefined) await recorded
  return retrieval
}

function after(retrieval: Retrieval, totalMs: number): Retrieval {
  return { ...retrieval, timings: { ...retrieval.timings, totalMs } }
}

/** The inquiry with the audience of this moment: the interaction may have been moved while Genesys was asked. */
export function asOfNow(
  { contextOf, audienceOf }: Pick<RetrievalPorts, 'contextOf' | 'audienceOf'>,
  inquiry: Inquiry,
  actor: Actor,
): Inquiry {
  const audience = audienceOf(inquiry.agentId, contextOf(inquiry.interactionId)?.queueId, actor)
  return audience === inquiry.audience ? inquiry : inquiryOf({ ...inquiry, audience })
}

export function reply(
  ports: RetrievalPorts,
  inquiry: Inquiry,
  found: Found,
  startedAt: number,
  now: number,
): Retrieval {
  const { clock, profile, views } = ports
  const { items, refused, propensities, confidence } = views.show(found.answers, inquiry, clock.wallTime())
  const judged = items.length > 0 || refused.length > 0
  return {
    retrievalId: ports.newId(),
    interactionId: inquiry.interactionId,
    items,
    ...(confidence !== undefined && { confidence }),
    ...(propensities && { propensities }),
    freshness: freshnessOf(found, items, startedAt, now),
    degraded: degradationOf(found, items.length, refused.length),
    complianceFlags: { accessValidated: judged && inquiry.audience.checked, availabilityChecked: judged },
    profile: profile.name,
    timings: {
      totalMs: now - startedAt,
      ...waitsFor(found.answers, startedAt, now),
    },
    refused,
  }
}

/** The longest times of the calls that this retrieval waited for, as far as they lie within it: it may have joined one. */
function waitsFor(answers: readonly SourceAnswer[], startedAt: number, now: number) {
  let upstreamMs = 0
  let queuedMs = 0
  for (const answer of answers) {
    const waited = Math.min(answer.fetchedAt, now) - startedAt
    if (waited <= 0) continue
    const called = Math.min(answer.upstreamMs, waited)
    upstreamMs = Math.max(upstreamMs, called)
    queuedMs = Math.max(queuedMs, Math.min(answer.queuedMs, waited - called))
  }
  return { upstreamMs, queuedMs }
}

const noStrings: readonly string[] = []

function newInquiry(ports: RetrievalPorts, input: RetrievalRequestInput, actor: Actor): Inquiry {
  const request = parseRetrievalRequest(input)
  const inquiry = inquiryFor(ports, request, actor)
  ports.known.remember(input, actor, ports.contextOf(request.interactionId), inquiry)
  return inquiry
}

/**
 * The request, completed by what is known of the interaction. The request's own word goes first.
 * @throws CuecardError `request.invalid`: there is nothing to go by.
 */
export function inquiryFor(
  { contextOf, audienceOf }: Pick<RetrievalPorts, 'contextOf' | 'audienceOf'>,
  request: RetrievalRequest,
  actor: Actor,
): Inquiry {
  const context = contextOf(request.interactionId)
  const contextTags = merge(request.contextTags ?? noStrings, context?.tags ?? noStrings)
  if (request.entityIds === undefined && request.query === undefined && !contextTags.length && !context)
    throw nothingToGoBy()
  const { filters } = request
  return inquiryOf({
    request,
    interactionId: request.interactionId,
    agentId: request.agentId,
    audience: audienceOf(request.agentId, context?.queueId, actor),
    entityIds: merge(request.entityIds ?? noStrings, context?.entityIds ?? noStrings).slice(
      0,
      entitiesAtMost,
    ),
    query: request.query ?? lastCustomerTurn(context) ?? contextTags.join(' ').slice(0, longestQuery),
    contextTags,
    turns: context?.turns ?? [],
    shownIds: context && new Set(context.shown),
    dismissedIds: context && new Set(context.dismissed),
    language: request.language ?? context?.language ?? 'en-US',
    maxResults: request.maxResults ?? 10,
    contentTypes: filters?.contentTypes ?? noStrings,
    minRelevanceScore: filters?.minRelevanceScore ?? 0,
    availabilityWindow: filters?.availabilityWindow,
    boostCompliance: request.boostCompliance ?? true,
  })
}

/** UTF-16 units, as in a request; and so many entities. */
const longestQuery = 2000
const entitiesAtMost = 50

function nothingToGoBy(): CuecardError {
  const message =
    'The request needs at least one of entityIds, query and contextTags, or an interaction whose context is known'
  return new CuecardError('request.invalid', message, { field: 'query' })
}

function merge(a: readonly string[], b: readonly string[]): readonly string[] {
  if (b.length === 0) return a
  return a.length === 0 ? b : [...new Set([...a, ...b])].sort()
}

function lastCustomerTurn(context: InteractionContext | undefined): string | undefined {
  // What is not yet said to the end is not searched for: each part of it would cost a call.
  return context?.turns.findLast(
    ({ speaker, text, isPartial }) => speaker === 'customer' && text.length >= 3 && !isPartial,
  )?.text
}
