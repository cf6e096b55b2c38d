// Whose interaction it is: claimed by the first, opened to others only by Genesys or a service.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { InteractionOwners } from '../../src/access/interaction-owners.ts'
import { CuecardError } from '../../src/errors.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { codeOf, errorOf, follow } from '../testing/outcome.ts'
import { callOf } from '../testing/source-answers.ts'

const agent = (agentId: string, more: Partial<Actor> = {}): Actor => ({
  id: agentId,
  roles: ['agent'],
  agentId,
  divisions: [],
  via: 'genesys_token',
  ...more,
})
const service: Actor = { id: 's', roles: ['service'], divisions: [], via: 'api_key' }

function start({ max = 100, participants = [] as string[], onForgotten = (_: string): unknown => 0 } = {}) {
  const clock = new FakeClock()
  const state = { participants, asked: 0, error: undefined as unknown }
  const owners = new InteractionOwners({
    clock,
    max,
    onForgotten,
    idleMs: 60_000,
    isParticipant: async (interactionId, agentId) => {
      state.asked++
      if (state.error !== undefined) throw state.error
      return state.participants.includes(`${interactionId}/${agentId}`)
    },
  })
  const admit = async (actor: Actor, interactionId: string, agentId?: string) =>
    owners.admit(actor, interactionId, agentId, callOf(clock.now() + 100))
  return {
    clock,
    owners,
    state,
    admit,
    refusal: (...args: Parameters<typeof admit>) => errorOf(admit(...args)),
  }
}

test('the first agent has the interaction, and is let in without a turn of the event loop', async () => {
  const { clock, owners, admit, refusal, state } = start()
  expect(owners.admit(agent('ann'), 'i', 'ann', callOf(clock.now()))).toBeUndefined()
  await admit(agent('ann'), 'i')
  expect(state.asked).toBe(0)
  expect((await refusal(agent('bob'), 'i')).message).toMatch(/another agent’s, and this one takes no part/)
})

test('an agent acts for itself only, whatever roles it has besides', async () => {
  const { refusal } = start()
  for (const actor of [
    agent('ann'),
    agent('ann', { roles: ['agent', 'supervisor', 'compliance'] }),
    agent('x', { agentId: undefined }),
  ])
    expect((await refusal(actor, 'i', 'bob')).code).toBe('access.denied')
  expect((await refusal(agent('x', { agentId: undefined }), 'i')).code).toBe('access.denied')
})

test('in a conference Genesys is asked once for each agent', async () => {
  const { admit, state } = start({ participants: ['i/ann', 'i/bob'] })
  await admit(agent('ann'), 'i')
  for (const name of ['bob', 'bob', 'ann', 'bob', 'ann']) await admit(agent(name), 'i')
  expect(state.asked).toBe(2)
})

test('who was merely the first to ask goes when the one who takes part comes', async () => {
  const { admit, refusal } = start({ participants: ['i/ann'] })
  await admit(agent('bob'), 'i')
  await admit(agent('ann'), 'i')
  expect((await refusal(agent('bob'), 'i')).code).toBe('access.denied')
  await admit(agent('ann'), 'i')
})

test('an id in capitals is the same interaction', async () => {
  const { admit, refusal } = start()
  await admit(agent('ann'), 'ab-1')
  expect((await refusal(agent('bob'), 'AB-1')).code).toBe('access.denied')
})

test('whatever is known of an interaction goes with its agents; a service keeps both', async () => {
  const forgotten: string[] = []
  const { clock, admit } = start({ max: 2, onForgotten: (id) => forgotten.push(id) })
  for (const id of ['I', 'j', 'k']) await admit(agent('ann'), id)
  expect(forgotten).toEqual(['I'])
  await clock.advance(60_000)
  await admit(service, 'j')
  await clock.advance(1)
  await admit(agent('bob'), 'k')
  expect(forgotten).toEqual(['I', 'k'])
  await expect(admit(agent('bob'), 'j')).rejects.toThrow(/another agent’s/)
})

