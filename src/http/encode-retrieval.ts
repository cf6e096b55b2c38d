// A retrieval as JSON bytes. What replies share is encoded once: ten items take longer to encode than to retrieve.
import type { Refusal, RefusalReason } from '../retrieval/eligibility.ts'
import type { Retrieval } from '../retrieval/retrieval.ts'

/** By the object itself: items and lists of refusals are frozen and shared by many replies. */
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
  const refusedBytes = countsOnly
    ? encoded(counts, retrieval.refused, (refused) => JSON.stringify(countedByReason(refused)))
    : encoded(refusals, retrieval.refused, JSON.stringify)
  const head = `{"retrievalId":${JSON.stringify(retrieval.retrievalId)},"interactionId":${JSON.stringify(retrieval.interactionId)},"items":[`
  const middle = varying(retrieval)
  const parts = retrieval.items.map((item) => encoded(items, item, JSON.stringify))
  let size = Buffer.byteLength(head) + Buffer.byteLength(middle) + refusedBytes.length + 1
  for (const part of parts) size += part.length + 1
  const bytes = Buffer.allocUnsafe(parts.length === 0 ? size : size - 1)
  let end = bytes.write(head, 0)
  for (const [place, part] of parts.entries()) {
    if (place > 0) bytes[end++] = comma
    bytes.set(part, end)
    end += part.length
  }
  end += bytes.write(middle, end)
  bytes.set(refusedBytes, end)
  bytes[bytes.length - 1] = closingBrace
  return bytes
}

const comma = 0x2c
const closingBrace = 0x7d

/** All between the items and `refused`; by hand, since `JSON.stringify` of small objects takes three times as long. */
function varying({ confidence, freshness, degraded, complianceFlags, profile, timings }: Retrieval): string {
  const { status, ageSeconds, source } = freshness
  return (
    (confidence === undefined ? ']' : `],"confidence":${confidence}`) +
    `,"freshness":{"status":"${status}","ageSeconds":${ageSeconds},"source":${JSON.stringify(source)}}` +
    `,"degraded":${degraded === null ? 'null' : JSON.stringify(degraded)}` +
    `,"complianceFlags":{"accessValidated":${complianceFlags.accessValidated},"availabilityChecked":${complianceFlags.availabilityChecked}}` +
    `,"profile":${JSON.stringify(profile)}` +
    `,"timings":{"totalMs":${timings.totalMs},"upstreamMs":${timings.upstreamMs},"queuedMs":${timings.queuedMs}}` +
    ',"refused":'
  )
}

/** In memory of its own: a slice of Node's pool would keep all 64 KB of it alive as long as the list. */
function encoded<T extends object>(known: Encoded, value: T, encode: (value: T) => string): Buffer {
  let bytes = known.get(value)
  if (bytes === undefined) {
    const text = encode(value)
    bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
    bytes.write(text)
    known.set(value, bytes)
  }
  return bytes
}

function countedByReason(refused: readonly Refusal[]): RefusalCount[] {
  const found = new Map<RefusalReason, number>()
  for (const { reason } of refused) found.set(reason, (found.get(reason) ?? 0) + 1)
  return [...found].map(([reason, count]) => ({ reason, count }))
}
