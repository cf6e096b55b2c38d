// The cache as a decorator: what a source answered serves everyone who may share it.

import type { AskedSource, ContentSource } from '../retrieval/content-source.ts'
import { lengthPrefixed } from './cache-key.ts'
import type { ContentCache } from './content-cache.ts'

/** Who may share an answer: one interaction, or everyone of one audience. */
export type Sharing = 'interaction' | 'audience'

/** The tag under which everything cached for one interaction can be forgotten. */
export function interactionTag(interactionId: string): string {
  return `interaction:${interactionId}`
}

/** Answers from `cache`, and asks `source` for what is not there. The audience is part of every key. */
export function withCache(source: ContentSource, cache: ContentCache, sharing: Sharing): AskedSource {
  const { name } = source
  return {
    name,
    ask(inquiry, call) {
      let key = inquiry.cacheKeys.get(name)
      if (key === undefined) {
        const sourceKey = source.key(inquiry)
        if (sourceKey === undefined) return undefined
        const owner = sharing === 'interaction' ? inquiry.interactionId : ''
        key = lengthPrefixed([name, owner, inquiry.audience.key, sourceKey])
        // Making the key is most of the cost of a hit.
        inquiry.cacheKeys.set(name, key)
      }
      const tags = sharing === 'interaction' ? [interactionTag(inquiry.interactionId)] : noTags
      if (source.isAbsent?.() && !cache.has(key)) return undefined
      return cache.get(key, tags, call, (flight) => source.retrieve(inquiry, flight))
    },
  }
}

const noTags: readonly string[] = []