test('a service claims for the agent it names, and for nobody where it names none', async () => {
  const { admit, refusal, state } = start()
  await admit(service, 'i')
  await admit(service, 'i', 'ann')
  await admit(agent('ann'), 'i')
  expect(state.asked).toBe(0)
  expect((await refusal(agent('bob'), 'i')).code).toBe('access.denied')
  await admit(service, 'i', 'bob')
  await admit(agent('bob'), 'i')
  expect(state.asked).toBe(1)
})

test('whom Genesys names takes part without being asked about; any other needs proof, even the first', async () => {
  const { owners, admit, refusal, state } = start({ participants: ['i/bob', 'j/bob'] })
  owners.takesPart('i', ['ann'])
  await admit(agent('ann'), 'i')
  expect(state.asked).toBe(0)
  await admit(agent('bob'), 'i')
  owners.takesPart('j', [])
  expect(await refusal(agent('ann'), 'j')).toMatchObject({ code: 'access.denied' })
  await admit(agent('bob'), 'j')
  expect(state.asked).toBe(3)
})

describe('when Genesys cannot say', () => {
  test('the other agent is refused in a sentence', async () => {
    const { admit, refusal, state } = start({ participants: ['i/bob'] })
    await admit(agent('ann'), 'i')
    state.error = new CuecardError('genesys.unavailable', 'Genesys answered 503')
    const error = await refusal(agent('bob'), 'i')
    expect([error.code, error.message]).toEqual([
      'access.denied',
      'The interaction is another agent’s, and Genesys cannot say now whether this one takes part',
    ])
    state.error = undefined
    await admit(agent('bob'), 'i')
  })

  test.each(['aborted', 'closed'] as const)('%s stays what it is', async (code) => {
    const { admit, refusal, state } = start()
    await admit(agent('ann'), 'i')
    state.error = new CuecardError(code, 'over')
    expect((await refusal(agent('bob'), 'i')).code).toBe(code)
  })
})

test('a silent interaction is anyone’s again; one in use is not', async () => {
  const { clock, admit, refusal } = start()
  for (const id of ['i', 'j']) await admit(agent('ann'), id)
  await clock.advance(60_000)
  await admit(agent('ann'), 'j')
  await clock.advance(1)
  await admit(agent('bob'), 'i')
  expect((await refusal(agent('bob'), 'j')).code).toBe('access.denied')
})

test('names that objects have are names like any other', async () => {
  const { admit, refusal } = start()
  await admit(agent('ann'), '__proto__')
  expect((await refusal(agent('constructor'), '__proto__')).code).toBe('access.denied')
})

test('no agent gets into an interaction that another one has, in whatever order they come', async () => {
  const names = fc.constantFrom('ann', 'bob', 'cid')
  const ids = fc.constantFrom('i', 'j')
  const step = fc.record({ by: fc.constantFrom('agent', 'service', 'time'), name: names, id: ids })
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30 }),
      fc.uniqueArray(fc.tuple(ids, names).map((pair) => pair.join('/'))),
      async (steps, participants) => {
        const { clock, admit } = start({ participants })
        // Whether each agent was proven.
        const model = new Map<string, Map<string, boolean>>()
        for (const { by, name, id } of steps) {
          if (by === 'time') {
            await clock.advance(60_001)
            model.clear()
            continue
          }
          const known = model.get(id) ?? new Map<string, boolean>()
          const isProven = [...known.values()].includes(true)
          const isFirst = known.size === 0 || (known.has(name) && !isProven)
          const takesPart = by === 'service' || participants.includes(`${id}/${name}`)
          const may = isFirst || known.get(name) || takesPart
          const outcome = follow(by === 'service' ? admit(service, id, name) : admit(agent(name), id, name))
          await clock.advance(0)
          expect(codeOf(outcome)).toBe(may ? 'ok' : 'access.denied')
          if (may && !known.get(name))
            model.set(id, known.set(name, by === 'service' || (!isFirst && takesPart)))
        }
      },
    ),
    { numRuns: 50 },
  )
})
