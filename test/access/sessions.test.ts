import { expect, test } from 'vitest'
import { Sessions } from '../../src/access/sessions.ts'
import { FakeClock } from '../../src/testing/index.ts'

const minute = 60_000
const unauthenticated = expect.objectContaining({ code: 'access.unauthenticated' })

test('a code is exchanged once for a token that tells who signed in', () => {
  const sessions = new Sessions(new FakeClock())
  const code = sessions.invite(['agent'], 'ann')
  const { token, actor } = sessions.open(code)
  expect(token).toMatch(/^cks_[\w-]{43}$/)
  expect(actor).toMatchObject({ roles: ['agent'], agentId: 'ann', via: 'session' })
  expect(sessions.authenticate(token)).toBe(actor)
  expect(() => sessions.open(code)).toThrow(unauthenticated)
  expect(() => sessions.authenticate(code)).toThrow(unauthenticated)
  expect(() => sessions.open(token)).toThrow(unauthenticated)
})

test('a code is good for 10 minutes, a token for 12 hours', async () => {
  const clock = new FakeClock()
  const sessions = new Sessions(clock)
  const [early, late] = [sessions.invite(['agent']), sessions.invite(['agent'])]
  await clock.advance(10 * minute - 1)
  const { token, expiresAt } = sessions.open(early)
  expect(expiresAt - clock.wallTime()).toBe(12 * 60 * minute)
  await clock.advance(1)
  expect(() => sessions.open(late)).toThrow(unauthenticated)
  await clock.advance(12 * 60 * minute - 2)
  expect(sessions.authenticate(token).roles).toEqual(['agent'])
  await clock.advance(1)
  expect(() => sessions.authenticate(token)).toThrow(unauthenticated)
})

test('nothing that is kept can be used to sign in', () => {
  const sessions = new Sessions(new FakeClock())
  const code = sessions.invite(['supervisor'])
  const { token, actor } = sessions.open(code)
  expect(JSON.stringify([actor, sessions])).not.toContain(code)
  expect(JSON.stringify([actor, sessions])).not.toContain(token.slice(4))
})
