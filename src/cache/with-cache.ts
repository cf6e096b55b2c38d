// The cache as a decorator: what a source answered serves everyone who may share it.

import type { ContentSource } from '../retrieval/content-source.ts'
import type { Inquiry } from '../retrieval/inquiry.ts'
import { lengthPrefixed } from './cache-key.ts'
import type { ContentCache } from './content-cache.ts'

/** Who may share an answer: one interaction, or everyone of one audience. */
export type Sharing = 'interaction' | 'audience'

/** The tag under which everything cached for one interaction can be forgotten. */
export function interactionTag(interactionId: string): string {
  return `interaction:${interactionId}`
}

/** Answers from `cache`, and asks `source` for what is not there. The audience is part of every key. */
export function withCache(source: ContentSource, cache: ContentCache, sharing: Sharing): ContentSource {
  const sourceKey = (inquiry: Inquiry) => source.key(inquiry)
  return {
    name: source.name,
    key: sourceKey,
    retrieve(inquiry, call) {
      const { audience, interactionId } = inquiry
      const owner = sharing === 'interaction' ? interactionId : ''
      const key = lengthPrefixed([source.name, owner, audience.key, sourceKey(inquiry) ?? ''])
      const tags = sharing === 'interaction' ? [interactionTag(interactionId)] : noTags
      return cache.get(key, tags, call, (flight) => source.retrieve(inquiry, flight))
    },
  }
}

const noTags: readonly string[] = []
