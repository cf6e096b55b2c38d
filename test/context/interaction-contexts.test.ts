// What is known of interactions: what an update changes, what is refused, what is forgotten.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ContextUpdate } from '../../src/context/context-update.ts'
import { InteractionContexts } from '../../src/context/interaction-contexts.ts'
import { turnsKept } from '../../src/context/utterances.ts'
import { CuecardError } from '../../src/errors.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

const minute = 60_000

function start({ max = 100, idleMs = 10 * minute } = {}) {
  const clock = new FakeClock()
  return { clock, contexts: new InteractionContexts({ clock, max, idleMs }) }
}

function refusalOf(update: unknown, id: unknown = 'i-1'): string {
  try {
    start().contexts.update(id as string, update as ContextUpdate)
  } catch (error) {
    if (error instanceof CuecardError && error.code === 'request.invalid') return error.message
    throw error
  }
  return 'accepted'
}

describe('updates', () => {
  test('what is given replaces, what is not stays, turns add up', () => {
    const { contexts } = start()
    contexts.update('i-1', { tags: ['b', 'a', 'b'], queueId: 'q-1', utterance: 'I lost my card' })
    contexts.update('i-1', { language: 'de-at', utterance: { speaker: 'agent', text: 'When?' } })
    contexts.update('i-1', { tags: ['c'] })
    expect(contexts.get('i-1')).toEqual({
      tags: ['c'],
      entityIds: [],
      queueId: 'q-1',
      language: 'de-AT',
      shown: [],
      used: [],
      dismissed: [],
      turns: [
        { speaker: 'customer', text: 'I lost my card' },
        { speaker: 'agent', text: 'When?' },
      ],
    })
  })

  test('an update makes a new context and leaves the one before as it was', () => {
    const { contexts } = start()
    const before = contexts.update('i-1', { tags: ['a'], utterance: 'one' })
    const copy = structuredClone(before)
    expect(contexts.update('i-1', { tags: ['b'], utterance: 'two' })).not.toBe(before)
    expect(before).toEqual(copy)
  })

  test('one id has one context, however it is written', () => {
    const { contexts } = start()
    contexts.update(' Jose\u0301 ', { tags: ['a'] })
    expect(contexts.get('Jos\u00e9')?.tags).toEqual(['a'])
    expect(contexts.size).toBe(1)
  })

  test('the last turns are kept', () => {
    const { contexts } = start()
    for (let n = 0; n < 2 * turnsKept; n++) contexts.update('i-1', { utterance: `turn ${n}` })
    const turns = contexts.get('i-1')?.turns ?? []
    expect([turns.length, turns[0]?.text, turns.at(-1)?.text]).toEqual([
      turnsKept,
      `turn ${turnsKept}`,
      `turn ${2 * turnsKept - 1}`,
    ])
  })

  test('line breaks of pasted speech are spaces', () => {
    const { contexts } = start()
    const { turns } = contexts.update('i-1', { utterance: ' one\r\n\ttwo\n' })
    expect(turns[0]?.text).toBe('one two')
  })

  test('a refused update changes nothing', () => {
    const { contexts } = start()
    contexts.update('i-1', { tags: ['a'] })
    expect(() => contexts.update('i-1', { tags: ['b'], language: 'x_y' })).toThrow(CuecardError)
    expect(contexts.get('i-1')?.tags).toEqual(['a'])
  })
})

describe('what is refused', () => {
  test.each([
    [null, 'update: must be an object'],
    [undefined, 'update: is missing'],
    [[], 'update: must be an object'],
    [{ tag: 'x' }, 'tag: unknown key'],
    [{ tags: [] }, 'tags: must have 1 to 50 entries; leave it out instead of sending an empty list'],
    [{ tags: ['a', ''] }, 'tags[1]: must have 1 to 128 characters'],
    [{ queueId: 1 }, 'queueId: must be a string'],
    [{ language: 'en_US' }, 'language: must be a BCP 47 language tag, such as en-US'],
    [{ utterance: 7 }, 'utterance: does not have the right form'],
    [{ utterance: null }, 'utterance: does not have the right form'],
    [{ utterance: '' }, 'utterance: must have 1 to 2000 characters'],
    [{ utterance: ' \n ' }, 'utterance: must have 1 to 2000 characters'],
    [{ utterance: 'x'.repeat(2001) }, 'utterance: must have 1 to 2000 characters'],
    [{ utterance: 'a\u0000' }, 'utterance: must not hold control characters'],
    [{ utterance: '\ud800' }, 'utterance: must be well-formed Unicode'],
    [{ utterance: {} }, 'utterance.speaker: is missing'],
    [{ utterance: { speaker: 'bot', text: 'hi' } }, 'utterance.speaker: must be customer or agent'],
    [{ utterance: { speaker: 'agent' } }, 'utterance.text: is missing'],
    [{ utterance: { speaker: 'agent', text: '' } }, 'utterance.text: must have 1 to 2000 characters'],
    [{ utterance: { speaker: 'agent', text: 'hi', at: 1 } }, 'utterance.at: unknown key'],
  ])('%o: %s', (update, message) => {
    expect(refusalOf(update)).toBe(message)
  })

  test.each([[''], [' '], ['x'.repeat(129)], [7], [null], ['a\nb']])('the id %o', (id) => {
    expect(refusalOf({ tags: ['a'] }, id)).toMatch(/^interactionId: must /)
  })
})

