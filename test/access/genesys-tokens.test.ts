// Agents' own Genesys tokens: how often Genesys is asked, what is believed meanwhile, and what its outage changes.
import { describe, expect, test } from 'vitest'
import { GenesysTokens } from '../../src/access/genesys-tokens.ts'
import { tokenOwner } from '../../src/genesys/token-owner.ts'
import { createSimulator } from '../../src/simulator/index.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { codeOf, errorOf, follow } from '../testing/outcome.ts'

function start({ believedMs = 60_000 } = {}) {
  const clock = new FakeClock()
  const simulator = createSimulator({ articles: [], clock })
  const ownerOf = tokenOwner({ apiUrl: 'http://genesys', transport: simulator.transport(), clock })
  const tokens = new GenesysTokens({ ownerOf, clock, believedMs })
  const asked = () =>
    Object.values(simulator.stats().calls['users-me'] ?? {}).reduce((sum, count) => sum + count, 0)
  const authenticate = async (token: string) => tokens.authenticate(token)
  const ada = simulator.issueAgentToken({ id: 'u-1', name: 'Ada', divisionId: 'd-1' })
  return { clock, simulator, tokens, asked, authenticate, ada }
}
const ada = { id: 'u-1', roles: ['agent'], agentId: 'u-1', divisions: ['d-1'], via: 'genesys_token' }

test('a token is the agent it belongs to, at once after the first time', async () => {
  const { tokens, authenticate, asked, ada: token } = start()
  expect(await Promise.all([authenticate(token), authenticate(token)])).toEqual([ada, ada])
  expect(tokens.authenticate(token)).toEqual(ada)
  expect(asked()).toBe(1)
})

test('who keeps working never waits; Genesys is asked again each half of the time it is believed', async () => {
  const { clock, tokens, asked, authenticate, ada: token } = start()
  await authenticate(token)
  for (let second = 0; second < 120; second++) {
    await clock.advance(1000)
    expect(tokens.authenticate(token)).toEqual(ada)
  }
  expect(asked()).toBe(1 + 4)
})

test('a token that ended is refused when its time is over, or at the second use after half of it', async () => {
  const { clock, simulator, tokens, authenticate, ada: token } = start()
  await authenticate(token)
  simulator.revokeTokens()
  await clock.advance(30_000)
  expect(tokens.authenticate(token)).toEqual(ada)
  await clock.advance(0)
  expect((await errorOf(authenticate(token))).code).toBe('access.unauthenticated')
})

describe('refused', () => {
  test('an unknown token, for five seconds without asking again', async () => {
    const { clock, authenticate, asked } = start()
    for (let time = 0; time < 3; time++)
      expect((await errorOf(authenticate('nobody'))).message).toBe(
        'Genesys does not know the token, or it has expired',
      )
    expect(asked()).toBe(1)
    await clock.advance(5000)
    await errorOf(authenticate('nobody'))
    expect(asked()).toBe(2)
  })

  test.each(['inactive', 'deleted'] as const)('an agent who is %s', async (state) => {
    const { simulator, authenticate } = start()
    const token = simulator.issueAgentToken({ id: 'u-2', name: 'Bob', state })
    expect((await errorOf(authenticate(token))).code).toBe('access.denied')
  })

  test('unknown tokens in any number push out no good one', async () => {
    const { tokens, authenticate, ada: token } = start()
    await authenticate(token)
    for (let guess = 0; guess < 6000; guess++) await errorOf(authenticate(`guess-${guess}`))
    expect(tokens.authenticate(token)).toEqual(ada)
  })
})

describe('while Genesys cannot be asked', () => {
  test('a token that was good a moment ago stays so, for five minutes', async () => {
    const { clock, simulator, tokens, authenticate, asked, ada: token } = start()
    await authenticate(token)
    simulator.setFaults({ rules: [{ fault: { kind: 'outage' } }] })
    await clock.advance(60_000)
    expect(await authenticate(token)).toEqual(ada)
    expect(asked()).toBe(2)
    expect(tokens.authenticate(token)).toEqual(ada)
    await clock.advance(299_999)
    expect(await authenticate(token)).toEqual(ada)
    await clock.advance(1)
    expect((await errorOf(authenticate(token))).code).toBe('access.unavailable')
  })

  test('one that it then refuses is refused at once', async () => {
    const { clock, simulator, authenticate, ada: token } = start()
    await authenticate(token)
    simulator.setFaults({ rules: [{ fault: { kind: 'outage' } }] })
    await clock.advance(60_000)
    await authenticate(token)
    simulator.setFaults(undefined)
    simulator.revokeTokens()
    await clock.advance(5000)
    expect((await errorOf(authenticate(token))).code).toBe('access.unauthenticated')
  })

  test('nobody new gets in, and nobody waits for more than two seconds', async () => {
    const { clock, simulator, authenticate, ada: token } = start()
    simulator.setFaults({ rules: [{ fault: { kind: 'hang' } }] })
    const outcome = follow(authenticate(token))
    await clock.advance(1999)
    expect(codeOf(outcome)).toBe('pending')
    await clock.advance(1)
    expect(codeOf(outcome)).toBe('access.unavailable')
    expect(clock.timers).toBe(0)
  })

  test('no more than 500 questions are under way', async () => {
    const { clock, simulator, authenticate } = start()
    simulator.setFaults({ rules: [{ fault: { kind: 'hang' } }] })
    const outcomes = Array.from({ length: 510 }, (_, index) => follow(authenticate(`t-${index}`)))
    await clock.advance(0)
    expect(outcomes.filter((outcome) => codeOf(outcome) === 'access.unavailable')).toHaveLength(10)
    await clock.advance(2000)
    expect(outcomes.filter((outcome) => codeOf(outcome) === 'pending')).toHaveLength(0)
  })
})
