// What goes between processes comes back as it was, and what is not whole does not come back.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeSharedEntry, encodeSharedEntry } from '../../src/cache/shared-entry-text.ts'
import { itemOf } from '../testing/source-answers.ts'

const anyTime = fc.oneof(
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.integer(),
)
const text = fc.string({ unit: 'binary', maxLength: 20 })
const anyItem = fc
  .record({
    contentId: text,
    title: text,
    labels: fc.option(fc.array(text, { maxLength: 4 })),
    category: fc.option(text),
    tags: fc.array(text, { maxLength: 4 }),
    state: fc.constantFrom('Published' as const, 'Draft' as const, 'Archived' as const),
    visible: fc.boolean(),
    availableFrom: anyTime,
    availableUntil: anyTime,
    relevanceScore: fc.oneof(fc.integer(), fc.constant(Number.NaN)),
  })
  .map(({ contentId, ...more }) => itemOf(contentId, more))
const anyEntry = fc.record({
  answer: fc.record({ source: text, items: fc.array(anyItem, { maxLength: 5 }) }),
  ageMs: fc.nat(),
  tags: fc.array(text, { maxLength: 3 }),
})

test('every field that decides who may see an item is kept, open windows and unreadable ones too', () => {
  fc.assert(
    fc.property(anyEntry, (entry) => {
      expect(decodeSharedEntry(encodeSharedEntry(entry), entry.ageMs)).toEqual(entry)
    }),
  )
})

test('a text that was cut or changed gives a whole entry or none', () => {
  fc.assert(
    fc.property(anyEntry, fc.nat(), fc.string(), (entry, at, changed) => {
      const text = encodeSharedEntry(entry)
      expect(decodeSharedEntry(text.slice(0, at % text.length), 0)).toBeUndefined()
      const other = decodeSharedEntry(text.slice(0, at % text.length) + changed, 0)
      expect(other === undefined || typeof encodeSharedEntry(other) === 'string').toBe(true)
    }),
  )
})

test('an item without a field that decides is no item', () => {
  const entry = { answer: { source: 'a', items: [itemOf('a')] }, ageMs: 0, tags: [] }
  for (const field of Object.keys(itemOf('a'))) {
    const { [field as 'state']: _, ...rest } = itemOf('a')
    const text = JSON.stringify({ answer: { source: 'a', items: [rest] }, tags: [] })
    expect(decodeSharedEntry(text, 0), field).toBeUndefined()
  }
  expect(decodeSharedEntry(encodeSharedEntry(entry), Number.NaN)?.ageMs).toBeNaN()
  expect(decodeSharedEntry(encodeSharedEntry(entry), '0')).toBeUndefined()
})
