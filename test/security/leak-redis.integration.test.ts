// Two processes with a real Redis between them: what one fetched for its audience is nothing for another audience or organisation.
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { createCuecard } from '../../src/create-cuecard.ts'
import { createSimulator } from '../../src/simulator/index.ts'
import { access } from '../retrieval/start-cuecard.ts'
import { article } from '../simulator/sample-organisation.ts'

const url = process.env.CUECARD_TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'
/** So that no other run shares the cache. */
const clientId = `client-${randomUUID()}`
const redis = new Redis(url)
afterAll(() => redis.quit())

const agent = (agentId: string, division: string): Actor => ({
  id: agentId,
  agentId,
  roles: ['agent'],
  divisions: [division],
  via: 'jwt',
})

async function start(organisation: string, client = clientId) {
  let calls = 0
  const simulator = createSimulator({
    clientId: client,
    articles: ['retail', 'private'].map((label) =>
      article(`${organisation}-${label}`, `Refund the late fee, ${label}`, 'Refund the late fee', {
        labels: [label],
      }),
    ),
    onRequest: ({ operation }) => {
      if (operation === 'knowledge-search') calls++
    },
  })
  const cuecard = await createCuecard(
    {
      genesys: { ...access, clientId: client },
      latencyBudgetMs: 5000,
      redis: { url },
      audiences: ['retail', 'private'].map((name) => ({ name, divisions: [name], labels: [name] })),
    },
    { transport: simulator.transport() },
  )
  while (!(await cuecard.health()).redis?.ok) await new Promise((resolve) => setImmediate(resolve))
  const ask = async (interactionId: string, agentId: string, division: string) => {
    const question = { interactionId, agentId, query: 'refund the late fee' }
    const { items } = await cuecard.retrieve(question, { actor: agent(agentId, division) })
    return items.map(({ contentId }) => contentId)
  }
  return { cuecard, ask, calls: () => calls }
}

test('processes share what is one audience’s, and nothing else', async () => {
  const one = await start('first')
  const two = await start('first')
  const foreign = await start('second', `${clientId}-2`)
  expect(await one.ask('a', 'ann', 'retail')).toEqual(['first-retail'])
  // It is written after the reply.
  const pattern = 'cuecard:*:entry:*'
  const written = async () => (await redis.keys(pattern)).length
  for (let turn = 0; (await written()) === 0 && turn < 1000; turn++);
  expect(await two.ask('b', 'ben', 'private')).toEqual(['first-private'])
  expect(two.calls()).toBe(1)
  expect(await two.ask('c', 'cid', 'retail')).toEqual(['first-retail'])
  expect(two.calls()).toBe(1)
  expect(await two.ask('d', 'dan', 'nowhere')).toEqual([])
  expect(await foreign.ask('a', 'ann', 'retail')).toEqual(['second-retail'])
  expect(foreign.calls()).toBe(1)
  for (const { cuecard } of [one, two, foreign]) await cuecard.close()
})
