// Which interaction a retrieval was made for.
import { expect, test } from 'vitest'
import { RecentRetrievals } from '../../src/context/recent-retrievals.ts'

test('the last ones are known, and memory is bounded', () => {
  const recent = new RecentRetrievals(10)
  for (let n = 0; n < 95; n++) recent.add(`r-${n}`, `i-${n}`)
  const known = Array.from({ length: 95 }, (_, n) => recent.interactionOf(`r-${n}`)).filter(Boolean)
  expect(known.length).toBeGreaterThanOrEqual(10)
  expect(known.length).toBeLessThanOrEqual(20)
  expect(known.at(-1)).toBe('i-94')
})
