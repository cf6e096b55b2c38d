// Drafts as one flat list and their bodies as one run of bytes, which is handed over without a copy: between threads,
// objects cost more than what is in them, since each carries its names along.
import type { EntryDraft, EntryKind } from './entry-draft.ts'

type Flat = (string | number)[]

/** Drafts on their way between threads. */
export interface FlatDrafts {
  readonly flat: Flat
  /** UTF-8, one after the other. */
  readonly bodies: Uint8Array<ArrayBuffer>
}

/** Slots of one draft; those of the retrieval are empty where there is none. */
const slots = 14

export function flattenDrafts(drafts: readonly EntryDraft[]): FlatDrafts {
  const flat: Flat = []
  const lengths = drafts.map(({ body }) => Buffer.byteLength(body))
  // Of its own, not of Node's pool: it goes away with the message.
  const bodies = Buffer.allocUnsafeSlow(lengths.reduce((sum, length) => sum + length, 0))
  let offset = 0
  for (const [index, { kind, at, agentId, interactionId, body, retrieval }] of drafts.entries()) {
    const length = lengths[index] ?? 0
    if (typeof body === 'string') bodies.write(body, offset)
    else bodies.set(body, offset)
    offset += length
    flat.push(kind, at, agentId, interactionId, length)
    if (retrieval === undefined) flat.push('', '', '', '', '', 0, 0, '', '')
    else
      flat.push(
        retrieval.retrievalId,
        retrieval.queueId,
        retrieval.language,
        retrieval.freshness,
        retrieval.degraded,
        retrieval.latencyUs,
        retrieval.items,
        retrieval.profile,
        retrieval.query,
      )
  }
  return { flat, bodies }
}

export function unflattenDrafts({ flat, bodies }: FlatDrafts): EntryDraft[] {
  let offset = 0
  const drafts: EntryDraft[] = []
  const text = (slot: number) => flat[slot] as string
  const number = (slot: number) => flat[slot] as number
  for (let at = 0; at < flat.length; at += slots) {
    const end = offset + number(at + 4)
    const draft = {
      kind: text(at) as EntryKind,
      at: number(at + 1),
      agentId: text(at + 2),
      interactionId: text(at + 3),
      body: bodies.subarray(offset, end),
    }
    offset = end
    if (text(at + 5) === '') drafts.push(draft)
    else
      drafts.push({
        ...draft,
        retrieval: {
          retrievalId: text(at + 5),
          queueId: text(at + 6),
          language: text(at + 7),
          freshness: text(at + 8),
          degraded: text(at + 9),
          latencyUs: number(at + 10),
          items: number(at + 11),
          profile: text(at + 12),
          query: text(at + 13),
        },
      })
  }
  return drafts
}
