// Brings articles as their origin has them into the store: what is as it was is only marked as seen.

import type { MirrorStore, StoredArticle } from './mirror-store.ts'
import type { MirroredArticle } from './mirrored-article.ts'
import { nextTurn, piecesOf } from './next-turn.ts'
import type { Origin } from './origin.ts'

/** Articles removed in one transaction. */
const removedAtOnce = 200

export interface NewRecord {
  readonly stamp: string
  readonly mirrored: MirroredArticle
}

/** In one transaction, with how far the origin is. Returns how many were left out since another origin has their id. */
export function storeRecords(
  store: MirrorStore,
  origin: Origin,
  records: readonly NewRecord[],
  drop: readonly string[] = [],
): number {
  const known = store.articles(records.map(({ mirrored }) => mirrored.article.id))
  const put: StoredArticle[] = []
  const seen: string[] = []
  for (const { stamp, mirrored } of records) {
    const { id } = mirrored.article
    const record = JSON.stringify(mirrored)
    const before = known.get(id)
    if (before?.origin === origin.name && before.stamp === stamp && before.record === record) seen.push(id)
    else put.push({ id, stamp, record })
  }
  return store.change({ origin, put, seen, drop }).length
}

/** Removes what the origin's last walk has not seen. */
export async function dropUnseen(store: MirrorStore, origin: Pick<Origin, 'name' | 'mark'>): Promise<void> {
  while (store.dropUnmarked(origin, removedAtOnce) === removedAtOnce) await nextTurn()
}

/** Stores all of them in small transactions, and then is rid of the rest. Returns how many were left out. */
export async function replaceRecords(
  store: MirrorStore,
  before: Origin,
  records: readonly NewRecord[],
): Promise<{ readonly origin: Origin; readonly leftOut: number }> {
  const origin = { ...before, mark: before.mark + 1 }
  let leftOut = 0
  for (const piece of piecesOf(records, 20)) {
    leftOut += storeRecords(store, origin, piece)
    await nextTurn()
  }
  await dropUnseen(store, origin)
  return { origin, leftOut }
}
