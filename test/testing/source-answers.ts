// Answers and calls for tests of what stands before a source, as small as they may be.
import type { ContentItem } from '../../src/retrieval/content-item.ts'
import type { SourceAnswer, SourceCall } from '../../src/retrieval/content-source.ts'
import { makeAnswer, makeItem } from '../retrieval/make-inquiry.ts'

export { makeInquiry as inquiryOf } from '../retrieval/make-inquiry.ts'

export function itemOf(contentId: string, more: Partial<ContentItem> = {}): ContentItem {
  return makeItem({ contentId, source: 'test', ...more })
}

/** An answer with one item, or with none, fetched at `fetchedAt`. */
export function answerOf(source: string, fetchedAt: number, items = [itemOf(source)]): SourceAnswer {
  return makeAnswer(items, { source, fetchedAt, freshUntil: fetchedAt, upstreamMs: 1 })
}

/** An agent's call. */
export function callOf(deadline: number, more: Partial<SourceCall> = {}): SourceCall {
  return { deadline, priority: 'interactive', ...more }
}
