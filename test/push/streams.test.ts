// Following an interaction: what comes, what comes again, and why it ends.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import type { CuecardPorts } from '../../src/cuecard.ts'
import { only, start } from '../retrieval/start-cuecard.ts'
import { articles } from '../simulator/sample-organisation.ts'
import { type Followed, follow, shownTo } from './follow.ts'

const agent = (id: string): Actor => ({ id, agentId: id, roles: ['agent'], divisions: [], via: 'jwt' })

async function world(more: Parameters<typeof start>[0] = {}) {
  const started = await start({
    ...more,
    config: { sources: only('knowledge-search'), ...more?.config },
  })
  const { cuecard, clock } = started
  return {
    ...started,
    async say(text: string, id = 'c-1') {
      await cuecard.updateContext(id, { utterance: { speaker: 'customer', text } })
      await clock.advance(1000)
    },
    /** Follows, and lets the first answer come. */
    async follow(...args: Parameters<typeof follow> extends [unknown, ...infer Rest] ? Rest : never) {
      const followed = await follow(cuecard, ...args)
      await clock.advance(1000)
      return followed
    },
  }
}

const lastId = ({ answers }: Followed) => answers.at(-1)?.id ?? ''
const numbersOf = ({ answers }: Followed) => answers.map(({ id }) => Number(id.split('-')[1]))

describe('whoever follows', () => {
  test('has the current answer first, and a new one with each turn of the customer', async () => {
    const { cuecard, say, follow } = await world()
    await say('refund the late fee')
    const followed = await follow({ boostCompliance: false })
    expect(shownTo(followed)).toEqual([['late-fee', expect.anything(), expect.anything()]])
    await say('and I lost my card')
    await cuecard.updateContext('c-1', { utterance: { speaker: 'agent', text: 'let me see' } })
    await cuecard.updateContext('c-1', { utterance: { speaker: 'customer', text: 'the lost card' } })
    await say('please block it, my lost card')
    const [, second, third] = shownTo(followed)
    expect(second?.[0]).toBe('lost-card')
    expect(third?.[0]).toBe('lost-card')
    expect(followed.answers).toHaveLength(3)
    expect(numbersOf(followed)).toEqual([1, 2, 3])
    expect(cuecard.stats().push.pushes).toMatchObject({ prepared: 3, sent: 3 })
  })

  test('of an interaction of which nothing is known has nothing, until something is', async () => {
    const { say, follow } = await world()
    const followed = await follow()
    expect(followed.answers).toEqual([])
    await say('refund the late fee')
    expect(shownTo(followed)[0]?.[0]).toBe('late-fee')
  })

  test('has what is there within the budget of a request, and the rest when it comes', async () => {
    const slow: CuecardPorts['sources'] = [
      {
        name: 'slow',
        key: () => 'one',
        retrieve: async (_, { deadline }) => {
          await new Promise<void>((resolve) => clock.after(1000, resolve))
          expect(clock.now()).toBeLessThan(deadline)
          const item = { ...(await found), contentId: 'slow', source: 'slow' }
          return {
            source: 'slow',
            items: [item],
            fetchedAt: clock.now(),
            freshUntil: 1e9,
            upstreamMs: 1000,
            queuedMs: 0,
          }
        },
      },
    ]
    const { makeItem } = await import('../retrieval/make-inquiry.ts')
    const found = Promise.resolve(makeItem())
    const { clock, say, follow } = await world({ ports: { sources: slow } })
    const followed = await follow()
    await say('refund the late fee')
    await clock.advance(500)
    expect(followed.answers.map(({ retrieval }) => retrieval.degraded?.code)).toEqual([
      'deadline.exceeded',
      undefined,
    ])
    expect(shownTo(followed)[1]).toEqual(expect.arrayContaining(['late-fee', 'slow']))
  })

  test('has no answer of which the ranking is less sure than it is told to be', async () => {
    const pushedFor = async (text: string, minConfidence: number) => {
      const { cuecard, say, follow } = await world({
        config: { sources: only('knowledge-search'), profile: 'context', push: { minConfidence } },
      })
      const followed = await follow()
      await say(text)
      const { sent, withheld } = cuecard.stats().push.pushes
      await cuecard.close()
      return { sent, withheld, confidence: followed.answers[0]?.retrieval.confidence }
    }
    const question = 'Is the late payment fee of the card refunded?'
    const thanks = 'Thank you for the refund of the late fee, goodbye'
    expect(await pushedFor(thanks, 0)).toMatchObject({ sent: 1, withheld: 0 })
    const { confidence: low = 1 } = await pushedFor(thanks, 0)
    const { confidence: high = 0 } = await pushedFor(question, 0)
    expect(high).toBeGreaterThan(low)
    const between = (low + high) / 2
    expect(await pushedFor(question, between)).toMatchObject({ sent: 1, withheld: 0, confidence: high })
    expect(await pushedFor(thanks, between)).toMatchObject({ sent: 0, withheld: 1 })
    expect(await pushedFor(question, high)).toMatchObject({ sent: 1 })
  })

  test('has answers that are recorded: what is done with them can be told', async () => {
    const { cuecard, clock, settled, say, follow } = await world({
      config: { sources: only('knowledge-search'), database: { url: 'sqlite::memory:' } },
      ports: { recordInline: true },
    })
    await say('refund the late fee')
    const { answers } = await follow()
    await clock.advance(1000)
    const [{ retrieval } = { retrieval: undefined }] = answers
    const event = { type: 'inserted', contentId: 'late-fee' } as const
    const receipt = await settled(cuecard.recordAdoption(retrieval?.retrievalId ?? '', event))
    expect(receipt).toMatchObject(event)
    await settled(cuecard.close())
  })

  test('shares one recorded answer with who follows in the same way', async () => {
    const { say, follow } = await world()
    const one = await follow()
    const other = await follow()
    const another = await follow({ maxResults: 1 })
    await say('refund the late fee')
    const ids = [one, other, another].map(({ answers }) => answers.map(({ id }) => id))
    expect(ids[0]).toEqual(ids[1])
    expect(shownTo(another)).toEqual([['late-fee']])
    expect(ids[2]).not.toEqual(ids[0])
  })

  test('is refused where it is not let in, and where too many are', async () => {
    const { follow, settled, cuecard } = await world({ config: { push: { maxStreams: 9 } } })
    await expect(follow({ query: 'refund' } as object)).rejects.toMatchObject({
      code: 'request.invalid',
      details: { field: 'query' },
    })
    await expect(follow({ agentId: 'bob' }, { actor: agent('ann') })).rejects.toMatchObject({
      code: 'access.denied',
    })
    const own = await Promise.all(Array.from({ length: 8 }, () => follow()))
    await expect(follow()).rejects.toMatchObject({ code: 'stream.full' })
    await follow({ agentId: 'bob' })
    await expect(follow({ agentId: 'cid' })).rejects.toMatchObject({ code: 'stream.full' })
    own[0]?.leave()
    own[0]?.leave()
    await follow({ agentId: 'cid' })
    expect(cuecard.stats().push).toMatchObject({ streams: 9, ended: { left: 1 } })
    await settled(cuecard.close())
    await expect(follow()).rejects.toMatchObject({ code: 'closed' })
  })
})

