// A clock that stands still until it is told to move: tests and simulations of hours run in milliseconds.
import type { CancelTimer, Clock } from '../clock.ts'

/** Turns of the event loop before time goes on: what is handed on a turn later belongs to the same moment. */
const turnsToSettle = 4

interface Timer {
  readonly at: number
  readonly order: number
  /** Undefined once it was cancelled. */
  callback: (() => void) | undefined
}

/** A {@link Clock} for tests. Time passes only in {@link FakeClock.advance}; `jump` moves the wall clock alone. */
export class FakeClock implements Clock {
  #now = 0
  #epoch: number
  #order = 0
  /** A binary heap by due time, then by the order in which the timers were set. */
  readonly #heap: Timer[] = []

  /** `epoch` is the wall time at the start, in milliseconds since the Unix epoch. */
  constructor(epoch: number = Date.UTC(2026, 0, 5, 9)) {
    this.#epoch = epoch
  }

  now(): number {
    return this.#now
  }

  wallTime(): number {
    return this.#epoch + this.#now
  }

  after(ms: number, callback: () => void): CancelTimer {
    if (Number.isNaN(ms)) throw new RangeError('A timer needs a number of milliseconds')
    const timer: Timer = { at: this.#now + Math.max(ms, 0), order: this.#order++, callback }
    this.#push(timer)
    return () => {
      timer.callback = undefined
    }
  }

  /** How many timers are set: 0 when everyone has given theirs back. */
  get timers(): number {
    return this.#heap.filter(({ callback }) => callback !== undefined).length
  }

  /** Sets the wall clock forward or back by `ms`, as an operator or NTP would; monotonic time does not notice. */
  jump(ms: number): void {
    this.#epoch += ms
  }

  /**
   * Lets `ms` milliseconds pass: every timer that falls due runs at its time, and what it set in motion settles.
   * @throws RangeError when `ms` is negative or no number.
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError('Time passes by 0 ms or more')
    await settle()
    const end = this.#now + ms
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#pop()
      if (next.callback === undefined) continue
      this.#now = Math.max(this.#now, next.at)
      next.callback()
      await settle()
    }
    // Not back, where two callers let time pass at once.
    this.#now = Math.max(this.#now, end)
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let index = heap.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !before(timer, above)) break
      heap[index] = above
      index = parent
    }
    heap[index] = timer
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      let below = heap[child]
      const right = heap[child + 1]
      if (right !== undefined && below !== undefined && before(right, below)) {
        child += 1
        below = right
      }
      if (below === undefined || !before(below, last)) break
      heap[index] = below
      index = child
    }
    heap[index] = last
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

/** Runs everything that is ready: microtasks drain before a turn of the event loop ends. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < turnsToSettle; turn++) await new Promise((resolve) => setImmediate(resolve))
}
