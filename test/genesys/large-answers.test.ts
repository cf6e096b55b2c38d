// Large answers are read one a turn of the event loop, so that others' deadlines are kept in between.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../../src/clock.ts'
import { GenesysClient } from '../../src/genesys/genesys-client.ts'
import { AccessToken } from '../../src/oauth/token-provider.ts'
import { QuotaBudget } from '../../src/quota/quota-budget.ts'

/** The turns of the event loop in which three answers of this many characters, come at once, are read. */
async function turnsOfReading(characters: number): Promise<number[]> {
  const clock = systemClock
  const client = new GenesysClient({
    apiUrl: 'http://localhost',
    transport: {
      send: async () => ({ status: 200, headers: {}, body: JSON.stringify('x'.repeat(characters)) }),
      close: async () => {},
    },
    tokens: { token: () => new AccessToken('token', undefined), reject: () => {} },
    quota: new QuotaBudget({ clock, perMinute: 10 }),
    clock,
  })
  let turn = 0
  const count = () => {
    turn++
    ticking = setImmediate(count)
  }
  let ticking = setImmediate(count)
  const readIn: number[] = []
  const answer = z.string().transform(() => readIn.push(turn))
  const call = { deadline: clock.now() + 10_000, priority: 'interactive' } as const
  const ask = () => client.call({ doing: 'reading', method: 'GET', path: '/', answer }, call)
  await Promise.all([ask(), ask(), ask()])
  clearImmediate(ticking)
  return readIn
}

test('large ones in a turn each', async () => {
  expect(new Set(await turnsOfReading(40_000)).size).toBe(3)
})

test('small ones at once', async () => {
  expect(new Set(await turnsOfReading(100)).size).toBe(1)
})
