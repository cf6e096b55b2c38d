// An answer before anybody asks for it: found in time, and recorded only when it is shown.
import type { Actor } from '../access/actor.ts'
import { mirrorName, type SourceCall } from './content-source.ts'
import { fanOut } from './fan-out.ts'
import type { Inquiry } from './inquiry.ts'
import type { Retrieval } from './retrieval.ts'
import type { RetrievalRequest } from './retrieval-request.ts'
import { asOfNow, inquiryFor, type RetrievalPorts, type RetrievalSituation, reply } from './retrieve.ts'

export interface PreparedFor {
  readonly request: RetrievalRequest
  readonly actor: Actor
  /** 0..1. */
  readonly minConfidence: number
}

/** An answer that nobody has seen. */
export interface Prepared {
  readonly retrieval: Retrieval
  readonly situation: RetrievalSituation
}

/**
 * Finds what a request would be answered now. Whoever asks for the same afterwards finds it at hand. Undefined where the
 * mirror alone shows that no article is needed, with less confidence than `minConfidence`: then nobody else is asked.
 * @throws CuecardError `request.invalid`, `access.denied`, `aborted`.
 */
export async function prepare(
  ports: RetrievalPorts,
  { request, actor, minConfidence }: PreparedFor,
  call: SourceCall,
): Promise<Prepared | undefined> {
  const asked = inquiryFor(ports, request, actor)
  await ports.admit(actor, asked.interactionId, asked.agentId, call)
  const admitted = asOfNow(ports, asked, actor)
  if (minConfidence > 0 && confidenceOfMirror(ports, admitted, call) < minConfidence) return undefined
  const found = await fanOut(ports.sources, admitted, call)
  const inquiry = asOfNow(ports, admitted, actor)
  // Nobody has waited for it: to whoever is shown it, it was at hand.
  const startedAt = ports.clock.now()
  const retrieval = reply(ports, inquiry, found, startedAt, startedAt)
  const queueId = ports.contextOf(inquiry.interactionId)?.queueId
  return { retrieval, situation: { inquiry, actor, queueId, startedAt, answers: found.answers } }
}

/** 1 where it cannot tell. */
function confidenceOfMirror({ sources, views, clock }: RetrievalPorts, inquiry: Inquiry, call: SourceCall) {
  const answer = sources.find(({ name }) => name === mirrorName)?.ask(inquiry, call)
  if (answer === undefined || answer instanceof Promise) return 1
  return views.show([answer], inquiry, clock.wallTime()).confidence ?? 1
}

/** Whether everything in it may still be shown, and to whom it was meant for: time passes, and things are withdrawn. */
export function mayStillBeShown(
  ports: Pick<RetrievalPorts, 'contextOf' | 'audienceOf' | 'views' | 'clock'>,
  { retrieval, situation }: Prepared,
): boolean {
  const { inquiry, actor, answers } = situation
  const now = ports.views.show(answers, asOfNow(ports, inquiry, actor), ports.clock.wallTime())
  const allowed = new Set(now.items.map(({ contentId }) => contentId))
  return retrieval.items.every(({ contentId }) => allowed.has(contentId))
}
