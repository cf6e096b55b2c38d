// Answers, items, calls and inquiries for tests, as small as they may be.
import type { ContentItem } from '../../src/retrieval/content-item.ts'
import type { SourceAnswer, SourceCall } from '../../src/retrieval/content-source.ts'
import { type Inquiry, inquiryOf as inquiryOfQuestion } from '../../src/retrieval/inquiry.ts'

export function itemOf(contentId: string, more: Partial<ContentItem> = {}): ContentItem {
  return {
    contentId,
    title: `Title of ${contentId}`,
    snippet: '',
    url: null,
    contentType: 'article',
    language: 'en',
    tags: [],
    isCompliant: false,
    relevanceScore: 0.5,
    source: 'test',
    version: null,
    updatedAt: null,
    state: 'Published',
    visible: true,
    availableFrom: Number.NEGATIVE_INFINITY,
    availableUntil: Number.POSITIVE_INFINITY,
    labels: [],
    category: null,
    ...more,
  }
}

/** An answer with one item, or with none, fetched at `fetchedAt`. */
export function answerOf(source: string, fetchedAt: number, items = [itemOf(source)]): SourceAnswer {
  return { source, items, fetchedAt, freshUntil: fetchedAt, upstreamMs: 1, queuedMs: 0 }
}

/** An agent's call. */
export function callOf(deadline: number, more: Partial<SourceCall> = {}): SourceCall {
  return { deadline, priority: 'interactive', ...more }
}

export function inquiryOf(more: Partial<Inquiry> = {}): Inquiry {
  const asked = {
    interactionId: 'interaction-1',
    agentId: 'agent-1',
    audience: { key: '', checked: false, admits: () => true },
    entityIds: [],
    query: 'lost card',
    contextTags: [],
    language: 'en',
    maxResults: 10,
    contentTypes: [],
    minRelevanceScore: 0,
    availabilityWindow: undefined,
    boostCompliance: true,
    ...more,
  }
  return inquiryOfQuestion(asked)
}
