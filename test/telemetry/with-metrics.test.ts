// What is counted of a question to a source, and that counting changes nothing about the answer.
import { expect, test } from 'vitest'
import { CuecardError } from '../../src/errors.ts'
import type { AskedSource } from '../../src/retrieval/content-source.ts'
import { withMetrics } from '../../src/telemetry/with-metrics.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { codeOf, follow } from '../testing/outcome.ts'
import { answerOf, callOf, inquiryOf } from '../testing/source-answers.ts'

function start(ask: (clock: FakeClock) => ReturnType<AskedSource['ask']>) {
  const clock = new FakeClock()
  const counted: unknown[] = []
  const metrics = {
    sourceAsked: (...asked: unknown[]) => void counted.push(asked.filter((part) => part !== undefined)),
  }
  const source = withMetrics({ name: 'a', ask: () => ask(clock) }, metrics, clock)
  return { clock, counted, ask: () => source.ask(inquiryOf(), callOf(100)) }
}

const answer = answerOf('a', 0)

test('an answer at hand stays at hand, and is counted without a time', () => {
  const { ask, counted } = start(() => answer)
  expect(ask()).toBe(answer)
  expect(counted).toEqual([['a', 'ok']])
})

test('an answer that is waited for is counted with its seconds', async () => {
  const { ask, clock, counted } = start(
    (clock) => new Promise((resolve) => clock.after(250, () => resolve(answer))),
  )
  const asked = follow(() => ask() ?? answer)
  await clock.advance(250)
  expect(asked.value).toBe(answer)
  expect(counted).toEqual([['a', 'ok', 0.25]])
})

test('a failure is counted by its code and goes on, at once or later', async () => {
  const late = start(
    (clock) =>
      new Promise((_, reject) => clock.after(500, () => reject(new CuecardError('deadline.exceeded', '')))),
  )
  const asked = follow(() => late.ask() ?? answer)
  await late.clock.advance(500)
  expect(codeOf(asked)).toBe('deadline.exceeded')
  expect(late.counted).toEqual([['a', 'deadline.exceeded', 0.5]])
  const atOnce = start(() => {
    throw new TypeError('a defect')
  })
  expect(() => atOnce.ask()).toThrow('a defect')
  expect(atOnce.counted).toEqual([['a', 'source.failed']])
})

test('where there was nothing to ask, nothing is counted', () => {
  const { ask, counted } = start(() => undefined)
  expect(ask()).toBeUndefined()
  expect(counted).toEqual([])
})
