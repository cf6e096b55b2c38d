// The filter of a search: applied before candidates are chosen, not after.
import { expect, test } from 'vitest'
import { KnowledgeIndex } from '../../src/search/knowledge-index.ts'
import { article } from '../simulator/sample-organisation.ts'

test('who may see three articles of many gets these three, though a thousand others fit better', () => {
  const others = Array.from({ length: 1000 }, (_, index) =>
    article(`other-${index}`, `Fee ${index} of the mortgage`, 'The fee of the mortgage.', {
      category: 'loans/mortgage',
    }),
  )
  const mine = ['a', 'b', 'c'].map((id) => article(id, `Loan ${id}`, 'It costs a fee.'))
  const index = new KnowledgeIndex([...others, ...mine])
  const turns = [{ speaker: 'customer' as const, text: 'What is the fee of the mortgage?' }]
  const hits = index.search(
    { turns, tags: [], entityIds: [] },
    { limit: 10, filter: ({ id }) => id.length === 1 },
  )
  expect(hits.map(({ article: { id } }) => id).sort()).toEqual(['a', 'b', 'c'])
})
