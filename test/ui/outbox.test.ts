// The outbox: each event arrives once, whatever the network and the page do.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EventStore, Outbox, type PanelEvent, type Sent } from '../../ui/panel/outbox.ts'

class MemoryStore implements EventStore {
  readonly #map = new Map<string, string>()
  get length() {
    return this.#map.size
  }
  key(index: number) {
    return [...this.#map.keys()][index] ?? null
  }
  getItem(key: string) {
    return this.#map.get(key) ?? null
  }
  setItem(key: string, value: string) {
    this.#map.set(key, value)
  }
  removeItem(key: string) {
    this.#map.delete(key)
  }
}

/** A browser with its store, its time, and a service that answers as it is told. */
function start() {
  const store = new MemoryStore()
  const asked: string[] = []
  const taken = new Map<string, PanelEvent>()
  const timers = new Map<object, { at: number; call: () => void }>()
  let now = 1_000_000
  let ids = 0
  const world = {
    answer: 'done' as Sent,
    /** The service has the event, and the answer is lost. */
    isAnswerLost: false,
    store,
    asked,
    taken,
    open: (agentId = 'ann') =>
      new Outbox({
        store,
        agentId,
        async send(_retrievalId, event, key) {
          asked.push(key)
          if (world.answer === 'done' || world.isAnswerLost) taken.set(key, event)
          return world.isAnswerLost ? 'keep' : world.answer
        },
        now: () => now,
        after(ms, call) {
          const timer = {}
          timers.set(timer, { at: now + ms, call })
          return () => timers.delete(timer)
        },
        newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
        random: () => 0.5,
      }),
    async pass(ms: number) {
      now += ms
      for (const [timer, { at, call }] of timers)
        if (at <= now) {
          timers.delete(timer)
          call()
        }
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  return world
}

const copied: PanelEvent = { type: 'copied', contentId: 'a' }

test('an event is sent once, and the same thing done twice is one event', async () => {
  const { open, pass, asked } = start()
  const outbox = open()
  expect(outbox.add('r-1', copied)).not.toBe(null)
  expect(outbox.add('r-1', copied)).toBe(null)
  expect(outbox.add('r-2', copied)).not.toBe(null)
  await pass(0)
  await pass(0)
  expect([asked.length, outbox.size]).toEqual([2, 0])
})

test('what was not acknowledged is sent again under its key, by the next page too', async () => {
  const world = start()
  world.isAnswerLost = true
  const first = world.open()
  first.add('r-1', copied)
  await world.pass(0)
  await world.pass(5000)
  first.close()
  world.isAnswerLost = false
  world.open().flush()
  await world.pass(0)
  expect(world.asked.length).toBeGreaterThan(2)
  expect(new Set(world.asked).size).toBe(1)
  expect([world.taken.size, world.store.length]).toEqual([1, 0])
})

test('retries come ever more seldom, a minute apart at the most', async () => {
  const world = start()
  world.answer = 'keep'
  world.open().add('r-1', copied)
  for (let second = 0; second < 600; second++) await world.pass(1000)
  expect(world.asked.length).toBeGreaterThan(15)
  expect(world.asked.length).toBeLessThan(40)
})

test('who is signed out is not asked again until the next sign-in', async () => {
  const world = start()
  world.answer = 'hold'
  const outbox = world.open()
  outbox.add('r-1', copied)
  for (let minute = 0; minute < 60; minute++) await world.pass(60_000)
  expect([world.asked.length, outbox.size]).toEqual([1, 1])
  world.answer = 'done'
  outbox.flush()
  await world.pass(0)
  expect([world.taken.size, outbox.size]).toEqual([1, 0])
})

test('a dismissal can be taken back until it is sent', async () => {
  const world = start()
  const outbox = world.open()
  const key =
    outbox.add('r-1', { type: 'dismissed', contentId: 'a', reason: 'known' }, { delayMs: 8000 }) ?? ''
  await world.pass(7000)
  expect(outbox.takeBack(key)).toBe(true)
  const again = outbox.add('r-1', { type: 'dismissed', contentId: 'a' }, { delayMs: 8000 }) ?? ''
  await world.pass(0)
  await world.pass(8000)
  expect([outbox.takeBack(again), world.taken.size]).toEqual([false, 1])
})

test('what the service refuses for good is let go, and does not stop the rest', async () => {
  const world = start()
  world.answer = 'drop'
  const outbox = world.open()
  outbox.add('r-1', copied)
  await world.pass(0)
  world.answer = 'done'
  outbox.add('r-1', { type: 'opened', contentId: 'a' })
  await world.pass(0)
  expect([...world.taken.values()].map(({ type }) => type)).toEqual(['opened'])
})

test("another agent's events wait for that agent", async () => {
  const world = start()
  world.answer = 'keep'
  const ann = world.open('ann')
  ann.add('r-1', copied)
  await world.pass(0)
  ann.close()
  world.answer = 'done'
  world.open('bob').flush()
  await world.pass(0)
  expect(world.taken.size).toBe(0)
})

test('it holds 500 events, and none that was perhaps received longer than the service knows its key', async () => {
  const world = start()
  world.answer = 'keep'
  const outbox = world.open()
  for (let at = 0; at < 600; at++) outbox.add(`r-${at}`, copied)
  expect(outbox.size).toBe(500)
  await world.pass(0)
  await world.pass(60_000)
  await world.pass(24 * 3_600_000)
  expect(outbox.size).toBe(499)
})

test('whatever fails and however often the page is loaded, each event arrives, under one key', async () => {
  const step = fc.constantFrom('add', 'lost', 'answer lost', 'works', 'reload', 'time')
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = start()
      let outbox = world.open()
      let added = 0
      for (const next of steps) {
        if (next === 'add') outbox.add(`r-${++added}`, copied)
        if (next === 'lost' || next === 'works') world.answer = next === 'lost' ? 'keep' : 'done'
        world.isAnswerLost = next === 'answer lost'
        if (next === 'reload') {
          outbox.close()
          outbox = world.open()
          outbox.flush()
        }
        await world.pass(next === 'time' ? 3000 : 0)
      }
      world.answer = 'done'
      world.isAnswerLost = false
      for (let minute = 0; minute < 3; minute++) await world.pass(61_000)
      expect([world.taken.size, world.store.length]).toEqual([added, 0])
    }),
    { numRuns: 60 },
  )
})
