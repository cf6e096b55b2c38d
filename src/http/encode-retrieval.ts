// A retrieval as JSON bytes. What replies share is encoded once: ten items take longer to encode than to retrieve.
import type { Refusal, RefusalReason } from '../retrieval/eligibility.ts'
import type { Retrieval } from '../retrieval/retrieval.ts'

/** By the list itself: `items` and `refused` are frozen and shared by all replies of the same view. */
type Encoded = WeakMap<object, Buffer>

const items: Encoded = new WeakMap()
const refusals: Encoded = new WeakMap()
const counts: Encoded = new WeakMap()

/** How many items were kept back for one reason: what an agent may know of what it may not see. */
export interface RefusalCount {
  readonly reason: RefusalReason
  readonly count: number
}

/** The bytes of `JSON.stringify(retrieval)`. With `countsOnly`, `refused` is a list of {@link RefusalCount}. */
export function encodeRetrieval(retrieval: Retrieval, countsOnly: boolean): Buffer {
  const itemBytes = encoded(items, retrieval.items, JSON.stringify)
  const refusedBytes = countsOnly
    ? encoded(counts, retrieval.refused, (refused) => JSON.stringify(countedByReason(refused)))
    : encoded(refusals, retrieval.refused, JSON.stringify)
  const head = `{"retrievalId":${JSON.stringify(retrieval.retrievalId)},"interactionId":${JSON.stringify(retrieval.interactionId)},"items":`
  const middle = varying(retrieval)
  const middleLength = Buffer.byteLength(middle)
  const headLength = Buffer.byteLength(head)
  const size = headLength + itemBytes.length + middleLength + refusedBytes.length + 1
  const bytes = Buffer.allocUnsafe(size)
  bytes.write(head, 0)
  bytes.set(itemBytes, headLength)
  bytes.write(middle, headLength + itemBytes.length)
  bytes.set(refusedBytes, size - 1 - refusedBytes.length)
  bytes[size - 1] = 0x7d
  return bytes
}

/** All between `items` and `refused`; by hand, since `JSON.stringify` of small objects takes three times as long. */
function varying({ confidence, freshness, degraded, complianceFlags, profile, timings }: Retrieval): string {
  const { status, ageSeconds, source } = freshness
  return (
    (confidence === undefined ? '' : `,"confidence":${confidence}`) +
    `,"freshness":{"status":"${status}","ageSeconds":${ageSeconds},"source":${JSON.stringify(source)}}` +
    `,"degraded":${degraded === null ? 'null' : JSON.stringify(degraded)}` +
    `,"complianceFlags":{"accessValidated":${complianceFlags.accessValidated},"availabilityChecked":${complianceFlags.availabilityChecked}}` +
    `,"profile":${JSON.stringify(profile)}` +
    `,"timings":{"totalMs":${timings.totalMs},"upstreamMs":${timings.upstreamMs},"queuedMs":${timings.queuedMs}}` +
    ',"refused":'
  )
}

function encoded<T extends object>(known: Encoded, value: T, encode: (value: T) => string): Buffer {
  let bytes = known.get(value)
  if (bytes === undefined) {
    bytes = Buffer.from(encode(value))
    known.set(value, bytes)
  }
  return bytes
}

function countedByReason(refused: readonly Refusal[]): RefusalCount[] {
  const found = new Map<RefusalReason, number>()
  for (const { reason } of refused) found.set(reason, (found.get(reason) ?? 0) + 1)
  return [...found].map(([reason, count]) => ({ reason, count }))
}
