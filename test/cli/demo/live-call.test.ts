// The call of the demo: what is spoken when, and what both sides of it hear.
import { expect, test } from 'vitest'
import type { Conversation } from '../../../src/articles/article.ts'
import { LiveCall } from '../../../src/cli/demo/live-call.ts'
import type { FaultPlan } from '../../../src/simulator/index.ts'
import { article } from '../../simulator/sample-organisation.ts'

const script: Conversation = {
  id: 'script',
  queue: 'Cards',
  language: 'en-GB',
  turns: [
    { speaker: 'agent', text: 'How can I help?' },
    { speaker: 'customer', text: 'My card is gone.' },
  ],
  events: [{ turnIndex: 1, goldArticleIds: ['lost-card'] }],
  tags: ['card'],
  entityIds: [],
}

function world() {
  const told: unknown[] = []
  const faults: (FaultPlan | undefined)[] = []
  const heard: string[] = []
  let ids = 0
  const call = new LiveCall({
    cuecard: {
      async updateContext(interactionId, update) {
        told.push({ interactionId, update })
      },
      stats: () => ({ genesysCalls: 7 }),
    },
    simulator: {
      setConversations: ([conversation]) =>
        heard.push(`${conversation?.id}: ${conversation?.turns.map(({ text }) => text).join(' ')}`),
      setFaults: (plan) => faults.push(plan),
    },
    articles: [article('lost-card', 'Lost card', '1. Block it.\n2. **Never** <ask>', { tags: ['card'] })],
    conversations: [script, { ...script, id: 'other', queue: undefined, language: undefined }],
    newId: () => `call-${++ids}`,
    speed: 2,
  })
  return { call, told, faults, heard }
}

const next = (interactionId: string, turns: number) => ({ action: 'next', interactionId, turns }) as const

test('each turn reaches cuecard and Genesys once, however many pages ask for it', async () => {
  const { call, told, heard } = world()
  expect(call.state()).toMatchObject({
    conversations: [
      { title: 'Cards', language: 'en-GB' },
      { title: 'Service', language: 'en' },
    ],
    call: { interactionId: 'call-1', turns: [], isOver: false },
    genesysCalls: 7,
    speed: 2,
  })
  await call.act(next('call-1', 0))
  await call.act(next('call-1', 0))
  const { call: now } = await call.act(next('call-1', 1))
  expect(now).toMatchObject({ turns: script.turns, isOver: true })
  await call.act(next('call-1', 2))
  expect(heard).toEqual(['call-1: How can I help?', 'call-1: How can I help? My card is gone.'])
  expect(told).toEqual([
    {
      interactionId: 'call-1',
      update: { utterance: script.turns[0], language: 'en-GB', queueId: 'Cards' },
    },
    {
      interactionId: 'call-1',
      update: { utterance: script.turns[1], language: 'en-GB', queueId: 'Cards', tags: ['card'] },
    },
  ])
})

test('words that are in no script come between, and the script goes on', async () => {
  const { call, told } = world()
  await call.act(next('call-1', 0))
  await call.act({ action: 'say', interactionId: 'call-1', speaker: 'customer', text: 'Wait.' })
  await call.act(next('call-1', 1))
  expect(told).toHaveLength(2)
  const { call: now } = await call.act(next('call-1', 2))
  expect(now.turns.map(({ text }) => text)).toEqual(['How can I help?', 'Wait.', 'My card is gone.'])
})

test('another call is another interaction, and what was meant for the one before changes nothing', async () => {
  const { call, told } = world()
  await call.act({ action: 'begin', conversation: 1 })
  await call.act(next('call-1', 0))
  await call.act({ action: 'say', interactionId: 'call-1', speaker: 'agent', text: 'Hello?' })
  expect(told).toEqual([])
  expect(call.state().call).toMatchObject({ interactionId: 'call-2', conversation: 1, language: 'en' })
  await expect(call.act({ action: 'begin', conversation: 2 })).rejects.toMatchObject({
    code: 'request.invalid',
    details: { field: 'conversation' },
  })
  expect(call.state().call.interactionId).toBe('call-2')
})

test('Genesys goes down and comes back', async () => {
  const { call, faults } = world()
  expect((await call.act({ action: 'genesys', isDown: true })).isGenesysDown).toBe(true)
  expect((await call.act({ action: 'genesys', isDown: false })).isGenesysDown).toBe(false)
  expect(faults).toEqual([{ seed: 1, rules: [{ fault: { kind: 'outage' } }] }, undefined])
})
