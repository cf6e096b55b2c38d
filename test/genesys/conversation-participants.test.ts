// Who takes part in a conversation: one call for all who ask, and a late joiner is seen soon.
import { expect, test } from 'vitest'
import { conversationParticipants } from '../../src/genesys/conversation-participants.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { conversations } from '../simulator/sample-organisation.ts'
import { codeOf, errorOf, follow } from '../testing/outcome.ts'
import { callOf } from '../testing/source-answers.ts'
import { clientOver, startGenesys } from './client-under-test.ts'

/** A Genesys whose conversations have these participants. */
function start(participants: () => unknown) {
  const clock = new FakeClock()
  const asked: string[] = []
  const transport = {
    send: async ({ url }: { url: string }) => {
      if (url.endsWith('/oauth/token'))
        return {
          status: 200,
          headers: {},
          body: '{"access_token":"t","token_type":"bearer","expires_in":9999}',
        }
      asked.push(url)
      return { status: 200, headers: {}, body: JSON.stringify({ participants: participants() }) }
    },
    close: async () => {},
  }
  const { client } = clientOver(transport, clock)
  const isParticipant = conversationParticipants({ client, clock, max: 10 })
  return {
    clock,
    asked,
    ask: (agent: string, id = 'i/1') => isParticipant(id, agent, callOf(clock.now() + 1000)),
  }
}

test('a user who is there takes part; one who left, a customer and a stranger do not', async () => {
  const { ask, asked } = start(() => [
    { userId: 'ann', endTime: null },
    { userId: 'bob', endTime: '2026-01-05T09:00:00Z' },
    { purpose: 'customer' },
  ])
  expect(await Promise.all(['ann', 'bob', 'cid', 'undefined', ''].map((agent) => ask(agent)))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ])
  expect(asked).toEqual(['http://genesys/api/v2/conversations/i%2F1'])
})

test('who was there is believed for a minute, who was not for five seconds', async () => {
  let present = [{ userId: 'ann' }]
  const { ask, asked, clock } = start(() => present)
  expect([await ask('ann'), await ask('bob')]).toEqual([true, false])
  present = [{ userId: 'bob' }]
  await clock.advance(5000)
  expect(await ask('ann')).toBe(true)
  expect(asked).toHaveLength(1)
  expect(await ask('bob')).toBe(true)
  expect(await ask('ann')).toBe(false)
  expect(asked).toHaveLength(2)
  await clock.advance(60_000)
  expect(await ask('bob')).toBe(true)
  expect(asked).toHaveLength(3)
})

test('the simulator has an agent in each conversation; nobody takes part in one that is not there', async () => {
  const { client, clock, simulator } = startGenesys({ conversations })
  const isParticipant = conversationParticipants({ client, clock, max: 10 })
  const call = () => callOf(clock.now() + 1000)
  expect(await isParticipant('c-1', 'nobody', call())).toBe(false)
  expect(await isParticipant('c-9', 'nobody', call())).toBe(false)
  simulator.setFaults({ rules: [{ fault: { kind: 'status', status: 503 } }] })
  for (let time = 0; time < 3; time++)
    expect((await errorOf(isParticipant('c-2', 'nobody', call()))).code).toBe('genesys.unavailable')
  expect(simulator.stats().calls.conversation).toEqual({ 200: 1, 404: 1, 503: 1 })
  simulator.setFaults(undefined)
  await clock.advance(5000)
  expect(await isParticipant('c-2', 'nobody', call())).toBe(false)
})

test('whoever cannot wait is refused in time; the answer still comes, and serves the next', async () => {
  const { client, clock, simulator } = startGenesys({ conversations, latency: { fixedMs: 500 } })
  const isParticipant = conversationParticipants({ client, clock, max: 10 })
  const ask = () => follow(isParticipant('c-1', 'nobody', callOf(clock.now() + 180)))
  const first = ask()
  await clock.advance(180)
  expect(codeOf(first)).toBe('deadline.exceeded')
  await clock.advance(820)
  const second = ask()
  await clock.advance(0)
  expect(second).toMatchObject({ state: 'fulfilled', value: false })
  expect(simulator.stats().calls.conversation).toEqual({ 200: 1 })
})
