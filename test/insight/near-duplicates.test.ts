// Near-duplicates are found as if each article were compared with each.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nearDuplicates } from '../../src/insight/near-duplicates.ts'
import { Shingles, similarityOf } from '../../src/insight/shingles.ts'

const pause = async () => {}

function similarity(a: string, b: string): number {
  const shingles = new Shingles()
  return similarityOf(shingles.of(a), shingles.of(b))
}

describe('how alike two texts are', () => {
  test.each([
    ['block the lost card', 'Block  the LOST card!', 1],
    ['block the lost card', 'block the lost card today', 2 / 3],
    ['block the lost card at once', 'order a new card by post', 0],
    ['a a a a a a', 'a a a', 1],
    ['card', 'card', 1],
    ['card', 'the card', 0],
    ['', '', 1],
    ['', 'card', 0],
    ['Überweisung ändern lassen', 'uberweisung andern lassen', 1],
  ])('%j and %j: %f', (a, b, expected) => {
    expect(similarity(a, b)).toBeCloseTo(expected, 12)
  })
})

/** Connected by the pairs that are alike, counted the slow and obvious way. */
function naiveGroups(texts: readonly string[], threshold: number): number[][] {
  const groupOf = texts.map((_, index) => index)
  for (const [a, one] of texts.entries())
    for (const [b, other] of texts.entries()) {
      if (a >= b || one === '' || other === '' || similarity(one, other) < threshold) continue
      const [from, to] = [groupOf[b], groupOf[a]]
      for (const [index, group] of groupOf.entries()) if (group === from) groupOf[index] = to ?? 0
    }
  const groups = Map.groupBy(groupOf.keys(), (index) => groupOf[index])
  return [...groups.values()].filter(({ length }) => length > 1)
}

const words = fc.array(fc.constantFrom('fee', 'card', 'lost', 'new', 'pin', 'limit'), { maxLength: 14 })
/** Texts of which many are edits of others. */
const texts = fc
  .array(fc.tuple(words, fc.nat(4), fc.constantFrom('', 'today', 'fee card')), {
    minLength: 1,
    maxLength: 20,
  })
  .map((list) => {
    const made: string[] = []
    for (const [own, from, added] of list)
      made.push(from === 0 || made.length < from ? own.join(' ') : `${made.at(-from)} ${added}`.trim())
    return made
  })

test('groups are those of all pairs, at whatever threshold', async () => {
  let found = 0
  await fc.assert(
    fc.asyncProperty(texts, fc.constantFrom(0.3, 0.5, 0.7, 0.8, 0.9, 1), async (bodies, threshold) => {
      const articles = bodies.map((body, index) => ({ id: `a-${index}`, title: '', body }))
      const groups = await nearDuplicates(articles, { threshold, pause })
      const ids = groups.map(({ articles }) => articles.map(({ id }) => Number(id.slice(2))))
      expect(ids).toEqual(naiveGroups(bodies, threshold))
      for (const { articles: members } of groups) {
        found++
        const [first] = members
        expect(first?.similarity).toBe(1)
        for (const { id, similarity: told } of members)
          expect(told).toBe(
            similarity(bodies[Number(first?.id.slice(2))] ?? '', bodies[Number(id.slice(2))] ?? ''),
          )
      }
    }),
    { numRuns: 300 },
  )
  expect(found).toBeGreaterThan(100)
})

test('many with the same phrase, or of one making, are one group and no product of pairs', async () => {
  const articles = Array.from({ length: 1500 }, (_, index) => ({
    id: `a-${index}`,
    title: 'Terms of a product',
    body: `${'the same terms hold for this product as for all others of its kind in '.repeat(3)} ${index}`,
  }))
  const groups = await nearDuplicates(articles, { threshold: 0.8, pause })
  expect(groups.map(({ articles: members }) => members.length)).toEqual([1500])
})

test('it pauses often, tells how far it is, and ends when it is told to', async () => {
  const articles = Array.from({ length: 95 }, (_, index) => ({
    id: `${index}`,
    title: `t ${index}`,
    body: '',
  }))
  let pauses = 0
  const progress: string[] = []
  const options = {
    threshold: 0.8,
    onProgress: (done: number, total: number) => progress.push(`${done}/${total}`),
  }
  await nearDuplicates(articles, { ...options, pause: async () => void pauses++ })
  expect(pauses).toBe(20)
  expect([progress[0], progress[10], progress.at(-1)]).toEqual(['0/190', '95/190', '190/190'])
  const ending = async () => {
    throw new Error('ended')
  }
  await expect(nearDuplicates(articles, { ...options, pause: ending })).rejects.toThrow('ended')
  expect(await nearDuplicates([], { ...options, pause })).toEqual([])
})
