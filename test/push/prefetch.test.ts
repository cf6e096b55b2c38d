// What a customer says is prepared for before the agent asks, and costs nobody anything who waits.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { only, start } from '../retrieval/start-cuecard.ts'

const asks = { interactionId: 'c-1', agentId: 'ann' }
const said = (text: string) => ({ utterance: { speaker: 'customer' as const, text } })

async function floor(config: Parameters<typeof start>[0] = {}) {
  const world = await start({
    ...config,
    config: { sources: only('knowledge-search'), ...config?.config },
  })
  const { cuecard, clock, settled, calls } = world
  return {
    ...world,
    say: (text: string, id = 'c-1') => cuecard.updateContext(id, said(text)),
    ask: (more = {}) => settled(cuecard.retrieve({ ...asks, ...more })),
    searches: () => calls('/search'),
    /** The agent asks once, so that it was seen. */
    async seen() {
      await cuecard.updateContext('c-1', said('good morning to you'))
      await settled(cuecard.retrieve(asks))
      await clock.advance(1000)
    },
  }
}

describe('a turn of the customer', () => {
  test('is prepared for: the agent then waits for nothing', async () => {
    const { cuecard, clock, say, ask, seen, searches } = await floor()
    await seen()
    const before = searches()
    await say('I want the late fee refunded')
    await clock.advance(1000)
    expect(searches()).toBe(before + 1)
    const { items, timings } = await ask()
    expect(items[0]?.contentId).toBe('late-fee')
    expect(timings.totalMs).toBe(0)
    expect(searches()).toBe(before + 1)
    expect(cuecard.stats().push.answers).toEqual({ prepared: 1, at_hand: 0, waited: 1 })
  })

  test('is prepared for as that agent asks, with its entities and without what it typed', async () => {
    const { cuecard, clock, settled, sent } = await start({
      config: { sources: only('assist-content', 'knowledge-search') },
    })
    const request = { ...asks, entityIds: ['product:credit-card'], query: 'typed by the agent' }
    await settled(cuecard.retrieve(request))
    const before = sent.length
    await cuecard.updateContext('c-1', said('I lost my card'))
    await clock.advance(1000)
    const bodies = sent.slice(before).map(({ body }) => JSON.parse(body ?? ''))
    expect(bodies).toContainEqual(expect.objectContaining({ entityIds: ['product:credit-card'] }))
    expect(bodies).toContainEqual(expect.objectContaining({ query: 'I lost my card' }))
    expect(bodies).toHaveLength(2)
  })

  test('said in several sentences is prepared for once', async () => {
    const { cuecard, clock, say, seen } = await floor()
    await seen()
    for (const text of ['I have a question', 'it is about a fee', 'the late one']) {
      await say(text)
      await clock.advance(50)
    }
    await clock.advance(1000)
    expect(cuecard.stats().push.pushes).toMatchObject({ prepared: 1, failed: 0 })
  })

  test('is joined by an agent who asks while it is being prepared for', async () => {
    const { clock, say, ask, seen, searches } = await floor()
    await seen()
    const before = searches()
    await say('I want the late fee refunded')
    await clock.advance(110)
    const { timings } = await ask()
    expect(timings.totalMs).toBeGreaterThan(0)
    expect(timings.totalMs).toBeLessThan(20)
    expect(searches()).toBe(before + 1)
  })
})

describe('nothing is prepared', () => {
  const prepared = async (
    act: (world: Awaited<ReturnType<typeof floor>>) => Promise<unknown>,
    config: Parameters<typeof start>[0] = {},
  ) => {
    const world = await floor(config)
    await act(world)
    await world.clock.advance(5000)
    await world.cuecard.close()
    return world.cuecard.stats().push.pushes.prepared
  }

  test('where no agent was seen, or not lately', async () => {
    expect(await prepared(({ say }) => say('refund the late fee'))).toBe(0)
    const late = async ({ seen, clock, say }: Awaited<ReturnType<typeof floor>>, ms: number) => {
      await seen()
      await clock.advance(ms)
      await say('refund the late fee')
    }
    expect(await prepared((world) => late(world, 118_000))).toBe(1)
    expect(await prepared((world) => late(world, 121_000))).toBe(0)
  })

  test('for what an agent says, or a customer has not said to the end', async () => {
    const agent = { utterance: { speaker: 'agent' as const, text: 'let me see' } }
    const part = {
      utterance: { ...said('I want the').utterance, utteranceId: 'u-1', isFinal: false },
    }
    for (const update of [agent, part])
      expect(
        await prepared(async ({ seen, cuecard }) => {
          await seen()
          await cuecard.updateContext('c-1', update)
        }),
      ).toBe(0)
  })

  test('where that is switched off', async () => {
    const act = async ({ seen, say }: Awaited<ReturnType<typeof floor>>) => {
      await seen()
      await say('refund the late fee')
    }
    expect(
      await prepared(act, { config: { sources: only('knowledge-search'), push: { prefetch: false } } }),
    ).toBe(0)
  })
})

test('what is prepared never takes the quota of who waits: 40 % of it are left to agents', async () => {
  const quotaPerMinute = 30
  let refused = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ turns: fc.nat(8), asks: fc.nat(2), ms: fc.constantFrom(200, 1000, 5000) }), {
        minLength: 3,
        maxLength: 15,
      }),
      async (steps) => {
        const { cuecard, clock, ask, say, seen, calls } = await floor({ genesys: { quotaPerMinute } })
        await seen()
        let words = 0
        const asked: Promise<{ readonly queuedMs: number; readonly code: string | undefined }>[] = []
        const askedAt: number[] = []
        for (const { turns, asks: count, ms } of steps) {
          for (let turn = 0; turn < turns; turn++) {
            await say(`refund the late fee ${++words}`)
            await clock.advance(150)
          }
          for (let n = 0; n < count; n++) {
            // As many as the quota leaves to agents alone, so that none of them may wait.
            const lately = askedAt.filter((at) => clock.now() - at <= 62_000).length
            if (lately >= quotaPerMinute * 0.4 - 2) continue
            askedAt.push(clock.now())
            const answer = ask({ query: `lost card ${++words}` })
            asked.push(
              answer.then(({ timings, degraded }) => ({ queuedMs: timings.queuedMs, code: degraded?.code })),
            )
            await answer
          }
          await clock.advance(ms)
        }
        for (const { queuedMs, code } of await Promise.all(asked)) {
          expect(queuedMs).toBe(0)
          expect(code).not.toBe('quota.exhausted')
        }
        refused = Math.max(refused, cuecard.stats().push.pushes.prepared - calls())
        await cuecard.close()
      },
    ),
    { numRuns: 20 },
  )
  // In one run at least there was more to prepare for than the quota gives.
  expect(refused).toBeGreaterThan(0)
}, 30_000)
