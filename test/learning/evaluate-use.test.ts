import { expect, test } from 'vitest'
import { evaluateUse } from '../../src/learning/evaluate-use.ts'
import { hitAt } from '../../src/ranking/metrics.ts'
import { KnowledgeIndex } from '../../src/search/knowledge-index.ts'
import { article } from '../simulator/sample-organisation.ts'

/** Invented inns: customers ask for a spot for the car, articles speak of a garage. */
const inns =
  'Amber Birch Cedar Dogwood Elder Fir Ginkgo Hazel Ivy Juniper Larch Maple Oak Pine Rowan Spruce Teak Willow'
const names = inns.split(' ')
const articles = names.flatMap((name) => [
  article(`${name}-garage`, 'Vehicles', 'A garage lies behind the house.', { category: `inns/${name}` }),
  article(`${name}-pets`, 'Animals', 'Dogs stay free of charge.', { category: `inns/${name}` }),
  article(`${name}-late`, 'Arrival', 'The desk is open all night.', { category: `inns/${name}` }),
])
const conversations = names.map((name) => ({
  id: name,
  turns: [{ speaker: 'customer' as const, text: `Does ${name} have a spot where I leave my automobile?` }],
  events: [{ turnIndex: 0, goldArticleIds: [`${name}-garage`] }],
  tags: [],
  entityIds: [],
}))

test('what was used for other inns helps with an inn that nobody asked about', () => {
  const work = evaluateUse(new KnowledgeIndex(articles), conversations)
  let step = work.next()
  while (!step.done) step = work.next()
  const share = (order: 'before' | 'after') =>
    (step.done ? step.value : []).reduce(
      (sum, event) => sum + hitAt(1, { ranked: event[order], gold: event.gold }),
      0,
    ) / names.length
  expect(step.value).toHaveLength(names.length)
  expect(share('before')).toBeLessThan(0.7)
  expect(share('after')).toBe(1)
})
