// Tells Genesys what agents did with its content, as one more endpoint of the relay.
import { type CuecardError, isCuecardError } from '../errors.ts'
import { type Engagement, engagementTimeoutMs, type GenesysEngagement } from '../genesys/engagement.ts'
import type { Attempt, Endpoint } from './endpoint.ts'

/** The name of the endpoint, in the outbox and in metrics. */
export const writeBackName = 'genesys'

/** How long is waited where it is not known when the quota has room again. */
const laterMs = 30_000

/** Genesys's calls are not idempotent: a view whose answer is lost is counted twice. */
export function writeBackEndpoint(genesys: GenesysEngagement): Endpoint {
  return {
    name: writeBackName,
    concurrency: 2,
    timeoutMs: engagementTimeoutMs,
    async send({ entry }, signal) {
      const told = toldOf(entry)
      if (told === undefined) return { result: 'dropped' }
      try {
        await genesys[told.to](told.content, told.engagement, signal)
        return { result: 'delivered' }
      } catch (error) {
        return attemptOf(error)
      }
    },
  }
}

/** Whom to tell what; undefined for what Genesys has no call for. */
function toldOf(entry: Readonly<Record<string, unknown>>) {
  const { kind, interactionId, contentId, item } = entry
  if (kind !== 'adoption' || typeof interactionId !== 'string' || typeof contentId !== 'string')
    return undefined
  const { source, version } = (item ?? {}) as { readonly source?: unknown; readonly version?: unknown }
  const to = targets.get(source)
  const engagement = engagementOf(entry)
  if (to === undefined || engagement === undefined) return undefined
  if (to === 'document' && engagement.type === 'Dismissed') return undefined
  const shown = typeof version === 'string' ? version : null
  return { to, engagement, content: { conversationId: interactionId, contentId, version: shown } }
}

/** By the source that showed the content. The tutorial's endpoint and sources of others take nothing back. */
const targets: ReadonlyMap<unknown, keyof GenesysEngagement> = new Map([
  ['copilot-suggestions', 'suggestion'],
  ['knowledge-search', 'document'],
  ['mirror', 'document'],
])

function engagementOf({ type, rating }: Readonly<Record<string, unknown>>): Engagement | undefined {
  if (type === 'rated') return { type: 'Feedback', rating: rating === 'positive' ? 'Positive' : 'Negative' }
  return engagements.get(type)
}

const engagements: ReadonlyMap<unknown, Engagement> = new Map([
  ['opened', { type: 'Opened' }],
  ['copied', { type: 'Copied' }],
  ['inserted', { type: 'Copied' }],
  ['dismissed', { type: 'Dismissed' }],
])

function attemptOf(error: unknown): Attempt {
  if (!isCuecardError(error)) return { result: 'failed', error: 'The attempt failed unexpectedly' }
  const { code, message, details } = error
  if (isAboutQuota(error))
    return { result: 'postponed', error: message, delayMs: details.retryAfterMs ?? laterMs }
  // The conversation or the document is gone, and with it whom to tell.
  if (code === 'genesys.not_found') return { result: 'dropped' }
  if (code === 'genesys.rejected') return { result: 'refused', error: message }
  return { result: 'failed', error: message, retryAfterMs: details.retryAfterMs }
}

/** Says nothing about Genesys's health, nor about the message: agents come first. */
function isAboutQuota({ code }: CuecardError): boolean {
  return code === 'quota.exhausted' || code === 'genesys.rate_limited'
}
