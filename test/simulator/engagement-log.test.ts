// The simulator remembers what it was told of the use of its content, and only what it accepted.
import { expect, test } from 'vitest'
import { idsOf, startSimulator } from './sample-organisation.ts'

test('accepted reports are kept in order, refused ones are not', async () => {
  const { get, post, simulator } = await startSimulator()
  const suggestions = '/api/v2/conversations/c-1/suggestions'
  const [suggestionId = ''] = idsOf(await get(suggestions))
  await post(`${suggestions}/${suggestionId}/engagement`, { engagementType: 'Shredded' })
  await post(`${suggestions}/${suggestionId}/engagement`, { engagementType: 'Copied' })
  simulator.setArticles([])
  await post(`${suggestions}/feedback`, { suggestionId: 'none', relevance: 'Relevant' })
  const kept = [
    {
      operation: 'suggestion-engagement',
      ids: { conversationId: 'c-1', suggestionId },
      body: { engagementType: 'Copied' },
    },
  ]
  expect(simulator.engagements()).toEqual(kept)
  expect((await get('/simulator/engagements')).body).toEqual({ engagements: kept })
})
