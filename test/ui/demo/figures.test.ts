// What the demo's page computes: how long it waits, and what it counts.
import { expect, test } from 'vitest'
import { pauseAfter } from '../../../ui/demo/pace.ts'
import { AnswerTally } from '../../../ui/demo/tally.ts'

test.each([
  [undefined, 1, 1000],
  ['Yes.', 1, 2000],
  [Array(20).fill('word').join(' '), 1, 3200],
  [Array(500).fill('word').join(' '), 1, 7000],
  [Array(500).fill('word').join(' '), 10, 700],
] as const)('after %j at speed %d it waits %d ms', (text, speed, ms) => {
  expect(pauseAfter(text, speed)).toBe(ms)
})

test('it counts nothing before the first answer, then each of them, those of the outage apart', () => {
  const tally = new AnswerTally()
  expect(tally.figures).toEqual({
    answers: 0,
    medianMs: null,
    slowestMs: null,
    duringOutage: 0,
    emptyDuringOutage: 0,
  })
  tally.add({ ms: 300, isEmpty: false, isGenesysDown: false })
  tally.add({ ms: 20, isEmpty: true, isGenesysDown: true })
  tally.add({ ms: 100, isEmpty: false, isGenesysDown: true })
  expect(tally.figures).toEqual({
    answers: 3,
    medianMs: 100,
    slowestMs: 300,
    duringOutage: 2,
    emptyDuringOutage: 1,
  })
})
