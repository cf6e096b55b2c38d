// An inquiry as it is asked of the index of the knowledge.
import type { KnowledgeQuery } from '../search/knowledge-query.ts'
import type { Inquiry } from './inquiry.ts'

/** Undefined where there is nothing to go by. */
export function knowledgeQueryOf({
  request,
  turns = [],
  query,
  contextTags,
  entityIds,
}: Inquiry): KnowledgeQuery | undefined {
  // Without anybody's words the tags are all there is to search for.
  const typed = request?.query ?? (turns.length === 0 ? query : '')
  if (typed === '' && turns.length === 0 && entityIds.length === 0) return undefined
  return { turns, query: typed === '' ? undefined : typed, tags: contextTags, entityIds }
}
