// What every outbox keeps: run against memory, SQLite and PostgreSQL.
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DeliveryOutcome, Outbox, OutboxMessage } from '../../src/delivery/outbox.ts'
import type { Deliveries } from '../../src/ledger/record.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { MemoryOutbox } from './memory-outbox.ts'

/** An empty outbox on the clock, with the endpoints `one` and `two`. */
export interface OutboxUnderTest {
  readonly outbox: Outbox
  readonly deliveries: Deliveries
  /** The same outbox as another relay has it: another connection or process, where there can be one. */
  readonly other: Outbox
  /** Appends so many entries of kind `retrieval` or `adoption`, each with a message to `one` and to `two`. */
  append(count: number): Promise<void>
  /** Makes the bodies of all entries unreadable. */
  erase(): Promise<void>
  close(): Promise<void>
}

const minute = 60_000

export function outboxConformance(
  name: string,
  start: (clock: FakeClock) => Promise<OutboxUnderTest>,
  { runs = 100 }: { readonly runs?: number } = {},
): void {
  describe(`an outbox: ${name}`, () => {
    let clock: FakeClock
    let store: OutboxUnderTest
    beforeEach(async () => {
      clock = new FakeClock()
      store = await start(clock)
    })
    afterEach(() => store.close())

    const claim = (max = 100, from = store.outbox) => from.claim('one', max, minute)
    const one = async (): Promise<OutboxMessage> => {
      const [message] = await claim(1)
      if (message === undefined) throw new Error('nothing was due')
      return message
    }
    const settle = (message: OutboxMessage, outcome: object) =>
      store.outbox.settle([{ id: message.id, endpoint: 'one', ...outcome } as DeliveryOutcome])

    test('hands out what is due, the longest due first, with its entry, and no more than asked for', async () => {
      await store.append(2)
      await clock.advance(1000)
      await store.append(2)
      const first = await claim(3)
      expect(first).toHaveLength(3)
      const [message] = first
      expect(message).toMatchObject({ endpoint: 'one', attempts: 0, at: clock.wallTime() - 1000 })
      expect(message?.id).toMatch(/^msg_[\w-]+$/)
      expect(message?.entry?.kind).toMatch(/^(retrieval|adoption)$/)
      const indexes = [...first, ...(await claim())].map(({ entryIndex }) => entryIndex)
      expect(indexes).toEqual(indexes.toSorted((a, b) => a - b))
      expect(new Set(indexes).size).toBe(4)
    })

    test('leases a message to one at a time, and hands it out again under the same id when the lease ends', async () => {
      await store.append(1)
      const before = await one()
      expect(await claim()).toEqual([])
      expect(await claim(100, store.other)).toEqual([])
      await clock.advance(minute - 1)
      expect(await claim()).toEqual([])
      await clock.advance(1)
      expect(await claim(100, store.other)).toEqual([before])
    })

    test('never hands a message to two who ask at once', async () => {
      await store.append(40)
      const claims = await Promise.all(
        Array.from({ length: 8 }, (_, index) => claim(7, index % 2 ? store.other : store.outbox)),
      )
      const ids = claims.flat().map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.length + (await claim()).length).toBe(40)
    })

    test.each(['delivered', 'dropped'])(
      'forgets what was %s, even when its lease had ended',
      async (result) => {
        await store.append(1)
        const message = await one()
        await clock.advance(2 * minute)
        await settle(message, { result })
        expect(await claim()).toEqual([])
        expect(await store.deliveries.list({ endpoint: 'one' })).toEqual([])
        expect(await store.outbox.claim('two', 10, minute)).toHaveLength(1)
      },
    )

    test('hands out a retry at its time; an attempt is counted only where one was made', async () => {
      await store.append(1)
      const at = clock.wallTime() + 5000
      await settle(await one(), { result: 'retry', at, counts: true, error: 'It broke' })
      expect(await store.deliveries.list({ endpoint: 'one' })).toMatchObject([
        { state: 'pending', attempts: 1, lastError: 'It broke', dueAt: new Date(at).toISOString() },
      ])
      await clock.advance(4999)
      expect(await claim()).toEqual([])
      await clock.advance(1)
      await settle(await one(), { result: 'retry', at: clock.wallTime(), counts: false, error: 'Not sent' })
      expect(await one()).toMatchObject({ attempts: 1 })
    })

    test('keeps a dead letter until it is replayed, which begins anew', async () => {
      await store.append(2)
      const message = await one()
      await settle(message, { result: 'dead', error: 'Given up' })
      await settle(await one(), { result: 'delivered' })
      await clock.advance(10 * minute)
      expect(await claim()).toEqual([])
      expect(await store.deliveries.list({ state: 'dead' })).toMatchObject([
        { id: message.id, endpoint: 'one', state: 'dead', attempts: 1, dueAt: null, lastError: 'Given up' },
      ])
      expect(await store.deliveries.replay(['msg_nobody_1'])).toBe(0)
      expect(await store.deliveries.replay([message.id])).toBe(1)
      expect(await store.deliveries.list({ state: 'dead' })).toEqual([])
      expect(await one()).toMatchObject({ id: message.id, attempts: 0 })
    })

    test('hands out nothing of a disabled endpoint and keeps it; a replay enables it', async () => {
      await store.append(1)
      await store.outbox.disable('one', 'It answered 410')
      await store.outbox.disable('one', 'It answered 410 again')
      expect(await claim()).toEqual([])
      expect(await store.outbox.claim('two', 10, minute)).toHaveLength(1)
      expect(await store.outbox.backlog()).toMatchObject([
        { endpoint: 'one', pending: 1, disabled: 'It answered 410 again' },
        { endpoint: 'two', pending: 1, disabled: null },
      ])
      await store.deliveries.replay()
      expect(await claim()).toHaveLength(1)
    })

    test('tells what waits, what was given up, and since when', async () => {
      const at = clock.wallTime()
      await store.append(2)
      await clock.advance(1000)
      await store.append(1)
      await settle(await one(), { result: 'dead', error: 'Given up' })
      expect(await store.outbox.backlog()).toEqual([
        { endpoint: 'one', pending: 2, dead: 1, oldestAt: at, disabled: null },
        { endpoint: 'two', pending: 3, dead: 0, oldestAt: at, disabled: null },
      ])
    })

    test('says that an erased entry has nothing to tell any more', async () => {
      await store.append(1)
      await store.erase()
      expect(await one()).toMatchObject({ entry: null })
    })

    test('takes an outcome for a message that it does not know, or that is settled twice, as nothing', async () => {
      await store.append(1)
      const message = await one()
      await settle(message, { result: 'delivered' })
      await settle(message, { result: 'retry', at: clock.wallTime(), counts: true, error: 'Late' })
      await settle({ ...message, id: 'msg_unknown' }, { result: 'delivered' })
      await store.outbox.settle([])
      expect(await claim()).toEqual([])
    })
  })

  test(`an outbox: ${name}: hands out and counts as the model does, whatever happens in whatever order`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 20 }), async (commands) => {
        const clock = new FakeClock()
        const store = await start(clock)
        const model = new MemoryOutbox(clock)
        try {
          await follow(commands, clock, store, model)
        } finally {
          await store.close()
        }
      }),
      { numRuns: runs },
    )
  })
}

