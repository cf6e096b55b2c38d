// From an audit entry to the body of a webhook message: the tutorial's fields, and what a receiver needs besides.
import { useTypes } from '../adoption/adoption-event.ts'
import type { OutboxMessage } from './outbox.ts'

/** What a message tells. Every part is null where the entry does not say. */
export interface WebhookBody {
  /** The message's id, the same for each attempt. */
  readonly id: string
  readonly eventType: 'agent_assist_retrieval' | 'agent_assist_adoption'
  /** ISO 8601. */
  readonly timestamp: unknown
  readonly interactionId: unknown
  readonly agentId: unknown
  readonly retrievalId: unknown
  /** Milliseconds from request to reply, of the retrieval. */
  readonly latencyMs: unknown
  /** What the retrieval showed, best first. */
  readonly contentIds: readonly unknown[]
  /** What was opened, copied or inserted; null for all other events. */
  readonly adoptedContentId: unknown
  readonly complianceFlags: { readonly accessValidated: boolean; readonly availabilityChecked: boolean }
  readonly freshness: { readonly status: unknown; readonly ageSeconds: unknown; readonly source: unknown }
  /** Name of the ranking profile. */
  readonly profile: unknown
  readonly adoption?: {
    readonly type: unknown
    readonly contentId: unknown
    readonly reason: unknown
    readonly rating: unknown
    readonly wrapUpCode: unknown
  }
}

/** The body for an entry of kind `retrieval` or `adoption`; undefined for all others, which nobody is told of. */
export function composeMessage({ id, entry }: Pick<OutboxMessage, 'id' | 'entry'>): WebhookBody | undefined {
  if (entry?.kind === 'retrieval') {
    const contentIds = listOf(entry.items).map((item) => partsOf(item).contentId ?? null)
    const latencyMs = partsOf(entry.timings).totalMs
    return {
      ...shared(id, 'agent_assist_retrieval', entry),
      ...ofRetrieval({ ...entry, contentIds, latencyMs }),
      adoptedContentId: null,
    }
  }
  if (entry?.kind !== 'adoption') return undefined
  const { type, contentId = null, reason = null, rating = null, wrapUpCode = null } = entry
  return {
    ...shared(id, 'agent_assist_adoption', entry),
    ...ofRetrieval(partsOf(entry.retrieval)),
    adoptedContentId: useTypes.some((use) => use === type) ? contentId : null,
    adoption: { type, contentId, reason, rating, wrapUpCode },
  }
}

type Parts = Readonly<Record<string, unknown>>

function shared<T extends WebhookBody['eventType']>(id: string, eventType: T, entry: Parts) {
  const { at = null, interactionId = null, agentId = null, retrievalId = null } = entry
  return { id, eventType, timestamp: at, interactionId, agentId, retrievalId }
}

function ofRetrieval(retrieval: Parts) {
  const { latencyMs = null, contentIds, profile = null } = retrieval
  const flags = partsOf(retrieval.complianceFlags)
  const { status = null, ageSeconds = null, source = null } = partsOf(retrieval.freshness)
  return {
    latencyMs,
    contentIds: listOf(contentIds),
    // What is not known to have been checked was not checked.
    complianceFlags: {
      accessValidated: flags.accessValidated === true,
      availabilityChecked: flags.availabilityChecked === true,
    },
    freshness: { status, ageSeconds, source },
    profile,
  }
}

function partsOf(value: unknown): Parts {
  return typeof value === 'object' && value !== null ? (value as Parts) : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
