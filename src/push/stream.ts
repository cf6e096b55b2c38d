// One agent who follows one interaction: what is pushed to whom, and why that ends.
import type { Actor } from '../access/actor.ts'
import { CuecardError } from '../errors.ts'
import type { Retrieval } from '../retrieval/retrieval.ts'
import {
  parseRetrievalRequest,
  type RetrievalRequest,
  type RetrievalRequestInput,
} from '../retrieval/retrieval-request.ts'
import { EventRing } from './event-ring.ts'

/**
 * Why a stream ends. `interaction_ended`, `access_ended`: to come back is of no use. `renew`: come back at once, so that
 * the credential is looked at again. `closing`: this process ends; come back.
 */
export type EndReason = 'interaction_ended' | 'access_ended' | 'renew' | 'closing'

/** A request without words of the agent's: what is searched for follows from the interaction. */
export type FollowRequest = Omit<RetrievalRequestInput, 'query'>

export interface FollowOptions {
  /** On whose behalf; else whoever runs this process. */
  readonly actor?: Actor | undefined
  /** The `eventId` that was read last: what followed it comes first. */
  readonly lastEventId?: string | undefined
}

/** Whoever follows an interaction. Its methods return at once. */
export interface Follower {
  /** An answer; it takes the place of the one before. It is recorded as shown. */
  answer(retrieval: Retrieval, eventId: string): void
  /** Nothing new, every few seconds. */
  beat(): void
  /** Nothing comes any more. */
  end(reason: EndReason): void
}

export interface Stream {
  readonly place: Place
  readonly request: RetrievalRequest
  readonly actor: Actor
  readonly follower: Follower
  /** Those with the same key get the same answers. */
  readonly key: string
  /** On `Clock.now()`. */
  readonly openedAt: number
}

/** An interaction that is followed, or was so a short time ago. */
export interface Place {
  readonly interactionId: string
  readonly streams: Set<Stream>
  readonly ring: EventRing
  /** How often it has changed: what was begun before the last change is not pushed. */
  changes: number
  /** When it changed or was followed last, on `Clock.now()`. */
  touchedAt: number
}

export function newPlace(interactionId: string, now: number): Place {
  return { interactionId, streams: new Set(), ring: new EventRing(), changes: 0, touchedAt: now }
}

/** @throws CuecardError `request.invalid`. */
export function parseFollowRequest(input: unknown): RetrievalRequest {
  const request = parseRetrievalRequest(input)
  if (request.query === undefined) return request
  throw new CuecardError(
    'request.invalid',
    'query: must be left out; what is searched for follows from the interaction',
    { field: 'query' },
  )
}

/** Whom an answer is for: all that decides on it besides the interaction. */
export function keyOf(request: RetrievalRequest, { id, roles, divisions }: Actor): string {
  return JSON.stringify([request, id, roles, divisions])
}