describe('a stream ends', () => {
  test('when the interaction is over, or nothing has come of it for too long', async () => {
    const { clock, say, follow, cuecard, retrieve } = await world({ config: { context: { idleMinutes: 1 } } })
    await retrieve()
    const timers = clock.timers
    const followed = await follow()
    await say('refund the late fee')
    await clock.advance(58_000)
    expect(followed.reason).toBe(undefined)
    expect(followed.beats).toBeGreaterThan(9)
    await clock.advance(10_000)
    expect(followed.reason).toBe('interaction_ended')
    expect(cuecard.stats().push.streams).toBe(0)
    await clock.advance(60_000)
    expect(clock.timers).toBe(timers)
  })

  test('when the interaction is forgotten: it may then be anybody’s', async () => {
    const { cuecard, follow, say, settled } = await world({ config: { context: { maxInteractions: 5 } } })
    const followed = await follow()
    await say('refund the late fee')
    for (let one = 0; one < 6; one++)
      await settled(cuecard.retrieve({ interactionId: `flood-${one}`, agentId: 'bob', query: 'lost card' }))
    expect(followed.reason).toBe('interaction_ended')
    expect(cuecard.stats().push.streams).toBe(0)
  })

  test('and nothing is recorded as shown to whoever has left', async () => {
    const { clock, cuecard, settled, retrieve, follow } = await world({
      config: { sources: only('knowledge-search'), database: { url: 'sqlite::memory:' } },
      ports: { recordInline: true },
    })
    await retrieve()
    const followed = await follow()
    const before = await settled(cuecard.insights?.latency({}) ?? Promise.reject(new Error('no record')))
    await cuecard.updateContext('c-1', { utterance: { speaker: 'customer', text: 'refund the late fee' } })
    followed.leave()
    await clock.advance(5000)
    const after = await settled(cuecard.insights?.latency({}) ?? Promise.reject(new Error('no record')))
    expect(after.total.retrievals).toBe(before.total.retrievals)
    await settled(cuecard.close())
  })

  test('when it has gone on for ten minutes: the credential is then looked at again', async () => {
    const { clock, follow } = await world()
    const followed = await follow()
    await clock.advance(590_000)
    expect(followed.reason).toBe(undefined)
    await clock.advance(15_000)
    expect(followed.reason).toBe('renew')
  })

  test('when the interaction turns out to be another agent’s, before anything is told', async () => {
    const { clock, follow, say, cuecard, settled } = await world()
    const early = await follow({ agentId: 'eve' }, { actor: agent('eve') })
    // A service names the one who is helped.
    await settled(cuecard.retrieve({ interactionId: 'c-1', agentId: 'ann', query: 'lost card' }))
    await say('refund the late fee')
    await clock.advance(5000)
    expect(early).toMatchObject({ answers: [], reason: 'access_ended' })
    const silent = await world()
    const other = await silent.follow({ agentId: 'eve' }, { actor: agent('eve') })
    await silent.settled(
      silent.cuecard.retrieve({ interactionId: 'c-1', agentId: 'ann', query: 'lost card' }),
    )
    await silent.clock.advance(6000)
    expect(other.reason).toBe('access_ended')
  })

  test('when cuecard is closed', async () => {
    const { clock, follow, settled, cuecard } = await world()
    const followed = await follow()
    await settled(cuecard.close())
    expect(followed.reason).toBe('closing')
    await clock.advance(1000)
    expect(clock.timers).toBe(0)
  })
})

