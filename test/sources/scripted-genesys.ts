// A Genesys that answers what a test tells it to, and remembers what it was asked.
import { GenesysClient } from '../../src/genesys/genesys-client.ts'
import type { HttpRequest, HttpTransport } from '../../src/genesys/http-transport.ts'
import { AccessToken } from '../../src/oauth/token-provider.ts'
import { QuotaBudget } from '../../src/quota/quota-budget.ts'
import type { ContentSource, SourceAnswer } from '../../src/retrieval/content-source.ts'
import type { Inquiry } from '../../src/retrieval/inquiry.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { makeInquiry } from '../retrieval/make-inquiry.ts'

export type Script = (request: HttpRequest) => unknown

/** Answers 200 with what `script` returns, or with the status it throws. */
export function scriptedGenesys(script: Script) {
  const clock = new FakeClock()
  const sent: HttpRequest[] = []
  const transport: HttpTransport = {
    async send(request) {
      sent.push(request)
      try {
        return { status: 200, headers: {}, body: JSON.stringify(script(request)) }
      } catch (error) {
        if (typeof error !== 'number') throw error
        return { status: error, headers: {}, body: '{}' }
      }
    },
    async close() {},
  }
  const token = new AccessToken('token', undefined)
  const client = new GenesysClient({
    apiUrl: 'https://api.example.com',
    transport,
    tokens: { token: () => token, reject: () => {} },
    quota: new QuotaBudget({ clock, perMinute: 100_000 }),
    clock,
  })
  const ask = (source: ContentSource, inquiry: Partial<Inquiry> = {}): Promise<SourceAnswer> =>
    Promise.resolve(
      source.retrieve(makeInquiry(inquiry), { deadline: clock.now() + 1000, priority: 'interactive' }),
    )
  /** Method, path and body of the last request: all that Genesys can tell apart. */
  const lastSent = () => {
    const { method, url, body } = sent.at(-1) ?? {}
    return `${method} ${new URL(url ?? 'https://none').href} ${body}`
  }
  return { clock, client, sent, ask, lastSent }
}
