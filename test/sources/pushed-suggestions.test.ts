// What was asked for once and what is pushed from then on, together.
import { expect, test } from 'vitest'
import { PushedSuggestions } from '../../src/sources/pushed-suggestions.ts'
import type { Suggestion } from '../../src/sources/suggestion.ts'

const suggestion = (id: string, state = 'Suggested'): Suggestion => ({ id, state })

function start() {
  const pushed = new PushedSuggestions({ max: 10 })
  pushed.begin('i-1')
  const states = () => pushed.all('i-1')?.map(({ id, state }) => `${id} ${state}`)
  return { pushed, states }
}

test('nothing is complete before a call was answered', () => {
  const { pushed, states } = start()
  pushed.push('i-1', suggestion('b'), 1)
  expect(states()).toBeUndefined()
  expect(pushed.completion('i-1')?.([suggestion('a')])).toHaveLength(2)
  expect(states()).toEqual(['a Suggested', 'b Suggested'])
})

test('of one suggestion the latest message counts, in whatever order they come', () => {
  const { pushed, states } = start()
  pushed.completion('i-1')?.([])
  expect(pushed.push('i-1', suggestion('a', 'Dismissed'), 2)).toBe(true)
  expect(pushed.push('i-1', suggestion('a'), 1)).toBe(false)
  expect(pushed.push('i-1', suggestion('a', 'Dismissed'), 2)).toBe(false)
  expect(states()).toEqual(['a Dismissed'])
})

test('what the call found dismissed stays so', () => {
  const { pushed, states } = start()
  pushed.push('i-1', suggestion('a'), 1)
  pushed.completion('i-1')?.([suggestion('a', 'Dismissed')])
  expect(states()).toEqual(['a Dismissed'])
})

test('an answer to a call from before a gap completes nothing', () => {
  const { pushed, states } = start()
  const complete = pushed.completion('i-1')
  pushed.end('i-1')
  pushed.begin('i-1')
  expect(complete?.([suggestion('a')])).toHaveLength(1)
  expect(states()).toBeUndefined()
})

test('to begin again where it goes on changes nothing', () => {
  const { pushed, states } = start()
  pushed.completion('i-1')?.([suggestion('a')])
  pushed.begin('i-1')
  expect(states()).toEqual(['a Suggested'])
})

test('what is not followed is not kept', () => {
  const { pushed } = start()
  expect(pushed.push('i-2', suggestion('a'), 1)).toBe(false)
  expect(pushed.completion('i-2')).toBeUndefined()
})
