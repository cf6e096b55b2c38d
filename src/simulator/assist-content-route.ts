// POST /api/v2/agentassist/content/retrieve: the founding tutorial's endpoint, in no public definition.
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { Article, Conversation } from '../articles/article.ts'
import { plainText } from './markdown-body.ts'
import { type KnowledgeBase, type Organisation, primaryLanguage } from './organisation.ts'
import { readBody } from './read-request.ts'
import type { Route } from './route.ts'

const instant = z.iso
  .datetime({ offset: true, message: 'must be an ISO 8601 time with a zone' })
  .transform(Date.parse)

const retrieveRequest = z.strictObject({
  interactionId: z.string().min(1).max(128),
  entityIds: z.array(z.string().min(1).max(256)).max(500).default([]),
  filters: z
    .strictObject({
      contentTypes: z.array(z.enum(['article', 'procedure'])).optional(),
      minRelevanceScore: z.number().min(0).max(1).default(0),
      availabilityWindow: z
        .strictObject({ start: instant, end: instant })
        .refine(({ start, end }) => start < end, 'start must lie before end')
        .optional(),
    })
    .default({ minRelevanceScore: 0 }),
  language: z.string().min(2).max(35).optional(),
  maxResults: z.number().int().min(1).max(50).default(10),
})

type RetrieveRequest = z.infer<typeof retrieveRequest>

interface Relevant {
  readonly article: Article
  readonly relevance: number
}

export interface AssistContentSettings {
  /** Whether drafts, archived articles and those out of their window are returned, each with its state. */
  readonly includeIneligible: boolean
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
}

export function assistContentRoute(organisation: Organisation, settings: AssistContentSettings): Route {
  // Searching costs a millisecond and more; what it yields depends on nothing but this key.
  const found = new LRUCache<string, Relevant[]>({ max: 5000 })
  const find = (request: RetrieveRequest): Relevant[] => {
    const { entityIds, language, interactionId } = request
    const conversation = organisation.conversation(interactionId)
    const names = [...new Set(entityIds.map((id) => id.toLowerCase()))].sort()
    const key = JSON.stringify([conversation?.id, language && primaryLanguage(language), names])
    const known = found.get(key)
    if (known !== undefined) return known
    const relevant = organisation.basesFor(language).flatMap((base) => relevantIn(base, names, conversation))
    relevant.sort((a, b) => b.relevance - a.relevance)
    found.set(key, relevant)
    return relevant
  }
  // The simulator is the upstream of benchmarks: an item is turned into JSON once, not in each answer.
  const items = new Map<Article, string>()
  const itemOf = ({ article, relevance }: Relevant): string => {
    const item = items.get(article) ?? JSON.stringify(toItem(article)).slice(0, -1)
    items.set(article, item)
    return `${item},"relevanceScore":${relevance}}`
  }
  return {
    operation: 'assist-content',
    method: 'POST',
    path: '/api/v2/agentassist/content/retrieve',
    permission: 'agentassist:content:read',
    scope: 'agentassist:content:read',
    handle: (call) => {
      const request = readBody(call, retrieveRequest)
      const wanted = admits(request, settings)
      const results: string[] = []
      for (const found of find(request)) {
        if (results.length === request.maxResults || found.relevance < request.filters.minRelevanceScore)
          break
        if (wanted(found.article)) results.push(itemOf(found))
      }
      return { status: 200, json: `{"results":[${results.join(',')}]}` }
    },
  }
}

function admits(
  { filters }: RetrieveRequest,
  settings: AssistContentSettings,
): (article: Article) => boolean {
  const { contentTypes, availabilityWindow: window } = filters
  const now = settings.now()
  return (article) => {
    if (contentTypes !== undefined && !contentTypes.includes(article.contentType)) return false
    if (window !== undefined && !overlaps(article, window.start, window.end)) return false
    return settings.includeIneligible || (article.state === 'Published' && overlaps(article, now, now + 1))
  }
}

function overlaps({ availability }: Article, start: number, end: number): boolean {
  const from = availability?.start === undefined ? Number.NEGATIVE_INFINITY : Date.parse(availability.start)
  const to = availability?.end === undefined ? Number.POSITIVE_INFINITY : Date.parse(availability.end)
  return from < end && start < to
}

/**
 * Three independent signs that an article is relevant, joined as probabilities: 1 - (1-a)(1-b)(1-c). An entity that
 * it bears by name weighs most, then what the customer said, then the words of the entities' names.
 */
function relevantIn(
  base: KnowledgeBase,
  names: readonly string[],
  conversation: Conversation | undefined,
): Relevant[] {
  const doubt = new Map<Article, number>()
  const add = (article: Article, probability: number) =>
    doubt.set(article, (doubt.get(article) ?? 1) * (1 - probability))

  const matches = new Map<Article, number>()
  for (const name of names)
    for (const article of base.named(name)) matches.set(article, (matches.get(article) ?? 0) + 1)
  for (const [article, count] of matches) add(article, 0.4 + (0.3 * count) / names.length)

  const words = names.map((name) => name.replaceAll(/[-_:/]/g, ' ')).join(' ')
  for (const { article, confidence } of base.index.search(words, { limit: 200 }))
    add(article, 0.5 * confidence)

  for (const { article, confidence } of base.index.search(customerTurns(conversation), { limit: 200 }))
    add(article, 0.9 * confidence)

  return [...doubt]
    .map(([article, left]) => ({ article, relevance: Math.round((1 - left) * 1e4) / 1e4 }))
    .filter(({ relevance }) => relevance > 0)
}

/** The last turns, each weighing less than the one after it. */
function customerTurns(conversation: Conversation | undefined): { text: string; weight: number }[] {
  const turns = conversation?.turns.filter((turn) => turn.speaker === 'customer') ?? []
  return turns
    .slice(-8)
    .reverse()
    .map(({ text }, age) => ({ text, weight: 0.8 ** age }))
}

/** All of an item but its relevance. */
function toItem(article: Article): object {
  return {
    contentId: article.id,
    title: article.title,
    tags: article.tags,
    isCompliant: article.isCompliant,
    snippet: plainText(article.body).slice(0, 240),
    url: article.url,
    contentType: article.contentType,
    language: article.language,
    state: article.state,
    version: article.version,
    updatedAt: article.updatedAt,
    availabilityWindow: article.availability,
    labels: article.labels,
    category: article.category,
  }
}
