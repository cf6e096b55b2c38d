// Places, and whom they are for.
import { expect, test } from 'vitest'
import { isCuecardError } from '../../src/errors.ts'
import { Bulkhead } from '../../src/resilience/bulkhead.ts'
import type { Priority } from '../../src/retrieval/content-source.ts'

function enterAll(bulkhead: Bulkhead, priority: Priority): (() => void)[] {
  const leave: (() => void)[] = []
  try {
    for (;;) leave.push(bulkhead.enter(priority))
  } catch (error) {
    if (!isCuecardError(error, 'bulkhead.full')) throw error
    return leave
  }
}

test('lets as many in as it has places, and one more for each that leaves', () => {
  const bulkhead = new Bulkhead(64)
  const inside = enterAll(bulkhead, 'interactive')
  expect(inside).toHaveLength(64)
  for (const leave of inside.slice(0, 3)) leave()
  expect(enterAll(bulkhead, 'interactive')).toHaveLength(3)
})

test.each<Priority>(['revalidate', 'prefetch', 'mirror'])('%s leaves places for agents', (priority) => {
  const bulkhead = new Bulkhead(64)
  expect(enterAll(bulkhead, priority)).toHaveLength(48)
  expect(enterAll(bulkhead, 'interactive')).toHaveLength(16)
  expect(enterAll(bulkhead, priority)).toHaveLength(0)
})

test('a single place serves everyone', () => {
  const bulkhead = new Bulkhead(1)
  const [leave] = enterAll(bulkhead, 'mirror')
  leave?.()
  expect(enterAll(bulkhead, 'interactive')).toHaveLength(1)
})
