// The routes of the demo, and that no other service has them.
import { afterAll, expect, test } from 'vitest'
import { createService } from '../../src/http/create-service.ts'
import type { DemoAction, DemoState } from '../../src/http/demo-stage.ts'
import { bearer, fakeCuecard, optionsOf } from './fake-parts.ts'

const state: DemoState = {
  conversations: [{ title: 'Cards', language: 'en' }],
  call: { interactionId: 'c-1', agentId: 'ann', conversation: 0, language: 'en', turns: [], isOver: false },
  isGenesysDown: false,
  genesysCalls: 3,
  quotaPerMinute: 300,
  speed: 1,
}
const acted: DemoAction[] = []
const { app } = createService(
  optionsOf({
    cuecard: fakeCuecard().cuecard,
    demo: {
      state: () => state,
      async act(action) {
        acted.push(action)
        return state
      },
    },
  }),
)
afterAll(() => app.close())

const headers = bearer('service')
const post = (payload: object) => app.inject({ method: 'POST', url: '/v1/demo', headers, payload })

test('the page reads the state and acts', async () => {
  expect((await app.inject({ url: '/v1/demo', headers })).json()).toEqual(state)
  expect(
    (await post({ action: 'say', interactionId: 'c-1', speaker: 'agent', text: ' Hi ' })).json(),
  ).toEqual(state)
  expect(acted).toEqual([{ action: 'say', interactionId: 'c-1', speaker: 'agent', text: 'Hi' }])
})

test.each([
  [{ action: 'end' }, 'action'],
  [{ action: 'begin', conversation: -1 }, 'conversation'],
  [{ action: 'say', interactionId: 'c-1', speaker: 'nobody', text: 'Hi' }, 'speaker'],
  [{ action: 'genesys', isDown: 'yes' }, 'isDown'],
])('%j is refused, naming %s, and nothing happens', async (payload, field) => {
  const before = acted.length
  const reply = await post(payload)
  expect([reply.statusCode, reply.json().field]).toEqual([400, field])
  expect(acted).toHaveLength(before)
})

test('nobody acts without a credential that may', async () => {
  expect((await app.inject({ url: '/v1/demo' })).statusCode).toBe(401)
  expect((await app.inject({ url: '/v1/demo', headers: bearer('supervisor') })).statusCode).toBe(403)
})

test('a service that is no demo has no such route', async () => {
  const { app: other } = createService(optionsOf({ cuecard: fakeCuecard().cuecard }))
  expect((await other.inject({ url: '/v1/demo', headers })).statusCode).toBe(404)
  expect((await other.inject({ url: '/openapi.json' })).body).not.toContain('/v1/demo')
  await other.close()
})
