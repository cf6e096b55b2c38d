// A small organisation, and a client that speaks to its simulator in memory.
import type { Article, Conversation } from '../../src/articles/article.ts'
import type { HttpRequest } from '../../src/genesys/http-transport.ts'
import { createSimulator, type SimulatorOptions } from '../../src/simulator/index.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

export function article(id: string, title: string, body: string, more: Partial<Article> = {}): Article {
  return {
    id,
    title,
    body,
    tags: [],
    category: '',
    language: 'en',
    contentType: 'article',
    state: 'Published',
    isCompliant: false,
    labels: [],
    entityIds: [],
    version: 1,
    ...more,
  }
}

export const articles: readonly Article[] = [
  article(
    'late-fee',
    'Refunding a late payment fee',
    'Refund the **late fee** once a year.\n\n1. Open the account\n2. Press Refund\n\nSee [the policy](https://kb.example.com/policy).',
    {
      tags: ['fees', 'refund'],
      category: 'cards/fees',
      entityIds: ['product:credit-card'],
      isCompliant: true,
      labels: ['retail'],
      version: 3,
      updatedAt: '2025-11-02T08:00:00Z',
      url: 'https://kb.example.com/late-fee',
    },
  ),
  article(
    'lost-card',
    'Blocking a lost card',
    '# Block\nBlock the lost or stolen card at once.\n\n- Ask for the date\n- Order a new card',
    {
      tags: ['security'],
      category: 'cards/security',
      entityIds: ['product:credit-card', 'product:debit-card'],
      contentType: 'procedure',
      updatedAt: '2025-12-01T08:00:00+01:00',
    },
  ),
  article('mortgage', 'Early repayment of a mortgage', 'Repaying a mortgage early costs a fee.', {
    category: 'loans',
    entityIds: ['product:mortgage'],
    availability: { start: '2026-02-01T00:00:00Z', end: '2026-03-01T00:00:00Z' },
  }),
  article('draft-fees', 'New fees of the credit card', 'The new fees are not yet in force.', {
    entityIds: ['product:credit-card'],
    state: 'Draft',
  }),
  article('old-fees', 'Old fees of the credit card', 'The fees of last year.', {
    entityIds: ['product:credit-card'],
    state: 'Archived',
  }),
  article('karte', 'Verlorene Karte sperren', 'Die verlorene Karte sofort sperren.', {
    language: 'de-AT',
    entityIds: ['product:credit-card'],
  }),
]

export const conversations: readonly Conversation[] = [
  {
    id: 'c-1',
    turns: [
      { speaker: 'agent', text: 'How can I help?' },
      { speaker: 'customer', text: 'I lost my card yesterday and need to block it' },
      { speaker: 'agent', text: 'Anything else?' },
      { speaker: 'customer', text: 'Yes, refund the late payment fee please' },
    ],
    events: [],
    queue: 'Cards',
    tags: ['vip'],
    entityIds: ['product:credit-card'],
  },
]

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form.
  readonly body: any
}

export interface Ask {
  readonly body?: unknown
  readonly token?: string
  readonly signal?: AbortSignal
}

export const credentials = `Basic ${Buffer.from('simulator:simulator-secret').toString('base64')}`

/** A simulator on a fake clock, already logged in. */
export async function startSimulator(options: Partial<SimulatorOptions> = {}) {
  const clock = new FakeClock()
  const simulator = createSimulator({ articles, conversations, clock, ...options })
  const transport = simulator.transport()

  const logIn = () =>
    transport.send({
      method: 'POST',
      url: 'http://simulator/oauth/token',
      headers: { authorization: credentials, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
      signal: new AbortController().signal,
    })
  let token = ''
  const logInAgain = async () => {
    token = JSON.parse((await logIn()).body).access_token
  }
  await logInAgain()

  const ask = async (
    method: HttpRequest['method'],
    path: string,
    { body, signal, ...ask }: Ask = {},
  ): Promise<Answer> => {
    const answer = await transport.send({
      method,
      url: `http://simulator${path}`,
      headers: { authorization: `Bearer ${ask.token ?? token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: signal ?? new AbortController().signal,
    })
    return { ...answer, body: answer.body === '' ? undefined : JSON.parse(answer.body) }
  }
  const get = (path: string, more?: Ask) => ask('GET', path, more)
  const post = (path: string, body: unknown, more?: Ask) => ask('POST', path, { body, ...more })
  const retrieve = (request: object) =>
    post('/api/v2/agentassist/content/retrieve', { interactionId: 'i-1', entityIds: [], ...request })
  const baseUri = async (language = 'en'): Promise<string> => {
    const { body } = await get('/api/v2/knowledge/knowledgebases')
    return body.entities.find((base: { coreLanguage: string }) => base.coreLanguage.startsWith(language))
      .selfUri
  }
  return { simulator, clock, transport, logIn, logInAgain, ask, get, post, retrieve, baseUri }
}

export const idsOf = (answer: Answer): string[] =>
  answer.body.entities.map((entity: { id: string }) => entity.id)
