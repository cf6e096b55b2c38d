// The panel's page at a real service, whose answers a test gives.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { CuecardError } from '../../src/errors.ts'
import type { ServedCuecard, ServiceOptions } from '../../src/http/ports.ts'
import { type RunningService, startService } from '../../src/http/start-service.ts'
import type { Follower } from '../../src/push/stream.ts'
import type { Retrieval, RetrievedItem } from '../../src/retrieval/retrieval.ts'
import { fakeCuecard, httpConfig, optionsOf } from '../http/fake-parts.ts'
import { builtPages, openPage, tokenAuthenticator } from './browser.ts'

export function item(contentId: string, more: Partial<RetrievedItem> = {}): RetrievedItem {
  return {
    contentId,
    title: `Refund a late fee, case ${contentId}`,
    snippet:
      'A late fee can be refunded once in twelve months.\n1. Check that the account was paid within ten days.\n2. Choose Fees, then Refund.',
    url: `https://knowledge.example/articles/${contentId}`,
    contentType: 'article',
    language: 'en',
    tags: ['fees'],
    isCompliant: true,
    relevanceScore: 0.8,
    score: 1.05,
    explanation: [
      { feature: 'openText', value: 0.8, weight: 1, contribution: 0.8 },
      { feature: 'matchingTags', value: 1, weight: 0.15, contribution: 0.15 },
      { feature: 'compliance', value: 1, weight: 0.2, contribution: 0.2 },
      { feature: 'age', value: 0.5, weight: -0.2, contribution: -0.1 },
    ],
    source: 'knowledge-search',
    version: '7',
    updatedAt: new Date(Date.now() - 3 * 86_400_000 - 60_000).toISOString(),
    ...more,
  }
}

export function answer(
  retrievalId: string,
  items: readonly RetrievedItem[],
  more: Partial<Retrieval> = {},
): Retrieval {
  return {
    retrievalId,
    interactionId: 'c-1',
    items,
    freshness: { status: 'fresh', ageSeconds: 0, source: 'knowledge-search' },
    degraded: null,
    complianceFlags: { accessValidated: true, availabilityChecked: true },
    profile: 'context',
    timings: { totalMs: 12, upstreamMs: 0, queuedMs: 0 },
    refused: [],
    ...more,
  }
}

export interface Recorded {
  readonly retrievalId: string
  readonly event: { readonly type: string; readonly contentId: string; readonly reason?: string }
  readonly key: string | undefined
}

/** What the service behind the page says. */
export interface Floor {
  /** Given at the opening of a stream; undefined: nothing comes. */
  opening?: Retrieval | CuecardError | undefined
  search: (query: string) => Promise<Retrieval>
  /** The text of whole articles, by id. */
  articles: Readonly<Record<string, string>>
  readonly events: Recorded[]
  readonly followers: Follower[]
  readonly service: RunningService
  /** To every stream that is open. */
  push(retrieval: Retrieval): void
  close(): Promise<void>
}

export async function startFloor(
  opening?: Retrieval | CuecardError,
  options: Partial<ServiceOptions> = {},
): Promise<Floor> {
  const events: Recorded[] = []
  const followers: Follower[] = []
  let ids = 0
  const parts: Partial<ServedCuecard> = {
    async follow(_asked, follower) {
      if (floor.opening instanceof CuecardError) throw floor.opening
      followers.push(follower)
      if (floor.opening !== undefined) follower.answer(floor.opening, `e-${++ids}`)
      return () => followers.splice(followers.indexOf(follower), 1)
    },
    retrieve: (request) => floor.search(queryOf(request)),
    async article(retrievalId, contentId) {
      const text = floor.articles[contentId]
      if (text === undefined) throw new CuecardError('article.unknown', 'There is no such article')
      events.push({ retrievalId, event: { type: 'opened', contentId }, key: undefined })
      return { contentId, title: contentId, text, language: 'en', url: null, version: null, updatedAt: null }
    },
    async recordAdoption(retrievalId, event, options) {
      const recorded = event as Recorded['event']
      events.push({ retrievalId, event: recorded, key: options?.idempotencyKey })
      return {
        eventId: 'e',
        retrievalId,
        type: 'shown',
        contentId: recorded.contentId,
        recordedAt: new Date().toISOString(),
      }
    },
  }
  const config = { ...httpConfig, maxEventLoopDelayMs: 60_000, shutdownSeconds: 1 }
  const { cuecard } = fakeCuecard(parts)
  const service = await startService(
    optionsOf({
      clock: undefined,
      cuecard,
      authenticator: tokenAuthenticator,
      config,
      pages: builtPages(),
      ...options,
    }),
  )
  const floor: Floor = {
    opening,
    search: async () => answer('r-search', []),
    articles: {},
    events,
    followers,
    service,
    push(retrieval) {
      for (const follower of followers) follower.answer(retrieval, `e-${++ids}`)
    },
    close: () => service.close(),
  }
  return floor
}

function queryOf(request: unknown): string {
  return typeof request === 'object' && request !== null && 'query' in request ? String(request.query) : ''
}

/** The panel's page of an interaction. */
export async function openPanel(
  browser: Browser,
  floor: Floor,
  options: BrowserContextOptions & { token?: string | null; script?: string; query?: string } = {},
) {
  const { query = '', ...rest } = options
  const opened = await openPage(browser, { locale: 'en-US', ...rest })
  await opened.page.goto(`${floor.service.url}/panel?interactionId=c-1&agentId=ann${query}`)
  return { ...opened, titles: () => titlesOf(opened.page) }
}

/** The ids of the cards in the order shown. */
export function titlesOf(page: Page): Promise<string[]> {
  return page
    .locator('article')
    .evaluateAll((articles) => articles.map((card) => card.getAttribute('data-id') ?? ''))
}
