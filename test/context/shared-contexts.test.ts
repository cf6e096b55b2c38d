// Two processes that hear of one interaction: what either knows the other learns, and nothing waits for it.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InteractionContexts } from '../../src/context/interaction-contexts.ts'
import { readShared } from '../../src/context/shared-fields.ts'
import { turnsKept } from '../../src/context/utterances.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { InMemoryContexts } from './in-memory-contexts.ts'

function start() {
  const clock = new FakeClock()
  const shared = new InMemoryContexts()
  const arrived: string[] = []
  const processOf = (name: string) => {
    let count = 0
    return new InteractionContexts({
      clock,
      shared,
      max: 100,
      idleMs: 1e6,
      newId: () => `${name}${++count}`,
      onArrived: () => arrived.push(name),
    })
  }
  return { clock, shared, arrived, here: processOf('here'), there: processOf('there') }
}

const texts = (contexts: InteractionContexts) => contexts.get('i-1')?.turns.map(({ text }) => text)

test('what one process knows another one learns before it answers for the first time', async () => {
  const { here, there, arrived } = start()
  here.update('i-1', { tags: ['a'], entityIds: ['p'], queueId: 'q', language: 'de', utterance: 'one' })
  here.act('i-1', 'kb-1', 'dismissed')
  await there.arrive('i-1')
  expect(there.get('i-1')).toEqual({ ...here.get('i-1'), shown: [] })
  expect(arrived).toEqual(['there'])
})

test('later it looks again in the background, once a second at the most', async () => {
  const { here, there, clock, shared } = start()
  here.update('i-1', { utterance: 'one' })
  await there.arrive('i-1')
  here.update('i-1', { utterance: 'two' })
  expect(there.arrive('i-1')).toBeUndefined()
  expect(texts(there)).toEqual(['one'])
  await clock.advance(1000)
  expect(there.arrive('i-1')).toBeUndefined()
  await clock.advance(0)
  expect([texts(there), shared.reads]).toEqual([['one', 'two'], 2])
})

test('what is known already does not make another context', async () => {
  const { here, there, clock, arrived } = start()
  here.update('i-1', { tags: ['a'], utterance: 'one' })
  await there.arrive('i-1')
  const before = there.get('i-1')
  await clock.advance(1000)
  there.arrive('i-1')
  await clock.advance(0)
  expect(there.get('i-1')).toBe(before)
  expect(arrived).toEqual(['there'])
})

test('nothing is known of what nobody knows, and that is asked once a second', async () => {
  const { here, clock, shared } = start()
  await here.arrive('i-1')
  expect([here.get('i-1'), here.size, here.arrive('i-1'), shared.reads]).toEqual([undefined, 0, undefined, 1])
  await clock.advance(1000)
  expect(here.arrive('i-1')).toBeInstanceOf(Promise)
})

test('while they cannot share, each goes by what it knows itself', async () => {
  const { here, there, shared } = start()
  shared.isAway = true
  here.update('i-1', { utterance: 'one' })
  await there.arrive('i-1')
  there.update('i-1', { utterance: 'two' })
  here.end('i-1')
  expect([texts(here), texts(there)]).toEqual([undefined, ['two']])
})

test('the end is the end for all who do not know of it themselves', async () => {
  const { here, there } = start()
  here.update('i-1', { utterance: 'one' })
  here.end('i-1')
  await there.arrive('i-1')
  expect(there.get('i-1')).toBeUndefined()
})

test('what one process forgets it learns again from the others', async () => {
  const { here, there, clock } = start()
  here.update('i-1', { utterance: 'one' })
  await there.arrive('i-1')
  there.forget('i-1')
  await clock.advance(1000)
  await there.arrive('i-1')
  expect(texts(there)).toEqual(['one'])
})

test('whichever process hears what, in whatever order, all come to the same turns', async () => {
  const heard = fc.array(
    fc.record({ n: fc.nat(50), isHere: fc.boolean(), looks: fc.boolean(), offsetMs: fc.nat(60) }),
    { maxLength: 80 },
  )
  await fc.assert(
    fc.asyncProperty(heard, async (all) => {
      const { here, there, clock } = start()
      for (const { n, isHere, looks, offsetMs } of all) {
        const contexts = isHere ? here : there
        // Of one utterance all say the same.
        const at = all.find((other) => other.n === n)?.offsetMs ?? offsetMs
        const utterance = {
          speaker: 'customer',
          text: `said ${n}`,
          utteranceId: `u-${n}`,
          offsetMs: at,
        } as const
        contexts.update('i-1', { utterance })
        await clock.advance(1000)
        if (looks) await contexts.arrive('i-1')
      }
      await clock.advance(1000)
      for (const contexts of [here, there]) await contexts.arrive('i-1')
      await clock.advance(0)
      expect(texts(here)).toEqual(texts(there))
      expect(texts(here)?.length ?? 0).toBe(Math.min(new Set(all.map(({ n }) => n)).size, turnsKept))
    }),
    { numRuns: 50 },
  )
})

test('what another version wrote, or nobody knows who, is left out', () => {
  const good = {
    tags: '["a"]',
    'utterance u': '{"speaker":"agent","text":"hi","at":1,"madeAt":0}',
    'act c': 'used',
  }
  const bad = {
    tags2: '["a"]',
    queueId: '7',
    language: '{',
    'utterance v': '{"text":"hi"}',
    'utterance w': 'null',
  }
  expect(readShared({ ...good, ...bad })).toEqual(readShared(good))
})
