// Drafts as one flat list: between threads, objects cost more than what is in them, since each carries its names along.
import type { EntryDraft, EntryKind } from './entry-draft.ts'

type Flat = (string | number)[]

/** Slots of one draft; those of the retrieval are empty where there is none. */
const slots = 14

export function flattenDrafts(drafts: readonly EntryDraft[]): Flat {
  const flat: Flat = []
  for (const { kind, at, agentId, interactionId, body, retrieval } of drafts) {
    flat.push(kind, at, agentId, interactionId, body)
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
  return flat
}

export function unflattenDrafts(flat: Flat): EntryDraft[] {
  const drafts: EntryDraft[] = []
  const text = (slot: number) => flat[slot] as string
  const number = (slot: number) => flat[slot] as number
  for (let at = 0; at < flat.length; at += slots) {
    const draft = {
      kind: text(at) as EntryKind,
      at: number(at + 1),
      agentId: text(at + 2),
      interactionId: text(at + 3),
      body: text(at + 4),
    }
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
