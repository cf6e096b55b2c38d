// The budget against brute force: a list of every grant there was, and a look at each moment at which something ends.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { QuotaBudget } from '../../src/quota/quota-budget.ts'
import { type Priority, priorities } from '../../src/retrieval/content-source.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { codeOf, follow, type Outcome } from '../testing/outcome.ts'

const windowMs = 61_000
const shares = { interactive: 1, revalidate: 0.9, prefetch: 0.6, mirror: 0.4 }

interface Caller {
  readonly id: number
  priority: Priority
  readonly deadline: number
  got: string
}

class Model {
  now = 0
  pausedUntil = Number.NEGATIVE_INFINITY
  grants: number[] = []
  waiting: Caller[] = []
  readonly perMinute: number

  constructor(perMinute: number) {
    this.perMinute = perMinute
  }

  limitOf(priority: Priority): number {
    return Math.max(1, Math.floor(this.perMinute * shares[priority]))
  }

  mayLeave(priority: Priority): boolean {
    const used = this.grants.filter((at) => at > this.now - windowMs).length
    return this.now >= this.pausedUntil && used < this.limitOf(priority)
  }

  first(): Caller | undefined {
    return priorities.flatMap((priority) => this.waiting.filter((one) => one.priority === priority))[0]
  }

  serve(): void {
    for (let first = this.first(); first && this.mayLeave(first.priority); first = this.first()) {
      this.grants.push(this.now)
      first.got = 'ok'
      this.leave(first)
    }
  }

  leave(caller: Caller): void {
    this.waiting = this.waiting.filter((one) => one !== caller)
  }

  /** Lets time pass from one moment at which anything can change to the next. */
  advanceTo(end: number): void {
    for (;;) {
      const moments = [
        this.pausedUntil,
        ...this.grants.map((at) => at + windowMs),
        ...this.waiting.map(({ deadline }) => deadline),
      ].filter((at) => at > this.now && at <= end)
      if (moments.length === 0) break
      this.now = Math.min(...moments)
      for (const late of this.waiting.filter(({ deadline }) => deadline <= this.now)) {
        late.got = 'quota.exhausted'
        this.leave(late)
      }
      this.serve()
    }
    this.now = end
  }

  /** When a new caller would leave, if all who are before it wait for their turn and nobody comes after. */
  turnOf(priority: Priority): number {
    const future = new Model(this.perMinute)
    future.now = this.now
    future.pausedUntil = this.pausedUntil
    future.grants = [...this.grants]
    const patient = { deadline: Number.POSITIVE_INFINITY, got: 'pending' }
    future.waiting = this.waiting.map(({ id, priority }) => ({ id, priority, ...patient }))
    const caller = { id: -1, priority, ...patient }
    future.waiting.push(caller)
    future.serve()
    while (caller.got === 'pending') {
      const later = [future.pausedUntil, ...future.grants.map((at) => at + windowMs)]
      future.advanceTo(Math.min(...later.filter((at) => at > future.now)))
    }
    return future.now
  }

  /** Whether a caller waits who comes before this priority. */
  before(priority: Priority): number {
    return this.waiting.filter((one) => priorities.indexOf(one.priority) <= priorities.indexOf(priority))
      .length
  }
}

const steps = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('acquire' as const),
        priority: fc.constantFrom(...priorities),
        patienceMs: fc.constantFrom(0, 500, 20_000, 70_000, 200_000, Number.POSITIVE_INFINITY),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('advance' as const),
        ms: fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.constantFrom(30_000, 60_999, 61_000, 61_001)),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('abort' as const), which: fc.nat(50) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('rise' as const), which: fc.nat(50) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('pause' as const), ms: fc.integer({ min: 0, max: 90_000 }) }),
    },
  ),
  { maxLength: 60 },
)

interface RealCaller {
  readonly expected: Caller
  readonly seen: Outcome<void>
  readonly abort: AbortController
  readonly rise: () => void
}

test('grants when, and to whom, brute force grants; refuses at once only what it would let down', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), steps, async (perMinute, steps) => {
      const clock = new FakeClock()
      const budget = new QuotaBudget({ clock, perMinute })
      const model = new Model(perMinute)
      const callers: RealCaller[] = []
      const grantedAt: number[] = []

      const acquire = (priority: Priority, patienceMs: number) => {
        // Never at the very moment of a grant: which of two things comes first at one moment is not promised.
        const deadline = model.now + patienceMs + 0.001 * (callers.length + 1)
        const expected: Caller = { id: callers.length, priority, deadline, got: 'pending' }
        const turn = model.turnOf(priority)
        const before = model.before(priority)
        const abort = new AbortController()
        let listener = () => {}
        const call = {
          deadline,
          signal: abort.signal,
          get priority() {
            return expected.priority
          },
          onRise: (rise: () => void) => {
            listener = rise
          },
        }
        const seen = follow(async () => {
          await budget.acquire(call)
          grantedAt.push(clock.now())
        })
        callers.push({ expected, seen, abort, rise: () => listener() })
        return { expected, turn, before, seen }
      }

      for (const step of steps) {
        if (step.do === 'acquire') {
          const { expected, turn, before, seen } = acquire(step.priority, step.patienceMs)
          await clock.advance(0)
          const refused = codeOf(seen) === 'quota.exhausted'
          // Behind more than its own limit a caller's turn is only bounded from below: it may wait in vain.
          if (turn >= expected.deadline && before < model.limitOf(step.priority)) expect(refused).toBe(true)
          if (turn < expected.deadline) expect(refused).toBe(false)
          if (refused) expected.got = 'quota.exhausted'
          else model.waiting.push(expected)
          model.serve()
        }
        if (step.do === 'advance') {
          model.advanceTo(model.now + step.ms)
          await clock.advance(step.ms)
        }
        const chosen = 'which' in step ? callers[step.which % Math.max(callers.length, 1)] : undefined
        if (step.do === 'abort' && chosen !== undefined) {
          chosen.abort.abort()
          if (model.waiting.includes(chosen.expected)) chosen.expected.got = 'aborted'
          model.leave(chosen.expected)
        }
        if (step.do === 'rise' && chosen !== undefined) {
          chosen.expected.priority = 'interactive'
          chosen.rise()
          model.serve()
        }
        if (step.do === 'pause') {
          budget.pause(step.ms)
          model.pausedUntil = Math.max(model.pausedUntil, model.now + step.ms)
        }
        await clock.advance(0)
        expect(callers.map(({ seen }) => codeOf(seen))).toEqual(callers.map(({ expected }) => expected.got))
        expect(budget.granted).toBe(model.grants.length)
        const used = model.grants.filter((at) => at > model.now - windowMs).length
        expect(budget.remaining).toBe(model.now < model.pausedUntil ? 0 : perMinute - used)
      }

      // Nobody is forgotten: who waits without end is granted in the end.
      await clock.advance(windowMs * (callers.length + 2) + 90_000)
      expect(callers.map(({ seen }) => codeOf(seen))).not.toContain('pending')
      // The promise itself, for a window of a minute that begins at any grant.
      for (const [index, at] of grantedAt.entries())
        expect((grantedAt[index + perMinute] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThan(60_000)
    }),
    { numRuns: 400 },
  )
})
