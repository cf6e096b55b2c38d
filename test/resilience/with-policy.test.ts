// What is tried again, how long it waits for that, and that everything taken is given back.
import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { CuecardError, type ErrorCode, type ErrorDetails } from '../../src/errors.ts'
import { Bulkhead } from '../../src/resilience/bulkhead.ts'
import { CircuitBreaker } from '../../src/resilience/circuit-breaker.ts'
import { withPolicy } from '../../src/resilience/with-policy.ts'
import type { SourceAnswer, SourceCall } from '../../src/retrieval/content-source.ts'
import { FakeClock, type Random, seededRandom } from '../../src/testing/index.ts'
import { codeOf, follow } from '../testing/outcome.ts'
import { answerOf, callOf, inquiryOf } from '../testing/source-answers.ts'
import { breakerSettings } from './breaker-settings.ts'

type Attempt = (call: SourceCall) => SourceAnswer | Promise<SourceAnswer>

function startPolicy({ random = () => 0.5, places = 64 }: { random?: Random; places?: number } = {}) {
  const clock = new FakeClock()
  const breaker = new CircuitBreaker({ ...breakerSettings, clock })
  const policy = {
    clock,
    random,
    breaker,
    bulkhead: new Bulkhead(places),
    attempts: 3,
    baseMs: 50,
    maxMs: 60,
  }
  /** When each attempt was made. */
  const triedAt: number[] = []
  const ask = (attempt: Attempt, waitMs = 1000, more: Partial<SourceCall> = {}) => {
    const source = {
      name: 'test',
      key: () => 'key',
      retrieve: (_: unknown, call: SourceCall) => {
        triedAt.push(clock.now())
        return attempt(call)
      },
    }
    const call = callOf(clock.now() + waitMs, more)
    return follow(() => withPolicy(source, policy).retrieve(inquiryOf(), call))
  }
  const succeeds = () => answerOf('test', clock.now())
  return { clock, breaker, ask, triedAt, succeeds }
}

const fails =
  (code: ErrorCode, details: ErrorDetails = {}): Attempt =>
  async () => {
    throw new CuecardError(code, 'It failed', details)
  }
const hangs: Attempt = () => new Promise(() => {})

describe('is tried again', () => {
  test.each<[ErrorCode, ErrorDetails]>([
    ['genesys.rate_limited', { status: 429 }],
    ['genesys.unavailable', { status: 502 }],
    ['genesys.unavailable', { status: 503 }],
    ['genesys.unavailable', { status: 504 }],
    ['genesys.unreachable', {}],
  ])('%s %j, three times at the most', async (code, details) => {
    const { clock, ask, triedAt } = startPolicy()
    const asked = ask(fails(code, details))
    await clock.advance(1000)
    expect(triedAt).toEqual([0, 25, 55])
    expect(codeOf(asked)).toBe(code)
  })

  test('and what succeeds then is the answer', async () => {
    const { clock, ask, triedAt, succeeds } = startPolicy()
    const asked = ask((call) =>
      triedAt.length < 3 ? fails('genesys.unavailable', { status: 503 })(call) : succeeds(),
    )
    await clock.advance(1000)
    expect(codeOf(asked)).toBe('ok')
  })
})

describe('is not tried again', () => {
  test.each<[ErrorCode, ErrorDetails]>([
    ['genesys.unavailable', { status: 500 }],
    ['genesys.unavailable', { status: 501 }],
    ['genesys.unauthorized', { status: 401 }],
    ['genesys.forbidden', { status: 403 }],
    ['genesys.not_found', { status: 404 }],
    ['genesys.rejected', { status: 400 }],
    ['genesys.malformed', {}],
    ['deadline.exceeded', {}],
    ['quota.exhausted', {}],
    ['oauth.rejected', {}],
    ['aborted', {}],
  ])('%s %j', async (code, details) => {
    const { clock, ask, triedAt } = startPolicy()
    const asked = ask(fails(code, details))
    await clock.advance(1000)
    expect(triedAt).toEqual([0])
    expect(codeOf(asked)).toBe(code)
  })

  test('a defect', async () => {
    const { clock, ask, triedAt } = startPolicy()
    const asked = ask(() => {
      throw new TypeError('a defect')
    })
    await clock.advance(1000)
    expect(triedAt).toEqual([0])
    expect(asked.error).toBeInstanceOf(TypeError)
  })
})

