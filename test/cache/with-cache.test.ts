// Whom a cached answer may reach.
import { describe, expect, test } from 'vitest'
import { audiencesOf } from '../../src/access/audience.ts'
import { type Sharing, withCache } from '../../src/cache/with-cache.ts'
import type { ContentSource, SourceAnswer } from '../../src/retrieval/content-source.ts'
import type { Inquiry } from '../../src/retrieval/inquiry.ts'
import { answerOf, callOf, inquiryOf } from '../testing/source-answers.ts'
import { startCache } from './cache-on-fake-clock.ts'

/** A source whose answer names the inquiry that it was fetched for. */
function startShared(sharing: Sharing, more: Partial<ContentSource> = {}) {
  const { clock, cache } = startCache()
  const fetched: Inquiry[] = []
  const source: ContentSource = {
    name: 'test',
    key: ({ query }) => (query === '' ? undefined : query),
    retrieve(inquiry) {
      fetched.push(inquiry)
      return answerOf(`for ${inquiry.interactionId} of ${inquiry.audience.key}`, clock.now())
    },
    ...more,
  }
  const cached = withCache(source, cache, sharing)
  const ask = async (inquiry: Partial<Inquiry>): Promise<SourceAnswer | undefined> =>
    await cached.ask(inquiryOf(inquiry), callOf(clock.now() + 10))
  return { cached, ask, fetched, cache, clock }
}

const audienceOf = audiencesOf([
  { name: 'a', agents: ['agent-a'] },
  { name: 'b', agents: ['agent-b'] },
  { name: 'nobody', agents: ['agent-c'] },
])
const audiences = ['agent-a', 'agent-b', 'agent-c', 'a stranger'].map((agentId) =>
  audienceOf(agentId, undefined),
)

describe.each<Sharing>(['interaction', 'audience'])('shared per %s', (sharing) => {
  test('no answer crosses an audience', async () => {
    const { ask } = startShared(sharing)
    for (const audience of audiences)
      expect((await ask({ audience }))?.source).toBe(`for i-1 of ${audience.key}`)
  })

  test('parts that could be read together are not taken for each other', async () => {
    const { ask, fetched } = startShared(sharing)
    const pairs: [string, string][] = [
      ['1', '11:x'],
      ['11', '1:x'],
      ['1:1', '1x'],
    ]
    for (const [interactionId, query] of pairs) await ask({ interactionId, query })
    expect(fetched).toHaveLength(pairs.length)
  })

  test('the same inquiry is fetched once', async () => {
    const { ask, fetched } = startShared(sharing)
    for (let i = 0; i < 3; i++) await ask({ agentId: `agent-${i}` })
    expect(fetched).toHaveLength(1)
  })

  test('nothing is asked where the source has nothing to be asked, or is absent', async () => {
    let absent = true
    const { ask, fetched } = startShared(sharing, { isAbsent: () => absent })
    expect(await ask({})).toBeUndefined()
    absent = false
    expect(await ask({ query: '' })).toBeUndefined()
    expect(fetched).toHaveLength(0)
    expect(await ask({})).toBeDefined()
  })
})

test('per interaction, another interaction does not get it, and its invalidation forgets it alone', async () => {
  const { ask, fetched, cache } = startShared('interaction')
  const ids = ['i-1', 'i-2']
  for (const interactionId of ids)
    expect((await ask({ interactionId }))?.source).toBe(`for ${interactionId} of `)
  await cache.invalidate('interaction:i-1')
  for (const interactionId of ids) await ask({ interactionId })
  expect(fetched.map(({ interactionId }) => interactionId)).toEqual(['i-1', 'i-2', 'i-1'])
})

test('per audience, another interaction gets it at once', async () => {
  const { cached, ask, clock } = startShared('audience')
  await ask({ interactionId: 'i-1' })
  expect(cached.ask(inquiryOf({ interactionId: 'i-2' }), callOf(clock.now()))).toMatchObject({
    source: 'for i-1 of ',
  })
})

test('sources that share one memory do not share answers', async () => {
  const { clock, cache } = startCache()
  const sourceNamed = (name: string) =>
    withCache({ name, key: () => 'key', retrieve: () => answerOf(name, clock.now()) }, cache, 'audience')
  const inquiry = inquiryOf()
  for (const name of ['one', 'two', ''])
    expect(await sourceNamed(name).ask(inquiry, callOf(10))).toMatchObject({ source: name })
})
