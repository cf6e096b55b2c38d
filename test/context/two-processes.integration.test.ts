// Two cuecards over one Redis: the second answers by what the first was told.
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createCuecard } from '../../src/create-cuecard.ts'
import { createSimulator } from '../../src/simulator/index.ts'
import { articles, conversations } from '../simulator/sample-organisation.ts'

const redisUrl = process.env.CUECARD_TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'

async function startTwo() {
  // Its ids belong to this run alone.
  const interactionId = `c-${process.pid}-${Date.now()}`
  const [conversation] = conversations
  const simulator = createSimulator({
    articles,
    conversations: conversation ? [{ ...conversation, id: interactionId }] : [],
  })
  const start = async () => {
    const cuecard = await createCuecard(
      {
        genesys: {
          clientId: 'simulator',
          clientSecret: 'simulator-secret',
          apiUrl: 'http://127.0.0.1:1',
          loginUrl: 'http://127.0.0.1:1',
        },
        sources: { 'assist-content': { enabled: false }, 'copilot-suggestions': { enabled: false } },
        redis: { url: redisUrl },
      },
      { transport: simulator.transport() },
    )
    while (!(await cuecard.health()).redis?.ok) await pause(5)
    return cuecard
  }
  return { interactionId, first: await start(), second: await start() }
}

test('a retrieval without a query goes by words that another process heard; a stranger is denied there too', async () => {
  const { interactionId, first, second } = await startTwo()
  try {
    await first.updateContext(interactionId, { utterance: 'refund the late payment fee' })
    await pause(50)
    const actor = { id: 'eve', agentId: 'eve', roles: ['agent'], divisions: [], via: 'jwt' } as const
    await expect(second.retrieve({ interactionId, agentId: 'eve' }, { actor })).rejects.toMatchObject({
      code: 'access.denied',
    })
    const { items } = await second.retrieve({ interactionId, agentId: 'ann' })
    expect(items[0]?.contentId).toBe('late-fee')
  } finally {
    await Promise.all([first.close(), second.close()])
  }
})
