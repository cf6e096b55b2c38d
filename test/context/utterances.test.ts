// The order of what was said: whatever comes late, twice or in parts, the last final utterances stand in the order of speaking.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { turnsKept, turnsOf, type Utterance, withUtterance } from '../../src/context/utterances.ts'

const said = fc
  .uniqueArray(fc.record({ at: fc.integer({ min: 0, max: 60 }), parts: fc.integer({ min: 0, max: 3 }) }), {
    selector: ({ at }) => at,
    maxLength: 40,
  })
  .map((list) =>
    list.flatMap(({ at, parts }) =>
      Array.from({ length: parts + 1 }, (_, part): Utterance => {
        const isFinal = part === parts
        return {
          id: `u-${at}`,
          speaker: at % 2 === 0 ? 'customer' : 'agent',
          text: `${at}/${part}`,
          at,
          isFinal,
          madeAt: part,
        }
      }),
    ),
  )

const heard = said.chain((all) =>
  fc.tuple(fc.shuffledSubarray(all, { minLength: all.length }), fc.subarray(all)).map(([once, again]) => ({
    all,
    arrivals: [...once, ...again],
  })),
)

const listen = (arrivals: readonly Utterance[]) =>
  arrivals.reduce<readonly Utterance[]>((before, one) => withUtterance(before, one), [])

test('the last final ones, each once, in the order of speaking', () => {
  fc.assert(
    fc.property(heard, ({ all, arrivals }) => {
      const finals = all.filter(({ isFinal }) => isFinal).sort((a, b) => a.at - b.at)
      expect(listen(arrivals)).toEqual(finals.slice(-turnsKept))
    }),
  )
})

test('what was heard before changes nothing', () => {
  fc.assert(
    fc.property(heard, ({ arrivals }) => {
      const before = listen(arrivals)
      for (const again of arrivals) expect(withUtterance(before, again)).toBe(before)
    }),
  )
})

test('before the final one the latest part counts, in whatever order they come', () => {
  const part = (text: string, madeAt: number): Utterance => ({
    id: 'u-1',
    speaker: 'customer',
    text,
    at: 5,
    isFinal: false,
    madeAt,
  })
  const first = part('I lost', 1)
  const second = part('I lost my card', 2)
  for (const arrivals of [
    [first, second],
    [second, first],
  ])
    expect(turnsOf(listen(arrivals))).toEqual([
      { speaker: 'customer', text: 'I lost my card', isPartial: true },
    ])
})
