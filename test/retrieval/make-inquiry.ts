// Inquiries and items with sensible values for whatever a test does not care about.
import { audiencesOf } from '../../src/access/audience.ts'
import type { ContentItem } from '../../src/retrieval/content-item.ts'
import type { SourceAnswer } from '../../src/retrieval/content-source.ts'
import { type Inquiry, inquiryOf as inquiryOfQuestion } from '../../src/retrieval/inquiry.ts'

export const everyone = audiencesOf([])('a-1', undefined)

export function makeInquiry(more: Partial<Inquiry> = {}): Inquiry {
  const asked = {
    interactionId: 'i-1',
    agentId: 'a-1',
    audience: everyone,
    entityIds: ['card'],
    query: 'lost card',
    contextTags: [],
    language: 'en-US',
    maxResults: 10,
    contentTypes: [],
    minRelevanceScore: 0,
    availabilityWindow: undefined,
    boostCompliance: true,
    ...more,
  }
  return inquiryOfQuestion(asked)
}

export function makeItem(more: Partial<ContentItem> = {}): ContentItem {
  return {
    contentId: 'item',
    title: 'Title',
    snippet: 'Snippet',
    url: null,
    contentType: 'article',
    language: 'en',
    tags: [],
    isCompliant: false,
    relevanceScore: 0.5,
    source: 'assist-content',
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

export function makeAnswer(items: readonly ContentItem[], more: Partial<SourceAnswer> = {}): SourceAnswer {
  const source = items[0]?.source ?? 'assist-content'
  return { source, items, fetchedAt: 0, freshUntil: 1000, upstreamMs: 0, queuedMs: 0, ...more }
}
