// The design of the founding tutorial, for comparison: cache per interaction, no budget, three tries, no deadline.
import type { Clock, HttpTransport } from '../src/index.ts'
import type { Answer, Question } from './simulated-floor.ts'

const ttlMs = 300_000
const tries = 3

/** Asks as the tutorial's client does, each call with its own token already in hand. */
export function tutorialDesign(
  transport: HttpTransport,
  clock: Clock,
): (question: Question) => Promise<Answer> {
  const cache = new Map<string, { at: number; count: number }>()
  let token: string | undefined
  const pause = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve))
  const post = (path: string, headers: Record<string, string>, body: string) =>
    transport.send({
      method: 'POST',
      url: `http://genesys${path}`,
      headers,
      body,
      signal: new AbortController().signal,
    })
  return async ({ interactionId, entityIds }) => {
    const key = `${interactionId}/${entityIds.join()}`
    const cached = cache.get(key)
    if (cached !== undefined && clock.now() < cached.at + ttlMs)
      return { empty: cached.count === 0, status: 'fresh', why: null }
    token ??= await signIn(post)
    for (let attempt = 0; attempt < tries; attempt++) {
      const body = JSON.stringify({ interactionId, entityIds, language: 'en-US', maxResults: 10 })
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const response = await post('/api/v2/agentassist/content/retrieve', headers, body)
      if (response.status === 200) {
        const count = JSON.parse(response.body).results.length
        cache.set(key, { at: clock.now(), count })
        return { empty: count === 0, status: 'fresh', why: null }
      }
      await pause(1000 * 2 ** attempt)
    }
    return { empty: true, status: 'none', why: 'three tries failed' }
  }
}

async function signIn(
  post: (path: string, headers: Record<string, string>, body: string) => Promise<{ body: string }>,
): Promise<string> {
  const basic = Buffer.from('simulator:simulator-secret').toString('base64')
  const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await post('/oauth/token', headers, 'grant_type=client_credentials')
  return JSON.parse(answer.body).access_token
}