const command = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('claim' as const) }),
  fc.record({
    kind: fc.constant('settle' as const),
    pick: fc.nat(20),
    result: fc.constantFrom('delivered', 'dropped', 'retry', 'dead'),
    counts: fc.boolean(),
    inMs: fc.nat(2 * minute),
  }),
  fc.record({ kind: fc.constant('disable' as const) }),
  fc.record({ kind: fc.constant('replay' as const) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(2 * minute) }),
)
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

/** Ids differ between the two; entries are appended in the same order, so their place tells which is which. */
async function follow(
  commands: readonly Command[],
  clock: FakeClock,
  { outbox, deliveries, append }: OutboxUnderTest,
  model: MemoryOutbox,
): Promise<void> {
  const claimed: [OutboxMessage, OutboxMessage][] = []
  const ordered = (messages: readonly OutboxMessage[]) =>
    messages.toSorted((a, b) => a.entryIndex - b.entryIndex)
  for (const step of commands) {
    if (step.kind === 'append') {
      await append(step.count)
      for (let count = 0; count < step.count; count++) model.append(['one', 'two'])
    } else if (step.kind === 'claim') {
      const ours = ordered(await outbox.claim('one', 1000, minute))
      const theirs = ordered(await model.claim('one', 1000, minute))
      const seen = (messages: readonly OutboxMessage[]) =>
        messages.map(({ attempts, at }) => ({ attempts, at }))
      expect(seen(ours)).toEqual(seen(theirs))
      for (const [index, message] of ours.entries()) claimed.push([message, theirs[index] ?? message])
    } else if (step.kind === 'settle') {
      const pair = claimed[step.pick % Math.max(claimed.length, 1)]
      if (pair === undefined) continue
      const { result, counts } = step
      const [ours, theirs] = pair.map(
        ({ id }) =>
          ({
            id,
            endpoint: 'one',
            result,
            counts,
            at: clock.wallTime() + step.inMs,
            error: 'x',
          }) as DeliveryOutcome,
      )
      if (ours !== undefined) await outbox.settle([ours])
      if (theirs !== undefined) await model.settle([theirs])
    } else if (step.kind === 'disable') {
      await outbox.disable('one', 'gone')
      await model.disable('one', 'gone')
    } else if (step.kind === 'replay') expect(await deliveries.replay()).toBe(await model.replay())
    else await clock.advance(step.ms)
    const figures = (of: Outbox) => of.backlog()
    expect(await figures(outbox)).toEqual(await figures(model))
  }
}
