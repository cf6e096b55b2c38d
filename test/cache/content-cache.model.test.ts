// The cache against a model of it that holds plain lists and looks at one moment after the other.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isCuecardError } from '../../src/errors.ts'
import { type Priority, priorities, type SourceAnswer } from '../../src/retrieval/content-source.ts'
import { codeOf, type Outcome } from '../testing/outcome.ts'
import { lifetimes, type Plan, startCache } from './cache-on-fake-clock.ts'

/** What each key is cached under. */
const tagsOf = { a: ['x'], b: ['x', 'y'], c: [] } as const
type Key = keyof typeof tagsOf

interface Kept {
  readonly name: string
  readonly freshUntil: number
  readonly staleUntil: number
  readonly graceUntil: number
}

interface ModelFlight {
  readonly name: string
  readonly key: Key
  readonly endsAt: number
  readonly ends: Plan['ends']
  keeps: boolean
  /** Those who still want it; a background refresh always does. */
  wanted: number
  priority: Priority
  /** When no agent waits any more. */
  readonly ownPriority: Priority
}

interface ModelCaller {
  readonly key: Key
  readonly flight: ModelFlight
  readonly deadline: number
  readonly priority: Priority
  /** `load-3` or a code, once it is settled. */
  got?: string
}

/** What a cache does, moment by moment. */
class Model {
  now = 0
  readonly kept = new Map<Key, Kept>()
  readonly failedUntil = new Map<Key, { until: number; code: string }>()
  flights: ModelFlight[] = []
  readonly callers: ModelCaller[] = []
  readonly counts = { fresh: 0, stale: 0, grace: 0, misses: 0, flights: 0 }

  get(key: Key, plan: Plan, priority: Priority, deadline: number): string | ModelCaller {
    const kept = this.kept.get(key)
    if (kept !== undefined && this.now < kept.freshUntil) {
      this.counts.fresh++
      return kept.name
    }
    const failed = this.failedUntil.get(key)
    const failing = failed !== undefined && this.now < failed.until
    const current = this.flights.find((flight) => flight.key === key && flight.keeps)
    if (kept !== undefined && this.now < kept.staleUntil) {
      this.counts.stale++
      if (current === undefined && !failing) this.start(key, plan, 'revalidate', 1)
      return kept.name
    }
    if (failing) return this.insteadOf(key, failed.code)
    this.counts.misses++
    const flight = current ?? this.start(key, plan, priority, priority === 'interactive' ? 0 : 1)
    flight.wanted++
    if (priorities.indexOf(priority) < priorities.indexOf(flight.priority)) flight.priority = priority
    const caller: ModelCaller = { key, flight, deadline, priority }
    this.callers.push(caller)
    return caller
  }

  start(key: Key, { ends, ms }: Plan, priority: Priority, wanted: number): ModelFlight {
    const name = `load-${this.counts.flights++}`
    const endsAt = this.now + (ends === 'hang' ? lifetimes.flightMs : ms)
    const ownPriority = priority === 'interactive' ? 'revalidate' : priority
    const flight: ModelFlight = { name, key, endsAt, ends, keeps: true, wanted, priority, ownPriority }
    this.flights.push(flight)
    return flight
  }

  /** A kept answer within its grace, or the failure. */
  insteadOf(key: Key, code: string): string {
    const kept = this.kept.get(key)
    if (kept === undefined || this.now >= kept.graceUntil) return code
    this.counts.grace++
    return kept.name
  }

  waiting(flight: ModelFlight): ModelCaller[] {
    return this.callers.filter((caller) => caller.flight === flight && caller.got === undefined)
  }

  /** A caller's time is over, or it gave up. */
  expire({ flight, priority }: ModelCaller): void {
    const agents = this.waiting(flight).filter((caller) => caller.priority === 'interactive')
    if (priority === 'interactive' && agents.length === 0) flight.priority = flight.ownPriority
  }

  land(flight: ModelFlight): void {
    this.flights = this.flights.filter((one) => one !== flight)
    if (flight.ends === 'items' || flight.ends === 'empty') {
      const freshUntil = this.now + (flight.ends === 'empty' ? lifetimes.emptyMs : lifetimes.freshMs)
      const staleUntil = freshUntil + (flight.ends === 'empty' ? 0 : lifetimes.staleMs)
      const graceUntil = staleUntil + lifetimes.graceMs
      if (flight.keeps) this.kept.set(flight.key, { name: flight.name, freshUntil, staleUntil, graceUntil })
      for (const caller of this.waiting(flight)) caller.got = flight.name
      return
    }
    const code = flight.ends === 'hang' ? 'deadline.exceeded' : flight.ends
    if (flight.keeps && code !== 'quota.exhausted')
      this.failedUntil.set(flight.key, { until: this.now + lifetimes.failureMs, code })
    for (const caller of this.waiting(flight)) caller.got = this.insteadOf(caller.key, code)
  }

