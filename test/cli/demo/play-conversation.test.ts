// The plan of the demo: when Genesys goes down, and what is being talked about.
import { expect, test } from 'vitest'
import type { Conversation } from '../../../src/articles/article.ts'
import { outageOf } from '../../../src/cli/demo/play-conversation.ts'
import { topicsAt } from '../../../src/cli/demo/topics.ts'
import { article } from '../../simulator/sample-organisation.ts'

function conversation(customerTurns: number): Conversation {
  const turns = Array.from({ length: customerTurns }, () => [
    { speaker: 'agent' as const, text: 'Yes?' },
    { speaker: 'customer' as const, text: 'Well.' },
  ]).flat()
  const events = [
    { turnIndex: 1, goldArticleIds: ['lost-card'] },
    { turnIndex: 3, goldArticleIds: ['fees'] },
  ]
  return { id: 'c', turns, events, tags: ['card', 'security', 'fees', 'never'], entityIds: [] }
}

test.each([
  { customerTurns: 1, down: undefined, up: undefined },
  { customerTurns: 2, down: 3, up: undefined },
  { customerTurns: 3, down: 3, up: 5 },
  { customerTurns: 8, down: 7, up: 13 },
])(
  'with $customerTurns customer turns Genesys goes down before turn $down and comes back before $up',
  (plan) => {
    expect(outageOf(conversation(plan.customerTurns))).toEqual({ down: plan.down, up: plan.up })
  },
)

test('topics follow the talk, and never run ahead of it', () => {
  const articles = [
    article('lost-card', '', '', { tags: ['security', 'card'] }),
    article('fees', '', '', { tags: ['fees', 'card'] }),
  ]
  const at = (index: number) => topicsAt(conversation(3), articles, index)
  expect([at(0), at(1), at(2), at(3), at(5)]).toEqual([
    [],
    ['card', 'security'],
    ['card', 'security'],
    ['card', 'fees'],
    ['card', 'fees'],
  ])
})