describe('whoever comes back', () => {
  test('has nothing twice', async () => {
    const { say, follow } = await world()
    const before = await follow()
    await say('refund the late fee')
    before.leave()
    const after = await follow({}, { lastEventId: lastId(before) })
    expect(after.answers).toEqual([])
  })

  test('has what was sent and did not come, under its ids', async () => {
    const { say, follow } = await world()
    const before = await follow()
    await say('refund the late fee')
    await say('and I lost my card')
    const [first, second] = before.answers
    const after = await follow({}, { lastEventId: first?.id ?? '' })
    expect(after.answers).toEqual([second])
  })

  test('with an id that nobody knows has the current answer', async () => {
    const { clock, say, follow } = await world()
    const before = await follow()
    await say('refund the late fee')
    for (const lastEventId of ['', 'nonsense', 'other-1', `${lastId(before).split('-')[0]}-99`, '-', '-1'])
      expect((await follow({}, { lastEventId })).answers).toEqual(before.answers)
    // After a minute it would no longer be told when it was fetched.
    await clock.advance(60_000)
    const later = await follow({}, { lastEventId: 'nonsense' })
    expect(shownTo(later)).toEqual(shownTo(before))
    expect(numbersOf(later)).toEqual([2])
  })

  test('has nothing again that was withdrawn since', async () => {
    const { say, follow, cuecard, settled, simulator } = await world({
      config: { sources: only('assist-content', 'knowledge-search') },
    })
    const before = await follow()
    await say('refund the late fee')
    const archived = articles.map((one) =>
      one.id === 'late-fee' ? { ...one, state: 'Archived' as const } : one,
    )
    simulator.setArticles(archived)
    // Another agent's interaction is where that comes to light.
    await settled(
      cuecard.retrieve({ interactionId: 'c-2', agentId: 'bob', entityIds: ['product:credit-card'] }),
    )
    const after = await follow({}, { lastEventId: 'nonsense' })
    expect(shownTo(before).flat()).toContain('late-fee')
    expect(shownTo(after)).toEqual([expect.not.arrayContaining(['late-fee'])])
  })

  test('however often it is cut off, has each answer once, and in the end the current one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({
              do: fc.constant('say' as const),
              word: fc.constantFrom('late fee', 'lost card', 'mortgage'),
            }),
            fc.record({ do: fc.constant('cut' as const), unread: fc.nat(2) }),
            fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(50, 3000, 59_000, 61_000) }),
          ),
          { minLength: 3, maxLength: 30 },
        ),
        async (steps) => {
          const { clock, say, follow, cuecard, settled } = await world()
          let followed = await follow()
          let read: Followed['answers'] = []
          let words = 0
          for (const step of steps) {
            if (step.do === 'say') await say(`${step.word} ${++words}`)
            else if (step.do === 'wait') await clock.advance(step.ms)
            else {
              followed.leave()
              // What was on its way was lost.
              read = [
                ...read,
                ...followed.answers.slice(0, Math.max(followed.answers.length - step.unread, 0)),
              ]
              followed = await follow({}, { lastEventId: read.at(-1)?.id })
            }
          }
          read = [...read, ...followed.answers]
          const numbers = read.map(({ id }) => Number(id.split('-')[1]))
          expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
          if (words > 0) {
            const asked = await settled(cuecard.retrieve({ interactionId: 'c-1', agentId: 'ann' }))
            expect(shownTo({ ...followed, answers: read }).at(-1)).toEqual(
              asked.items.map(({ contentId }) => contentId),
            )
          } else expect(read).toEqual([])
          await settled(cuecard.close())
        },
      ),
      { numRuns: 60 },
    )
  }, 60_000)
})
