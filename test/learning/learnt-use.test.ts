// What agents use ranks what is shown to others afterwards: through the whole library, and by words that were learnt.
import { expect, test } from 'vitest'
import { parseCanonical } from '../../src/audit/canonical-json.ts'
import { scoreMismatches } from '../../src/audit/entry-score.ts'
import { startLearntUse } from '../../src/learning/learnt-use.ts'
import { UseRates } from '../../src/learning/use-rates.ts'
import { contextProfile } from '../../src/ranking/context-profile.ts'
import { fitFor, type LearntUse } from '../../src/retrieval/fit.ts'
import { RankedViews } from '../../src/retrieval/ranked-views.ts'
import { Restrictions } from '../../src/retrieval/restrictions.ts'
import type { Retrieval } from '../../src/retrieval/retrieval.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { startRecorded } from '../ledger/start-recorded.ts'
import { makeAnswer, makeInquiry, makeItem } from '../retrieval/make-inquiry.ts'
import { only } from '../retrieval/start-cuecard.ts'
import { article } from '../simulator/sample-organisation.ts'

const day = 24 * 3_600_000
const articles = [
  article('short', 'Refund of a late fee', 'How the late fee is refunded.'),
  article('long', 'Refund of a late fee, step by step', 'How the late fee is refunded, with each step.'),
  article('badge', 'Lost badge', 'Call the desk.'),
]
const ask = {
  agentId: 'ann',
  query: 'how do I refund a late fee',
  entityIds: undefined,
  contextTags: undefined,
}
const featureOf = ({ items }: Retrieval, contentId: string, name: string) =>
  items.find((item) => item.contentId === contentId)?.explanation.find(({ feature }) => feature === name)
    ?.value

test('an article that agents use over the one above it comes first a day later, and says why', async () => {
  const { clock, cuecard, retrieve, settled } = await startRecorded({
    articles,
    config: { profile: 'context', learning: { exploration: 0.1 }, sources: only('knowledge-search') },
  })
  const firsts: (string | undefined)[] = []
  for (let call = 0; call < 60; call++) {
    const { retrievalId, items } = await retrieve({ ...ask, interactionId: `call-${call}` })
    firsts.push(items[0]?.contentId)
    await settled(cuecard.recordAdoption(retrievalId, { type: 'inserted', contentId: 'short' }))
  }
  expect(firsts.filter((id) => id === 'long').length).toBeGreaterThan(40)
  expect(firsts).toContain('short')
  await clock.advance(day + 2 * 3_600_000)
  const later = await retrieve({ ...ask, interactionId: 'later' })
  expect(later.items[0]?.contentId).toBe('short')
  expect(featureOf(later, 'short', 'adoption')).toBeGreaterThan(0.6)
  expect(featureOf(later, 'long', 'adoption')).toBeLessThan(0.4)
  // What is learnt from an interaction never ranks it.
  const same = await retrieve({ ...ask, interactionId: 'call-7' })
  expect(featureOf(same, 'long', 'adoption')).toBe(featureOf(same, 'short', 'adoption'))
  const { entries } = await settled(
    cuecard.audit?.entries({ kind: 'retrieval', limit: 5 }) ?? Promise.reject(),
  )
  const entry = entries.find(({ body }) => body?.interactionId === 'later')
  expect(scoreMismatches(parseCanonical(JSON.stringify(entry?.body)))).toEqual([])
  await settled(cuecard.close())
  await clock.advance(day)
})

test('a view holds until something new is learnt', () => {
  let version = 0
  const learnt: LearntUse = {
    get version() {
      return version
    },
    about: () => ({ resolutionOf: (id) => (id === 'b' && version > 0 ? 1 : 0.1) }),
  }
  const views = new RankedViews(
    contextProfile(),
    new Restrictions(10),
    undefined,
    fitFor(contextProfile(), undefined, learnt),
    learnt,
  )
  const answers = [
    makeAnswer([
      makeItem({ contentId: 'a' }),
      makeItem({ contentId: 'b', title: 'Apart', snippet: 'Of its own' }),
    ]),
  ]
  const inquiry = makeInquiry({})
  const first = views.show(answers, inquiry, 0)
  expect(views.show(answers, inquiry, 0)).toBe(first)
  version++
  const second = views.show(answers, inquiry, 0)
  expect([first, second].map(({ items }) => items[0]?.contentId)).toEqual(['a', 'b'])
})

/** Each place has an article about its motor pool and one about its sauna; who asks for parking uses the first. */
const places = Array.from({ length: 40 }, (_, place) => [
  article(`garage-${place}`, 'Motor pool', 'A garage for guests.', { category: `place/${place}` }),
  article(`sauna-${place}`, 'Wellness', 'The sauna opens at noon.', { category: `place/${place}` }),
])
const known = new Map(places.flat().map((one) => [one.id, one]))
const uses = places.slice(1).map(([garage, sauna], place) => ({
  question: 'where can I leave my automobile',
  shown: [
    { contentId: sauna?.id ?? '', score: place % 2, isUsed: false },
    { contentId: garage?.id ?? '', score: 0.6, isUsed: true },
  ],
}))

test('words that were learnt say something for articles that nobody used; after the end nothing is read', async () => {
  const clock = new FakeClock()
  let reads = 0
  const learnt = startLearntUse({
    reader: {
      useRates: async () => {
        reads++
        return new UseRates().known()
      },
      usesPage: async () => ({ uses, next: null }),
    },
    articleOf: (id) => known.get(id),
    queueOf: () => undefined,
    mask: { text: (text) => text, id: (id) => id },
    clock,
    random: () => 0.5,
  })
  const about = () => learnt.about(makeInquiry({ query: 'a spot for my automobile' }))
  const score = (id: string) => about().learntWordsOf?.(id) ?? 0
  expect(about().adoptionOf?.('garage-0')).toBeUndefined()
  expect(score('garage-0')).toBe(0)
  const before = learnt.version
  await clock.advance(1000)
  expect(learnt.version).toBeGreaterThan(before)
  expect(score('garage-0')).toBeGreaterThan(0.2)
  expect(score('sauna-0')).toBeLessThanOrEqual(0)
  expect(score('unheard-of')).toBe(0)
  learnt.close()
  await clock.advance(day)
  expect(reads).toBe(1)
})