  abort(caller: ModelCaller): void {
    if (caller.got !== undefined) return
    caller.got = 'aborted'
    this.expire(caller)
    caller.flight.wanted--
    if (caller.flight.wanted === 0) this.flights = this.flights.filter((one) => one !== caller.flight)
  }

  invalidate(tag: string): void {
    const tagged = (key: Key) => tagsOf[key].some((one) => one === tag)
    for (const key of this.kept.keys()) if (tagged(key)) this.kept.delete(key)
    for (const flight of this.flights) if (tagged(flight.key)) flight.keeps = false
  }

  advance(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const due = [
        ...this.flights.map((flight) => ({ at: flight.endsAt, run: () => this.land(flight) })),
        ...this.callers
          .filter(({ got }) => got === undefined)
          .map((caller) => ({
            at: caller.deadline,
            run: () => {
              caller.got = this.insteadOf(caller.key, 'deadline.exceeded')
              this.expire(caller)
            },
          })),
      ].sort((a, b) => a.at - b.at)[0]
      if (due === undefined || due.at > end) break
      this.now = due.at
      due.run()
    }
    this.now = end
  }
}

const key = fc.constantFrom<Key>('a', 'b', 'c')
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('get' as const),
        key,
        ends: fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom<Plan['ends']>('items', 'empty') },
          fc.constantFrom<Plan['ends']>('hang', 'genesys.unavailable', 'quota.exhausted'),
        ),
        ms: fc.integer({ min: 0, max: 45 }),
        priority: fc.oneof(
          { weight: 3, arbitrary: fc.constant<Priority>('interactive') },
          fc.constantFrom(...priorities),
        ),
        waitMs: fc.constantFrom(5, 20, 60),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('advance' as const),
        ms: fc.oneof(
          { weight: 3, arbitrary: fc.integer({ min: 0, max: 60 }) },
          fc.constantFrom(100, 200, 400),
        ),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('invalidate' as const), tag: fc.constantFrom('x', 'y') }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('abort' as const), which: fc.nat(20) }) },
  ),
  { maxLength: 40 },
)

test('does what the model does, whoever asks, gives up, comes late or invalidates', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const { cache, clock, get, loads } = startCache()
      const model = new Model()
      const callers: { expected: ModelCaller; seen: Outcome<SourceAnswer>; abort: AbortController }[] = []
      /** Whole milliseconds for what the test does and broken ones for what ends by itself: no two things at once. */
      let broken = 0
      for (const step of steps) {
        if (step.do === 'get') {
          const abort = new AbortController()
          const ms = step.ms + ++broken / 1000
          const waitMs = step.waitMs + ++broken / 1000
          const { key, ends, priority } = step
          const expected = model.get(key, { ends, ms }, priority, model.now + waitMs)
          const got = get({ key, tags: tagsOf[key], ends, ms, waitMs, priority, signal: abort.signal })
          if (typeof expected !== 'string') {
            const seen: Outcome<SourceAnswer> = { state: 'pending' }
            void Promise.resolve(got).then(
              (value) => Object.assign(seen, { state: 'fulfilled', value }),
              (error: unknown) => Object.assign(seen, { state: 'rejected', error }),
            )
            callers.push({ expected, seen, abort })
          } else if (got instanceof Promise) expect(await nameOf(got)).toBe(expected)
          else expect(got.source).toBe(expected)
        }
        if (step.do === 'advance') {
          model.advance(step.ms)
          await clock.advance(step.ms)
        }
        if (step.do === 'invalidate') {
          model.invalidate(step.tag)
          await cache.invalidate(step.tag)
        }
        if (step.do === 'abort') {
          const caller = callers[step.which % Math.max(callers.length, 1)]
          caller?.abort.abort()
          if (caller !== undefined) model.abort(caller.expected)
        }
        model.advance(0)
        await clock.advance(0)
        for (const { expected, seen } of callers) expect(resultOf(seen)).toBe(expected.got)
        const { entries, bytes, ...counts } = cache.stats
        expect(counts).toEqual(model.counts)
        expect(entries).toBe(model.kept.size)
        expect(loads).toHaveLength(model.counts.flights)
        for (const flight of model.flights) {
          const real = loads.find(({ name }) => name === flight.name)?.flight
          expect(real?.signal?.aborted).toBe(false)
          expect(real?.priority).toBe(flight.priority)
        }
      }
    }),
    { numRuns: 400 },
  )
})

function resultOf(seen: Outcome<SourceAnswer>): string | undefined {
  if (seen.state === 'pending') return undefined
  return seen.value?.source ?? codeOf(seen)
}

async function nameOf(answer: Promise<SourceAnswer>): Promise<string> {
  try {
    return (await answer).source
  } catch (error) {
    if (isCuecardError(error)) return error.code
    throw error
  }
}
