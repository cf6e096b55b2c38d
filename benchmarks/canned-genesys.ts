// A Genesys that answers at once with fixed bytes: what is measured is cuecard, not the other side.
import type { HttpTransport } from '../src/index.ts'

/** Answers the token request, and every other one with `body`; counts the latter. */
export function cannedGenesys(body: string): { transport: HttpTransport; calls: () => number } {
  let calls = 0
  const token = JSON.stringify({ access_token: 'benchmark', token_type: 'bearer', expires_in: 86_400 })
  return {
    calls: () => calls,
    transport: {
      async send({ url }) {
        if (url.endsWith('/oauth/token')) return { status: 200, headers: {}, body: token }
        calls++
        return { status: 200, headers: {}, body }
      },
      close: async () => {},
    },
  }
}

/** The answer of the assist-content endpoint with `count` items, each with a few tags and a snippet of real length. */
export function assistContentBody(count: number): string {
  const tags = ['card', 'fees', 'fraud', 'travel', 'limits', 'refund']
  const results = Array.from({ length: count }, (_, index) => ({
    contentId: `article-${index}`,
    title: `What to do in case number ${index}`,
    snippet: `Step one of case ${index}: listen, identify the caller, look at the account. `.repeat(5),
    url: `https://kb.example/articles/${index}`,
    contentType: index % 3 === 0 ? 'procedure' : 'article',
    language: 'en-US',
    tags: [tags[index % 6], tags[(index + 1) % 6], tags[(index * 5 + 2) % 6]],
    isCompliant: index % 2 === 0,
    relevanceScore: 1 - index / (count + 1),
    version: '3',
    updatedAt: '2026-03-01T09:00:00Z',
    availabilityWindow: { start: '2024-01-01T00:00:00Z', end: '2031-01-01T00:00:00Z' },
  }))
  return JSON.stringify({ results })
}

/** A configuration with `assist-content` alone, shared per audience. */
export const assistContentOnly = {
  genesys: {
    clientId: 'benchmark',
    clientSecret: 'benchmark',
    apiUrl: 'http://127.0.0.1:9',
    loginUrl: 'http://127.0.0.1:9',
  },
  sources: {
    'assist-content': { share: 'audience' as const },
    'knowledge-search': { enabled: false },
    'copilot-suggestions': { enabled: false },
  },
}
