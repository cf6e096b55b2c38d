// Eligibility: every reason for keeping an item back, at its exact boundary.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { audiencesOf } from '../../src/access/audience.ts'
import type { ContentItem } from '../../src/retrieval/content-item.ts'
import { type RefusalReason, refusalOf } from '../../src/retrieval/eligibility.ts'
import type { Inquiry } from '../../src/retrieval/inquiry.ts'
import { makeInquiry, makeItem } from './make-inquiry.ts'

const now = Date.UTC(2026, 2, 1)
const retail = audiencesOf([{ name: 'retail', labels: ['retail'] }])('a-1', undefined)

const judge = (item: Partial<ContentItem>, inquiry: Partial<Inquiry> = {}, at = now) =>
  refusalOf(makeItem(item), makeInquiry(inquiry), at)

const reasons: [Partial<ContentItem>, Partial<Inquiry>, RefusalReason | undefined][] = [
  [{}, {}, undefined],
  [{ labels: ['staff'] }, { audience: retail }, 'audience'],
  [{ labels: null }, { audience: retail }, 'audience'],
  [{ labels: ['retail'] }, { audience: retail }, undefined],
  [{ state: 'Draft' }, {}, 'draft'],
  [{ state: 'Archived' }, {}, 'archived'],
  [{ visible: false }, {}, 'invisible'],
  [{ availableFrom: now + 1 }, {}, 'not_yet_available'],
  [{ availableFrom: now }, {}, undefined],
  [{ availableUntil: now }, {}, 'expired'],
  [{ availableUntil: now + 1 }, {}, undefined],
  [{ availableFrom: Number.NaN }, {}, 'availability_unreadable'],
  [{ availableUntil: Number.NaN }, {}, 'availability_unreadable'],
  [{ availableFrom: now + 1, availableUntil: now }, {}, 'not_yet_available'],
  [{ language: 'de' }, {}, 'language'],
  [{ language: null }, {}, undefined],
  [{ contentType: 'article' }, { contentTypes: ['procedure'] }, 'content_type'],
  [{ contentType: 'procedure' }, { contentTypes: ['faq', 'procedure'] }, undefined],
  [{ relevanceScore: 0.49 }, { minRelevanceScore: 0.5 }, 'relevance'],
  [{ relevanceScore: 0.5 }, { minRelevanceScore: 0.5 }, undefined],
  // A window that is asked for: some moment of it must lie within the item's.
  [
    { availableUntil: now + 10 },
    { availabilityWindow: { start: now + 10, end: now + 20 } },
    'availability_window',
  ],
  [{ availableUntil: now + 11 }, { availabilityWindow: { start: now + 10, end: now + 20 } }, undefined],
  [
    { availableFrom: now - 5 },
    { availabilityWindow: { start: now - 9, end: now - 5 } },
    'availability_window',
  ],
  [{ availableFrom: now - 6 }, { availabilityWindow: { start: now - 9, end: now - 5 } }, undefined],
]

test.each(reasons)('%o for %o: %s', (item, inquiry, reason) => {
  expect(judge(item, inquiry)).toBe(reason)
})

test('who may not see an item does not learn whether it is a draft or has expired', () => {
  const item = { labels: ['staff'], state: 'Draft', availableUntil: 0, language: 'de' } as const
  expect(judge(item, { audience: retail })).toBe('audience')
})

test('a window is in force from its start, inclusive, to its end, exclusive', () => {
  const instants = fc.integer({ min: now - 3, max: now + 3 })
  fc.assert(
    fc.property(instants, instants, instants, (availableFrom, availableUntil, at) => {
      const inForce = availableFrom <= at && at < availableUntil
      expect(judge({ availableFrom, availableUntil }, {}, at) === undefined).toBe(inForce)
    }),
    { seed: 1 },
  )
})

describe('languages', () => {
  test.each([
    ['en', 'en-US'],
    ['en-GB', 'en-US'],
    ['en-UK', 'en'],
    ['EN-gb', 'en'],
    ['de-AT', 'de-CH'],
    ['zh', 'zh-CN'],
    ['zh-Hans', 'zh-SG'],
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-TW'],
    ['sr', 'sr-Cyrl-RS'],
    ['sr-Latn', 'sr-Latn-RS'],
    ['iw', 'he-IL'],
    ['pt-BR', 'pt-PT'],
    ['x_y', 'x_y'],
  ])('a reader of %s reads %s', (a, b) => {
    expect(judge({ language: a }, { language: b })).toBeUndefined()
    expect(judge({ language: b }, { language: a })).toBeUndefined()
  })

  test.each([
    ['en', 'de'],
    ['zh-Hant', 'zh-CN'],
    ['zh-TW', 'zh'],
    ['sr', 'sr-Latn'],
    ['az-Cyrl', 'az'],
    ['pt', 'es'],
    ['nb', 'nn'],
    ['no such tag', 'en'],
    ['', 'en'],
    ['en_US', 'en-US'],
  ])('a reader of %s does not read %s', (a, b) => {
    expect(judge({ language: a }, { language: b })).toBe('language')
    expect(judge({ language: b }, { language: a })).toBe('language')
  })

  test('thousands of tags from outside neither confuse nor fill it', () => {
    for (let n = 0; n < 3000; n++)
      expect(judge({ language: `en-x-${n}` }, { language: 'en' })).toBeUndefined()
    expect(judge({ language: 'de' }, { language: 'en' })).toBe('language')
  })
})