describe('the wait before it', () => {
  test('is drawn from nothing to twice as much each time, up to the most', async () => {
    const firsts: number[] = []
    const seconds: number[] = []
    const random = seededRandom(1)
    for (let run = 0; run < 300; run++) {
      const { clock, ask, triedAt } = startPolicy({ random })
      ask(fails('genesys.unreachable'))
      await clock.advance(1000)
      const [, second = 0, third = 0] = triedAt
      firsts.push(second)
      seconds.push(third - second)
    }
    const spread = (waits: number[], most: number) => {
      expect(Math.max(...waits)).toBeLessThan(most)
      expect(Math.max(...waits)).toBeGreaterThan(0.95 * most)
      expect(Math.min(...waits)).toBeLessThan(0.05 * most)
    }
    spread(firsts, 50)
    spread(seconds, 60)
  })

  test('is what the server asked for, where that is longer', async () => {
    const { clock, ask, triedAt } = startPolicy()
    ask(fails('genesys.rate_limited', { status: 429, retryAfterMs: 400 }))
    await clock.advance(1000)
    expect(triedAt).toEqual([0, 400, 800])
  })

  test.each([
    ['jitter', 25, undefined],
    ['what the server asked for', 400, 400],
  ])('is not begun where it would not end before the deadline: %s', async (_, waitMs, retryAfterMs) => {
    const { clock, ask, triedAt } = startPolicy()
    const details = retryAfterMs === undefined ? {} : { retryAfterMs }
    const asked = ask(fails('genesys.unavailable', { status: 503, ...details }), waitMs)
    await clock.advance(0)
    expect(codeOf(asked)).toBe('genesys.unavailable')
    expect(triedAt).toEqual([0])
  })

  test('ends at once when the caller gives up, and leaves neither timer nor listener', async () => {
    const { clock, ask, triedAt } = startPolicy()
    const abort = new AbortController()
    const { signal } = abort
    const asked = ask(fails('genesys.unreachable'), 1000, { signal })
    await clock.advance(1)
    abort.abort()
    await clock.advance(0)
    expect(codeOf(asked)).toBe('aborted')
    expect(clock.timers).toBe(0)
    await clock.advance(1000)
    expect(triedAt).toEqual([0])
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('leaves no listener when it has passed', async () => {
    const { clock, ask } = startPolicy()
    const { signal } = new AbortController()
    ask(fails('genesys.unreachable'), 1000, { signal })
    await clock.advance(1000)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('a place in the bulkhead', () => {
  const { clock, ask, succeeds } = startPolicy({ places: 1 })
  test.each<[string, Attempt]>([
    ['succeeds', succeeds],
    ['fails', fails('genesys.forbidden')],
    ['is tried again in vain', fails('genesys.unreachable')],
    ['throws at once', () => answerOf(JSON.parse('{'), 0)],
    ['never ends', hangs],
  ])('is given back by a call that %s', async (_, attempt) => {
    ask(attempt)
    const meanwhile = ask(succeeds)
    await clock.advance(2000)
    const after = ask(succeeds)
    await clock.advance(0)
    expect([codeOf(meanwhile), codeOf(after)]).toEqual(['bulkhead.full', 'ok'])
    // So that the next case does not find the breaker open.
    for (let i = 0; i < 10; i++) {
      ask(succeeds)
      await clock.advance(0)
    }
  })
})

describe('the deadline', () => {
  test('ends a source that forgets it, which counts as a failure', async () => {
    const { clock, ask, breaker } = startPolicy()
    const asked = Array.from({ length: 5 }, () => ask(hangs))
    await clock.advance(999)
    expect(asked.map(codeOf)).toEqual(Array(5).fill('pending'))
    await clock.advance(1)
    expect(asked.map(codeOf)).toEqual(Array(5).fill('deadline.exceeded'))
    expect(breaker.state).toBe('open')
  })

  test('is one for all attempts', async () => {
    const { clock, ask } = startPolicy()
    const deadlines: number[] = []
    ask((call) => {
      deadlines.push(call.deadline)
      return fails('genesys.unreachable')(call)
    })
    await clock.advance(1000)
    expect(deadlines).toEqual([1000, 1000, 1000])
  })
})

describe('to the breaker', () => {
  const verdict = async (attempt: Attempt) => {
    const { clock, ask, breaker } = startPolicy()
    for (let i = 0; i < 5; i++) {
      ask(fails('genesys.malformed'))
      await clock.advance(0)
    }
    await clock.advance(2000)
    expect(breaker.state).toBe('half-open')
    ask(attempt, 10)
    await clock.advance(20)
    return breaker.state
  }

  test.each<ErrorCode>([
    'genesys.unavailable',
    'genesys.unreachable',
    'genesys.malformed',
    'deadline.exceeded',
  ])('%s says that Genesys is not well', async (code) => expect(await verdict(fails(code))).toBe('open'))
  test.each<ErrorCode>(['genesys.forbidden', 'genesys.not_found', 'genesys.rejected'])(
    '%s says that it is well, and understood',
    async (code) => expect(await verdict(fails(code))).toBe('closed'),
  )
  test.each<ErrorCode>([
    'quota.exhausted',
    'aborted',
    'genesys.rate_limited',
    'oauth.scope_missing',
    'closed',
  ])('%s says nothing, and does not keep the next call from trying', async (code) =>
    expect(await verdict(fails(code))).toBe('half-open'),
  )
})

test('a source that is absent is so behind its policy too', () => {
  const { breaker, clock, succeeds } = startPolicy()
  const policy = {
    clock,
    random: () => 0,
    breaker,
    bulkhead: new Bulkhead(1),
    attempts: 1,
    baseMs: 1,
    maxMs: 1,
  }
  const source = { name: 'test', key: () => 'key', retrieve: succeeds }
  expect(withPolicy({ ...source, isAbsent: () => true }, policy).isAbsent?.()).toBe(true)
  expect(withPolicy(source, policy).isAbsent?.()).toBe(false)
})
