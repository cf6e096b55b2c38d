// The relay on simulated time: pace, retries, dead letters, breaker, pauses, closing.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Attempt, DueMessage, Endpoint } from '../../src/delivery/endpoint.ts'
import { startRelay } from '../../src/delivery/relay.ts'
import { retryDelaysMs } from '../../src/delivery/retry-schedule.ts'
import { seededRandom } from '../../src/random.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { MemoryOutbox } from './memory-outbox.ts'

const hour = 3_600_000
const failed: Attempt = { result: 'failed', error: 'The receiver answered 500' }
const delivered: Attempt = { result: 'delivered' }

type Answer = (message: DueMessage, signal: AbortSignal) => Attempt | Promise<Attempt>

/** A relay with one endpoint, `crm`, that answers as told. */
function start(answer: Answer, more: Partial<Endpoint> = {}) {
  const clock = new FakeClock()
  const outbox = new MemoryOutbox(clock)
  const attempts: { readonly id: string; readonly at: number }[] = []
  const settled: string[] = []
  let mostUnderWay = 0
  let underWay = 0
  const endpoint: Endpoint = {
    name: 'crm',
    concurrency: 4,
    timeoutMs: 15_000,
    async send(message, signal) {
      attempts.push({ id: message.id, at: clock.now() })
      mostUnderWay = Math.max(mostUnderWay, ++underWay)
      try {
        return await answer(message, signal)
      } finally {
        underWay--
      }
    },
    ...more,
  }
  const relay = startRelay({
    outbox,
    endpoints: [endpoint],
    clock,
    random: () => 0.5,
    onSettled: (_, outcome) => settled.push(outcome),
  })
  const append = (count: number, entry?: DueMessage['entry'] | null) =>
    Array.from({ length: count }, () => outbox.append(['crm'], entry))
  /** Closes it, letting time pass until it is. */
  const close = async () => {
    let closed = false
    const closing = relay.close().then(() => {
      closed = true
    })
    while (!closed) await clock.advance(100)
    return closing
  }
  const waiting = async () => (await outbox.backlog())[0]?.pending ?? 0
  return { clock, outbox, relay, attempts, settled, append, close, waiting, most: () => mostUnderWay }
}

const never: Answer = (_, signal) =>
  new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve({ result: 'failed', error: String(signal.reason) })),
  )

test('each message is sent once, some at a time, and settled in a few commits', async () => {
  const { clock, outbox, append, attempts, close, most, settled, waiting } = start(() => delivered)
  append(500)
  await clock.advance(2000)
  expect(attempts).toHaveLength(500)
  expect(new Set(attempts.map(({ id }) => id)).size).toBe(500)
  expect(most()).toBe(4)
  expect(await waiting()).toBe(0)
  expect(outbox.calls.settle).toBeLessThan(20)
  expect(settled.every((outcome) => outcome === 'delivered')).toBe(true)
  await close()
  expect(clock.timers).toBe(0)
})

test('an idle relay asks once a second; woken, it sends within hundredths of one', async () => {
  const { clock, outbox, relay, append, attempts, close } = start(() => delivered)
  await clock.advance(60_000)
  const before = outbox.calls.claim
  await clock.advance(10_000)
  expect(outbox.calls.claim - before).toBeLessThanOrEqual(11)
  append(1)
  for (let count = 0; count < 1000; count++) relay.wake()
  await clock.advance(20)
  expect(attempts).toHaveLength(1)
  expect(outbox.calls.claim - before).toBeLessThanOrEqual(15)
  await close()
})

test('without being woken it finds a message within a second', async () => {
  const { clock, append, attempts, close } = start(() => delivered)
  await clock.advance(60_000)
  append(1)
  await clock.advance(1000)
  expect(attempts).toHaveLength(1)
  await close()
})

test('a failing message is tried again by the schedule, then kept as a dead letter', async () => {
  const { clock, outbox, append, attempts, close } = start(() => failed)
  const [id = ''] = append(1)
  await clock.advance(80 * hour)
  expect(attempts).toHaveLength(10)
  const gaps = attempts.slice(1).map(({ at }, index) => at - (attempts[index]?.at ?? 0))
  for (const [index, gap] of gaps.entries()) {
    const delay = retryDelaysMs[index] ?? 0
    // A look at the outbox comes within a second.
    expect(gap).toBeGreaterThanOrEqual(delay)
    expect(gap).toBeLessThanOrEqual(delay + 1100)
  }
  expect(await outbox.list({ state: 'dead' })).toMatchObject([
    { id, attempts: 10, lastError: 'The receiver answered 500' },
  ])
  await close()
})

