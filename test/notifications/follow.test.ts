// What Genesys tells by itself: who speaks, what is suggested, whose interaction it is, and when it ends.
import { expect, test } from 'vitest'
import { createCuecard } from '../../src/create-cuecard.ts'
import { createSimulator } from '../../src/simulator/index.ts'
import { stableId } from '../../src/simulator/stable-id.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { articles, conversations } from '../simulator/sample-organisation.ts'
import { conversationOf, lengthOf, startFollowing } from './start-following.ts'

const minute = 60_000

async function startCuecard() {
  const clock = new FakeClock()
  const simulator = createSimulator({ articles, conversations, clock })
  const url = 'http://127.0.0.1'
  const cuecard = await createCuecard(
    {
      genesys: { clientId: 'simulator', clientSecret: 'simulator-secret', apiUrl: url, loginUrl: url },
      sources: { 'assist-content': { enabled: false }, 'knowledge-search': { enabled: false } },
      notifications: { enabled: true },
    },
    { clock, transport: simulator.transport(), openSocket: simulator.sockets(), recordInline: true },
  )
  const retrieve = async (options = {}) => {
    const asked = cuecard.retrieve({ interactionId: 'c-1', agentId: 'ann', query: 'card' }, options)
    asked.catch(() => {})
    await clock.advance(200)
    return asked
  }
  const suggested = async () => (await retrieve()).items.map(({ contentId }) => contentId)
  const calls = () => simulator.stats().calls.suggestions?.['200'] ?? 0
  return { clock, simulator, cuecard, retrieve, suggested, calls }
}

test('suggestions are asked for once, and then come by themselves', async () => {
  const { clock, simulator, cuecard, suggested, calls } = await startCuecard()
  simulator.play()
  expect(await suggested()).toEqual([])
  await clock.advance(1000)
  // The first answer was asked for before anything was followed.
  await cuecard.updateContext('c-1', { tags: ['card'] })
  expect(await suggested()).toEqual([])
  const before = calls()
  await clock.advance(6000)
  expect(await suggested()).toContain('lost-card')
  await clock.advance(8000)
  expect(await suggested()).toContain('late-fee')
  expect(calls()).toBe(before)
  await cuecard.close()
})

test('after a cut Genesys is asked for what may be missing', async () => {
  const { clock, simulator, cuecard, suggested, calls } = await startCuecard()
  await suggested()
  await clock.advance(1000)
  await cuecard.updateContext('c-1', { tags: ['card'] })
  await suggested()
  simulator.setFaults({ notifications: { cuts: 1 } })
  simulator.play()
  await clock.advance(6000)
  simulator.setFaults(undefined)
  const before = calls()
  await clock.advance(20_000)
  expect(await suggested()).toEqual(expect.arrayContaining(['lost-card', 'late-fee']))
  expect(calls()).toBe(before + 1)
  await cuecard.close()
})

test('an agent of whom Genesys does not know in a followed interaction is denied', async () => {
  const { clock, simulator, cuecard, retrieve } = await startCuecard()
  const agent = (agentId: string) => ({
    actor: { id: agentId, roles: ['agent'], divisions: [], via: 'jwt', agentId } as const,
  })
  await cuecard.updateContext('c-1', { tags: ['card'] })
  await clock.advance(1000)
  simulator.play()
  await clock.advance(3000)
  await expect(retrieve(agent('ann'))).rejects.toMatchObject({ code: 'access.denied' })
  await cuecard.close()
})

const queueId = stableId('Simulated Organisation', 'queue', 'Cards')
const talk = { ...conversationOf('c-1', [8, 3, 9]), queue: 'Cards', language: 'de-AT' }

async function playQueue() {
  const parts = startFollowing({ simulator: { conversations: [talk] }, settings: { queueIds: [queueId] } })
  await parts.clock.advance(1000)
  parts.simulator.play()
  await parts.clock.advance(lengthOf(talk))
  return parts
}

test('conversations of a queue are followed from their beginning, with queue, agent and language', async () => {
  const { turns, contexts, told, close } = await playQueue()
  expect(turns('c-1')).toEqual(talk.turns)
  expect(contexts.get('c-1')).toMatchObject({ queueId, language: 'de-AT' })
  expect(told.agents[0]).toEqual(['c-1', [stableId('Simulated Organisation', 'user', 'c-1')]])
  expect(Math.max(...told.lags)).toBe(0)
  close()
})

test('to their end: late words are still heard, then all is forgotten', async () => {
  const { clock, simulator, turns, contexts, told, notifications, close } = await playQueue()
  await clock.advance(minute)
  expect([told.ended, contexts.get('c-1'), notifications.stats.interactions]).toEqual([['c-1'], undefined, 0])
  simulator.setFaults({ notifications: { lag: { fixedMs: 35_000 } } })
  simulator.play()
  await clock.advance(lengthOf(talk) + 42_000)
  expect(turns('c-1')).toEqual(talk.turns)
  close()
})

test('a wrap-up does not end what goes on with another agent', async () => {
  const { clock, contexts, told, deliver, close } = await playQueue()
  deliver('v2.detail.events.conversation.c-1.wrapup', {})
  await clock.advance(1000)
  expect([told.ended, contexts.get('c-1') === undefined]).toEqual([[], false])
  close()
})

test('what has another form than the contract is left out, and told once', async () => {
  const { contexts, told, deliver, close } = await playQueue()
  const before = contexts.get('c-1')
  for (const body of [null, 7, [], { transcripts: 'none' }, { transcripts: [{ utteranceId: 1 }] }])
    deliver('v2.conversations.c-1.transcription', body)
  deliver('v2.conversations.c-1.suggestions.knowledge.search', { suggestionId: '' })
  deliver('v2.users.u-1.conversations', {})
  deliver('v2.users.u-1.presence', {})
  deliver('v2.conversations.c-1.transcription', { transcripts: [{ utteranceId: 'u', alternatives: [] }] })
  expect(contexts.get('c-1')).toBe(before)
  expect(told.notices).toEqual(['A notification has another form than the contract, and is not understood'])
  close()
})