describe('what is forgotten', () => {
  test('an interaction that is silent for the idle time, from the first millisecond on', async () => {
    const { contexts, clock } = start({ idleMs: minute })
    contexts.update('i-1', { tags: ['a'] })
    await clock.advance(minute)
    expect(contexts.get('i-1')).toBeDefined()
    await clock.advance(minute + 1)
    expect(contexts.get('i-1')).toBeUndefined()
  })

  test('asking keeps it alive', async () => {
    const { contexts, clock } = start({ idleMs: minute })
    contexts.update('i-1', { tags: ['a'] })
    for (let n = 0; n < 10; n++) {
      await clock.advance(minute - 1)
      expect(contexts.get('i-1')).toBeDefined()
    }
  })

  test('the wall clock has no say', () => {
    const { contexts, clock } = start({ idleMs: minute })
    contexts.update('i-1', { tags: ['a'] })
    clock.jump(1000 * minute)
    expect(contexts.get('i-1')).toBeDefined()
  })

  test('one that has ended', () => {
    const { contexts } = start()
    contexts.update('i-1', { tags: ['a'] })
    contexts.end('i-1')
    expect(contexts.get('i-1')).toBeUndefined()
  })

  test('the least recently used, when there are more than the most', () => {
    const ids = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 })
    fc.assert(
      fc.property(ids, (sequence) => {
        const { contexts } = start({ max: 4 })
        for (const id of sequence) contexts.update(`i-${id}`, { utterance: 'hello' })
        const recent = [...new Set(sequence.toReversed())].slice(0, 4)
        for (let id = 0; id < 10; id++)
          expect(contexts.get(`i-${id}`) !== undefined).toBe(recent.includes(id))
      }),
      { seed: 1 },
    )
  })
})

describe('utterances', () => {
  const texts = (contexts: InteractionContexts) => contexts.get('i-1')?.turns.map(({ text }) => text)

  test('one that comes again changes nothing, not even the object', () => {
    const { contexts } = start()
    const utterance = { speaker: 'customer', text: 'one', utteranceId: 'u-1' } as const
    const first = contexts.update('i-1', { utterance })
    expect(contexts.update('i-1', { utterance })).toBe(first)
    expect(contexts.update('i-1', { utterance: { ...utterance, text: 'other' } })).toBe(first)
  })

  test('also when it has long gone from what is kept', () => {
    const { contexts } = start()
    for (let n = 0; n < 2 * turnsKept; n++)
      contexts.update('i-1', { utterance: { speaker: 'agent', text: `turn ${n}`, utteranceId: `u-${n}` } })
    const before = contexts.get('i-1')
    contexts.update('i-1', { utterance: { speaker: 'agent', text: 'turn 3', utteranceId: 'u-3' } })
    expect(contexts.get('i-1')).toBe(before)
  })

  test('another caller’s id is another one', () => {
    const { contexts } = start()
    const utterance = { speaker: 'customer', text: 'one', utteranceId: 'u-1' } as const
    contexts.update('i-1', { utterance }, 'ann\n')
    contexts.update('i-1', { utterance: { ...utterance, text: 'two' } }, 'bob\n')
    expect(texts(contexts)).toEqual(['one', 'two'])
  })

  test('parts replace each other until the final one, which stays', () => {
    const { contexts } = start()
    const say = (text: string, isFinal: boolean) =>
      contexts.update('i-1', { utterance: { speaker: 'customer', text, utteranceId: 'u-1', isFinal } })
    expect(say('I lost', false).turns).toEqual([{ speaker: 'customer', text: 'I lost', isPartial: true }])
    say('I lost my', false)
    contexts.update('i-1', { utterance: { speaker: 'agent', text: 'Yes?' } })
    expect(say('I lost my card', true).turns).toEqual([
      { speaker: 'customer', text: 'I lost my card' },
      { speaker: 'agent', text: 'Yes?' },
    ])
    say('I lost', false)
    expect(texts(contexts)).toEqual(['I lost my card', 'Yes?'])
  })

  test('the late fall in place', () => {
    const { contexts } = start()
    for (const offsetMs of [3000, 1000, 2000])
      contexts.update('i-1', { utterance: { speaker: 'customer', text: `at ${offsetMs}`, offsetMs } })
    contexts.update('i-1', { utterance: 'last' })
    expect(texts(contexts)).toEqual(['at 1000', 'at 2000', 'at 3000', 'last'])
  })
})

describe('what was shown and done', () => {
  const shown = [{ contentId: 'a' }, { contentId: 'b' }]

  test('it becomes part of the context with the next change, and until then the context stays the same', () => {
    const { contexts } = start()
    const before = contexts.update('i-1', { utterance: 'one' })
    contexts.show('i-1', shown)
    expect(contexts.get('i-1')).toBe(before)
    expect(contexts.update('i-1', { utterance: 'two' }).shown).toEqual(['a', 'b'])
  })

  test('use and dismissal count at once, the later of the two', () => {
    const { contexts } = start()
    contexts.update('i-1', { tags: ['x'] })
    contexts.act('i-1', 'a', 'dismissed')
    contexts.act('i-1', 'b', 'used')
    expect(contexts.get('i-1')).toMatchObject({ used: ['b'], dismissed: ['a'] })
    contexts.act('i-1', 'a', 'used')
    expect(contexts.get('i-1')).toMatchObject({ dismissed: [] })
  })

  test('to have been shown something is not to be known', () => {
    const { contexts } = start()
    contexts.show('i-1', shown)
    contexts.act('i-1', 'a', 'used')
    expect(contexts.get('i-1')).toBeUndefined()
    expect(contexts.update('i-1', { tags: ['x'] })).toMatchObject({ shown: ['a', 'b'], used: ['a'] })
  })

  test('ids are bounded', () => {
    const { contexts } = start()
    for (let n = 0; n < 500; n++) contexts.show('i-1', [{ contentId: `c-${n}` }])
    const { shown: kept } = contexts.update('i-1', { tags: ['x'] })
    expect([kept.length, kept.at(-1)]).toEqual([100, 'c-499'])
  })
})
