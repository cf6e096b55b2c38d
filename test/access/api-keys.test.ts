// API keys: who gets in, rotation while the service runs, and a file that breaks.
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ApiKeys } from '../../src/access/api-keys.ts'
import { defaultKeysFile, firstKey } from '../../src/access/first-key.ts'
import type { CuecardError } from '../../src/errors.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { errorOf } from '../testing/outcome.ts'
import { entryOf, keyText, tempFolder } from './temp-folder.ts'

const { file, path } = tempFolder()

function keysOf(name: string) {
  const clock = new FakeClock()
  const problems: CuecardError[] = []
  const keys = new ApiKeys({ file: name, clock, onProblem: (error) => problems.push(error) })
  return {
    clock,
    keys,
    problems,
    refusal: (text: string) => errorOf((async () => keys.authenticate(text))()),
  }
}

test('a key is its entry', () => {
  const a = keyText('a')
  const entry = entryOf(a, { roles: ['agent'], agentId: ' u-1 ', divisions: ['d'], note: 'for Ada' })
  expect(keysOf(file({ keys: [entry] })).keys.authenticate(a)).toEqual({
    id: 'a',
    roles: ['agent'],
    agentId: 'u-1',
    divisions: ['d'],
    via: 'api_key',
  })
})

test('nothing but a key of the file gets in', async () => {
  const a = keyText('a')
  const { keys, refusal } = keysOf(file({ keys: [entryOf(a), entryOf(keyText('b', 2))] }))
  for (const wrong of [
    keyText('a', 2),
    keyText('b', 1),
    keyText('c'),
    a.slice(0, -1),
    `${a}A`,
    a.toUpperCase(),
  ]) {
    const error = await refusal(wrong)
    expect(error.code).toBe('access.unauthenticated')
    expect(JSON.stringify(error) + error.stack).not.toContain(wrong)
  }
  fc.assert(
    fc.property(fc.nat(a.length - 1), fc.constantFrom('A', 'z', '0', '-', '_'), (at, by) => {
      const guess = a.slice(0, at) + by + a.slice(at + 1)
      if (guess !== a) expect(() => keys.authenticate(guess)).toThrow()
    }),
  )
})

test('an expired key is refused from that millisecond on', async () => {
  const a = keyText('a')
  const { clock, keys, refusal } = keysOf(
    file({ keys: [entryOf(a, { expiresAt: '2026-01-05T10:00:01+01:00' })] }),
  )
  await clock.advance(999)
  expect(keys.authenticate(a).id).toBe('a')
  await clock.advance(1)
  expect(await refusal(a)).toMatchObject({
    code: 'access.unauthenticated',
    message: 'The API key a has expired',
  })
})

describe('while the service runs', () => {
  const [old, next] = [keyText('a'), keyText('b', 2)]

  test('a key is replaced without a moment in which none works', async () => {
    const name = file({ keys: [entryOf(old)] })
    const { clock, keys, refusal, problems } = keysOf(name)
    writeFileSync(name, JSON.stringify({ keys: [entryOf(old), entryOf(next)] }))
    expect((await refusal(next)).code).toBe('access.unauthenticated')
    await clock.advance(1000)
    expect([keys.authenticate(old).id, keys.authenticate(next).id]).toEqual(['a', 'b'])
    const other = file({ keys: [entryOf(next)] })
    renameSync(other, name)
    await clock.advance(1000)
    expect(keys.authenticate(next).id).toBe('b')
    expect((await refusal(old)).code).toBe('access.unauthenticated')
    expect(problems).toEqual([])
  })

  test('a file that broke or went leaves the keys, and is told of once', async () => {
    const name = file({ keys: [entryOf(old)] })
    const { clock, keys, problems } = keysOf(name)
    const seen: number[] = []
    for (const content of ['keys: [', undefined, JSON.stringify({ keys: [entryOf(next)] })]) {
      if (content === undefined) rmSync(name)
      else writeFileSync(name, content)
      for (let second = 0; second < 3; second++) {
        await clock.advance(1000)
        keys.authenticate(content?.startsWith('{') ? next : old)
      }
      seen.push(problems.length)
    }
    expect(seen).toEqual([1, 2, 2])
    expect(problems.map(({ code }) => code)).toEqual(['config.invalid', 'config.invalid'])
  })
})

describe('the first key', () => {
  test('is made once, and gets its holder in with every role', () => {
    const name = path()
    const text = firstKey(name)
    if (text === undefined) throw new Error('None was made')
    expect(firstKey(name)).toBeUndefined()
    expect(keysOf(name).keys.authenticate(text)).toMatchObject({
      id: 'first',
      roles: ['agent', 'supervisor', 'compliance', 'service'],
    })
  })

  test('where the file cannot be made, one sentence says so', async () => {
    const error = await errorOf((async () => firstKey('/nowhere/at/all.json'))())
    expect(error.message).toBe('The key file /nowhere/at/all.json cannot be made: its folder is not there')
  })

  test.each([
    [undefined, 'cuecard-keys.json'],
    [':memory:', 'cuecard-keys.json'],
    ['./cuecard.db', 'cuecard-keys.json'],
    ['/var/lib/cuecard/log.db', '/var/lib/cuecard/cuecard-keys.json'],
  ])('stands beside the database %s', (database, expected) => {
    expect(defaultKeysFile(database)).toBe(expected)
  })
})