test('a dead letter that is replayed is sent again under the same id', async () => {
  let answer: Attempt = { result: 'refused', error: 'The receiver will never take it' }
  const { clock, outbox, append, attempts, close } = start(() => answer)
  append(1)
  await clock.advance(2000)
  expect((await outbox.backlog())[0]).toMatchObject({ pending: 0, dead: 1 })
  answer = delivered
  expect(await outbox.replay()).toBe(1)
  await clock.advance(2000)
  expect(attempts.map(({ id }) => id)).toEqual(['msg_0', 'msg_0'])
  expect(await outbox.list()).toEqual([])
  await close()
})

test('a dead receiver costs few attempts, and gets everything when it is well again', async () => {
  let well = false
  const { clock, outbox, append, attempts, close, waiting, relay } = start(() => (well ? delivered : failed))
  append(2000)
  await clock.advance(hour)
  // Those of the first moments, then one about each minute.
  expect(attempts.length).toBeLessThan(120)
  expect(relay.stats().crm?.breaker).not.toBe('closed')
  expect(await waiting()).toBe(2000)
  const claims = outbox.calls.claim
  for (let count = 0; count < 100; count++) relay.wake()
  await clock.advance(10_000)
  expect(outbox.calls.claim - claims).toBeLessThan(5)
  well = true
  // Those that were tried wait for their time.
  await clock.advance(5 * hour)
  expect(await waiting()).toBe(0)
  await close()
})

test('one endpoint that hangs holds up no other', async () => {
  const clock = new FakeClock()
  const outbox = new MemoryOutbox(clock)
  let got = 0
  const endpoint = (name: string, send: Answer): Endpoint => ({
    name,
    concurrency: 2,
    timeoutMs: 15_000,
    send: async (message, signal) => send(message, signal),
  })
  const well = endpoint('well', () => {
    got++
    return delivered
  })
  const endpoints = [endpoint('hung', never), well]
  const relay = startRelay({ outbox, endpoints, clock, random: Math.random, graceMs: 0 })
  for (let count = 0; count < 100; count++) outbox.append(['hung', 'well'])
  await clock.advance(1000)
  expect(got).toBe(100)
  await relay.close()
})

test('an attempt ends after its time', async () => {
  const { clock, outbox, append, close } = start(never)
  append(1)
  await clock.advance(16_000)
  expect(await outbox.list()).toMatchObject([
    { attempts: 1, lastError: 'The receiver did not answer within 15 s' },
  ])
  await close()
})

test('Retry-After holds the message and the whole endpoint back', async () => {
  let busy = true
  const { clock, append, attempts, close, waiting } = start(() =>
    busy ? { result: 'failed', error: 'The receiver answered 429', retryAfterMs: 120_000 } : delivered,
  )
  append(50)
  await clock.advance(100_000)
  expect(attempts.length).toBeLessThanOrEqual(4)
  busy = false
  await clock.advance(30_000)
  expect(await waiting()).toBe(0)
  await close()
})

test('what is postponed for a reason of our own counts no attempt', async () => {
  let first = true
  const { clock, outbox, append, close, attempts } = start(() => {
    if (!first) return failed
    first = false
    return { result: 'postponed', error: 'The quota is used up', delayMs: 30_000 }
  })
  append(1)
  await clock.advance(29_000)
  expect(await outbox.list()).toMatchObject([{ attempts: 0, state: 'pending' }])
  await clock.advance(3000)
  expect(attempts).toHaveLength(2)
  expect(await outbox.list()).toMatchObject([{ attempts: 1 }])
  await close()
})

test('410 disables the endpoint once and keeps its messages; a replay sends them', async () => {
  let gone = true
  const { clock, outbox, append, attempts, close, waiting } = start(() =>
    gone ? { result: 'gone', error: 'The receiver answered 410' } : delivered,
  )
  append(100)
  await clock.advance(5000)
  expect(outbox.calls.disable).toBe(1)
  expect(attempts.length).toBeLessThanOrEqual(4)
  expect((await outbox.backlog())[0]).toMatchObject({ pending: 100, disabled: 'The receiver answered 410' })
  gone = false
  await outbox.replay()
  await clock.advance(5000)
  expect(await waiting()).toBe(0)
  await close()
})

test('an erased entry is dropped without an attempt', async () => {
  const { clock, append, attempts, close, settled, waiting } = start(() => delivered)
  append(3, null)
  await clock.advance(1000)
  expect(attempts).toEqual([])
  expect(settled).toEqual(['dropped', 'dropped', 'dropped'])
  expect(await waiting()).toBe(0)
  await close()
})

test('what an endpoint throws is a failure whose words stay inside', async () => {
  const { clock, outbox, append, close } = start(() => {
    throw new Error('planted secret')
  })
  append(1)
  await clock.advance(1000)
  expect(await outbox.list()).toMatchObject([{ attempts: 1, lastError: 'The attempt failed unexpectedly' }])
  await close()
})

