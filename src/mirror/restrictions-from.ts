// What a sync finds withdrawn disappears at once from answers that were cached before.
import type { Clock } from '../clock.ts'
import type { Restrictions } from '../retrieval/restrictions.ts'
import type { MirrorChanges } from './mirror.ts'
import { itemOf } from './mirrored-article.ts'

/** Both speak for Genesys Knowledge, so that what one has seen withdrawn the other can see published again. */
const source = 'knowledge-search'

export function restrictionsFrom(
  { put, gone }: MirrorChanges,
  restrictions: Restrictions,
  clock: Clock,
): void {
  const items = [...put, ...gone.map(withdrawn)]
  restrictions.learn({ source, items, fetchedAt: clock.now(), freshUntil: 0, upstreamMs: 0, queuedMs: 0 })
}

function withdrawn(id: string) {
  const article = {
    id,
    title: '',
    body: '',
    tags: [],
    category: '',
    language: 'und',
    contentType: 'article' as const,
    state: 'Archived' as const,
    isCompliant: false,
    labels: [],
    entityIds: [],
    version: 1,
  }
  return itemOf({ article, language: null, labels: null, version: null, visible: false })
}
