import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startLearntRates } from '../../src/learning/learnt-rates.ts'
import type { LoggedRetrieval } from '../../src/learning/logged-retrieval.ts'
import { type KnownRates, ratesOf, UseRates } from '../../src/learning/use-rates.ts'
import { seededRandom } from '../../src/random.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

const everyPlace = () => 1
const elsewhere = { interactionId: 'another', contexts: [] }

function retrieval(
  used: Readonly<Record<string, boolean>>,
  more: Partial<LoggedRetrieval> = {},
): LoggedRetrieval {
  const items = Object.entries(used).map(([contentId, isUsed]) => ({
    contentId,
    isCompliant: false,
    propensity: 1,
    features: {},
    isUsed,
  }))
  return { interactionId: 'call', contexts: [], query: '', items, isResolved: undefined, ...more }
}

function ratesFrom(
  retrievals: readonly LoggedRetrieval[],
  examination: (place: number) => number = everyPlace,
): KnownRates {
  const rates = new UseRates()
  for (const one of retrievals) rates.add(one, examination)
  return rates.known()
}

test('a rate goes from what holds for all articles to the own one as it is used more', () => {
  const looks = (count: number) => [
    ...Array.from({ length: 400 }, () => retrieval({ other: false })),
    ...Array.from({ length: count }, () => retrieval({ own: true })),
  ]
  const adoption = (count: number) => ratesOf(ratesFrom(looks(count)), 'own', elsewhere).adoption
  expect(adoption(0)).toBeLessThan(0.02)
  expect(adoption(5)).toBeGreaterThan(0.1)
  expect(adoption(5)).toBeLessThan(0.4)
  expect(adoption(200)).toBeGreaterThan(0.9)
})

test('rates lie between 0 and 1, whatever was counted', () => {
  const flags = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.boolean(), { minKeys: 1 })
  const logs = fc.array(
    fc.tuple(flags, fc.constantFrom(true, false, undefined), fc.subarray(['queue:q', 'tag:t'])),
  )
  fc.assert(
    fc.property(logs, fc.double({ min: 0.01, max: 1, noNaN: true }), (log, look) => {
      const known = ratesFrom(
        log.map(([used, isResolved, contexts]) => retrieval(used, { isResolved, contexts })),
        () => look,
      )
      for (const id of ['a', 'b', 'c', 'd'])
        for (const rate of Object.values(
          ratesOf(known, id, { interactionId: '', contexts: ['queue:q', 'tag:t'] }),
        )) {
          expect(rate).toBeGreaterThanOrEqual(0)
          expect(rate).toBeLessThanOrEqual(1)
        }
    }),
  )
})

test('of two articles that are worth as much, the one that stands lower is not thought less of', () => {
  const random = seededRandom(1)
  const looked = (place: number) => (place === 0 ? 1 : 0.3)
  const log = Array.from({ length: 4000 }, () =>
    retrieval({ upper: random() < 0.4, lower: random() < 0.4 * 0.3 }),
  )
  const rateOf = (known: KnownRates, id: string) => ratesOf(known, id, elsewhere).adoption
  expect(rateOf(ratesFrom(log, looked), 'lower') / rateOf(ratesFrom(log, looked), 'upper')).toBeCloseTo(1, 0)
  expect(rateOf(ratesFrom(log), 'lower') / rateOf(ratesFrom(log), 'upper')).toBeLessThan(0.4)
})

test('where an article was seen in a context, its rate there counts', () => {
  const log = Array.from({ length: 100 }, (_, call) =>
    retrieval(
      { own: call % 2 === 0 },
      { contexts: [call % 2 === 0 ? 'queue:sales' : 'queue:claims'], isResolved: call % 4 === 0 },
    ),
  )
  const known = ratesFrom(log)
  const at = (context: string) => ratesOf(known, 'own', { interactionId: '', contexts: [context] })
  expect(at('queue:sales').adoption).toBeGreaterThan(0.7)
  expect(at('queue:claims').adoption).toBeLessThan(0.3)
  expect(at('queue:unheard-of')).toEqual(ratesOf(known, 'own', elsewhere))
  expect(at('queue:sales').resolution).toBeCloseTo(0.5, 5)
})

test('an interaction is never ranked by what was counted in itself', () => {
  const known = ratesFrom([
    ...Array.from({ length: 50 }, () => retrieval({ own: true })),
    retrieval({ other: false }, { interactionId: 'x' }),
  ])
  expect(ratesOf(known, 'own', { interactionId: 'call', contexts: [] })).toEqual(known.prior)
  expect(ratesOf(known, 'own', elsewhere)).not.toEqual(known.prior)
})

test('rates are read at the start and every hour; while that fails the last ones stay', async () => {
  const clock = new FakeClock()
  const reads = [
    ratesFrom([retrieval({ own: true })]),
    new Error('away'),
    ratesFrom([retrieval({ own: false })]),
  ]
  let count = 0
  const read = async () => {
    const next = reads[count++]
    if (next === undefined || next instanceof Error) throw next
    return next
  }
  const rates = startLearntRates({ read, clock, random: () => 0.5 })
  expect(rates.of('own', elsewhere)).toBeUndefined()
  await clock.advance(0)
  const first = rates.of('own', elsewhere)?.adoption ?? 0
  await clock.advance(3_600_000)
  expect(rates.of('own', elsewhere)?.adoption).toBe(first)
  await clock.advance(60_000)
  expect(rates.of('own', elsewhere)?.adoption).toBeLessThan(first)
  rates.close()
  await clock.advance(10 * 3_600_000)
  expect(count).toBe(3)
})