test('closing waits for what is under way and gives the rest back uncounted and due', async () => {
  let finish = (_: Attempt) => {}
  const { clock, outbox, relay, append } = start(
    () =>
      new Promise((resolve) => {
        finish = resolve
      }),
    { concurrency: 1 },
  )
  append(4)
  await clock.advance(100)
  expect(relay.stats().crm).toMatchObject({ underWay: 1, queued: 2 })
  const closed = relay.close()
  await clock.advance(1000)
  finish(delivered)
  await closed
  expect(await outbox.list()).toMatchObject(Array(3).fill({ attempts: 0, state: 'pending' }))
  await clock.advance(0)
  expect(await outbox.claim('crm', 10, 1000)).toHaveLength(3)
  expect(clock.timers).toBe(0)
})

test('closing ends what takes longer than some seconds, uncounted', async () => {
  const { clock, outbox, relay, append } = start(never)
  append(2)
  await clock.advance(100)
  let closed = false
  const closing = relay.close().then(() => {
    closed = true
  })
  await clock.advance(4900)
  expect(closed).toBe(false)
  await clock.advance(200)
  await closing
  expect(await outbox.claim('crm', 10, 1000)).toMatchObject([{ attempts: 0 }, { attempts: 0 }])
  expect(clock.timers).toBe(0)
})

test('while the store fails nothing more is taken on; what was delivered is settled when it is back', async () => {
  const { clock, outbox, append, attempts, close, waiting } = start(() => {
    outbox.broken = new Error('disk full')
    return delivered
  })
  append(100)
  await clock.advance(60_000)
  const sent = attempts.length
  expect(sent).toBeLessThanOrEqual(12)
  expect(outbox.calls.claim + outbox.calls.settle).toBeLessThan(100)
  outbox.broken = undefined
  await clock.advance(31_000)
  expect(await waiting()).toBeLessThan(100)
  outbox.broken = undefined
  await close()
})

test('whatever receivers answer and whenever relays end, every message arrives or is kept', async () => {
  const answers = fc.constantFrom<Attempt>(
    delivered,
    failed,
    { result: 'postponed', error: 'later', delayMs: 1000 },
    { result: 'failed', error: 'busy', retryAfterMs: 3000 },
    { result: 'refused', error: 'never' },
    { result: 'gone', error: 'gone' },
  )
  const plan = fc.record({
    seed: fc.nat(),
    answers: fc.array(answers, { minLength: 1, maxLength: 12 }),
    messages: fc.integer({ min: 1, max: 30 }),
    relays: fc.integer({ min: 1, max: 3 }),
    stops: fc.array(fc.nat(20_000), { maxLength: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(plan, async ({ seed, answers, messages, relays, stops }) => {
      const clock = new FakeClock()
      const outbox = new MemoryOutbox(clock)
      const random = seededRandom(seed)
      const got = new Set<string>()
      const under = new Set<string>()
      const twiceAtOnce: string[] = []
      let well = false
      const endpoint: Endpoint = {
        name: 'crm',
        concurrency: 3,
        timeoutMs: 15_000,
        async send({ id }, signal) {
          if (under.has(id)) twiceAtOnce.push(id)
          under.add(id)
          await new Promise<void>((resolve) => {
            const cancel = clock.after(random() * 2000, resolve)
            signal.addEventListener('abort', () => {
              cancel()
              resolve()
            })
          })
          under.delete(id)
          const answer = well ? delivered : (answers[Math.floor(random() * answers.length)] ?? delivered)
          if (answer.result === 'delivered') got.add(id)
          return answer
        },
      }
      const begin = () => startRelay({ outbox, endpoints: [endpoint], clock, random, graceMs: 500 })
      const running = Array.from({ length: relays }, begin)
      const ids = Array.from({ length: messages }, () => outbox.append(['crm']))
      for (const ms of stops) {
        await clock.advance(ms)
        const closed = running.shift()?.close()
        await clock.advance(600)
        await closed
        running.push(begin())
      }
      await clock.advance(10_000)
      const kept = new Set((await outbox.list({ limit: 1000 })).map(({ id }) => id))
      for (const id of ids) expect(got.has(id) || kept.has(id)).toBe(true)
      well = true
      await outbox.replay()
      await clock.advance(hour)
      // A lease keeps a message to one relay at a time.
      expect(twiceAtOnce).toEqual([])
      expect([...got].sort()).toEqual([...ids].sort())
      expect(await outbox.list()).toEqual([])
      const closing = Promise.all(running.map((relay) => relay.close()))
      await clock.advance(1000)
      await closing
      expect(clock.timers).toBe(0)
    }),
    { numRuns: 12 },
  )
}, 60_000)
