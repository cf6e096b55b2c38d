// What one source says against a content counts for every copy, from every cache.
import { expect, test } from 'vitest'
import { tutorialProfile } from '../../src/ranking/profile.ts'
import { judgeAndRank } from '../../src/retrieval/judge-and-rank.ts'
import { RankedViews } from '../../src/retrieval/ranked-views.ts'
import { Restrictions } from '../../src/retrieval/restrictions.ts'
import { makeAnswer, makeInquiry, makeItem } from './make-inquiry.ts'

const archived = makeItem({ state: 'Archived' })
const published = makeItem({})

test('a withdrawal learnt from one answer takes the item out of an older one of the same source', () => {
  const restrictions = new Restrictions(10)
  const older = makeAnswer([published], { fetchedAt: 5 })
  restrictions.learn(makeAnswer([archived], { fetchedAt: 10 }))
  const { items, refused } = judgeAndRank([older], makeInquiry(), tutorialProfile, 0, restrictions)
  expect([items.length, refused.map(({ reason }) => reason)]).toEqual([0, ['archived']])
})

test('a later answer of the same source lifts it, an earlier one that comes late does not', () => {
  const restrictions = new Restrictions(10)
  const shownIn = (fetchedAt: number) =>
    judgeAndRank([makeAnswer([published], { fetchedAt })], makeInquiry(), tutorialProfile, 0, restrictions)
      .items.length
  restrictions.learn(makeAnswer([archived], { fetchedAt: 10 }))
  restrictions.learn(makeAnswer([published], { fetchedAt: 7 }))
  expect(shownIn(7)).toBe(0)
  restrictions.learn(makeAnswer([published], { fetchedAt: 20 }))
  expect([shownIn(7), shownIn(20)]).toEqual([1, 1])
})

test('another source, which may not know, does not lift it', () => {
  const restrictions = new Restrictions(10)
  restrictions.learn(makeAnswer([makeItem({ availableUntil: 1000 })], { fetchedAt: 10 }))
  const other = makeAnswer([makeItem({ source: 'knowledge-search' })], { fetchedAt: 20 })
  restrictions.learn(other)
  const at = (wallTime: number) =>
    judgeAndRank([other], makeInquiry(), tutorialProfile, wallTime, restrictions)
  expect(at(999)).toMatchObject({ items: [{}], until: 1000 })
  expect(at(1000)).toMatchObject({ items: [], refused: [{ reason: 'expired' }] })
})

test('a view that was made before is not shown after a withdrawal, and the same word again changes nothing', () => {
  const restrictions = new Restrictions(10)
  const views = new RankedViews(tutorialProfile, restrictions)
  const answers = [makeAnswer([published], { fetchedAt: 5 })]
  const inquiry = makeInquiry()
  const before = views.show(answers, inquiry, 0)
  expect(views.show(answers, inquiry, 0)).toBe(before)
  restrictions.learn(makeAnswer([archived], { fetchedAt: 10 }))
  expect(views.show(answers, inquiry, 0).items).toEqual([])
  const { version } = restrictions
  restrictions.learn(makeAnswer([archived], { fetchedAt: 15 }))
  expect(restrictions.version).toBe(version)
})
