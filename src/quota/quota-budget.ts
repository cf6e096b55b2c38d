// The one budget that every call to Genesys is drawn from.
import type { Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import { type Priority, priorities, type SourceCall } from '../retrieval/content-source.ts'

/**
 * Genesys counts calls a minute, in windows whose beginning we do not know, when they arrive, not when they leave.
 * A sliding window of a minute and a second holds for any alignment and for a second of difference on the way.
 */
const windowMs = 61_000

/** The share of the quota that a priority may use up: what is left is kept for the ones before it. */
const shares: Readonly<Record<Priority, number>> = {
  interactive: 1,
  revalidate: 0.9,
  prefetch: 0.6,
  mirror: 0.4,
}

/** More callers than this never wait at once; the next is refused. */
const maxWaiting = 1000

interface Waiting {
  readonly call: SourceCall
  readonly grant: () => void
  readonly refuse: (error: CuecardError) => void
}

/**
 * Grants calls so that never more than `perMinute` leave within any minute, in the order interactive, revalidate,
 * prefetch, mirror, and within a priority first come, first served.
 */
export class QuotaBudget {
  readonly perMinute: number
  readonly #clock: Clock
  /** Times of the last `perMinute` grants: a ring whose oldest entry is at `#next`. */
  readonly #grants: Float64Array
  #next = 0
  #pausedUntil = Number.NEGATIVE_INFINITY
  readonly #waiting: Waiting[] = []
  #cancelTimer: (() => void) | undefined
  #granted = 0

  /** @throws RangeError when `perMinute` is no positive whole number. */
  constructor({ clock, perMinute }: { clock: Clock; perMinute: number }) {
    if (!Number.isInteger(perMinute) || perMinute < 1)
      throw new RangeError('perMinute must be a positive whole number')
    this.perMinute = perMinute
    this.#clock = clock
    this.#grants = new Float64Array(perMinute).fill(Number.NEGATIVE_INFINITY)
  }

  /** Calls granted since the start. */
  get granted(): number {
    return this.#granted
  }

  /** Calls that could leave now at the highest priority. */
  get remaining(): number {
    return this.#clock.now() < this.#pausedUntil ? 0 : this.perMinute - this.#used()
  }

  /**
   * Waits for a call's turn, until `leaveBy` at the latest.
   * @throws CuecardError `quota.exhausted`, at once, when the turn cannot come before `leaveBy`; `aborted`.
   */
  acquire(call: SourceCall, leaveBy = call.deadline): void | Promise<void> {
    if (call.signal?.aborted) throw gaveUp()
    if (this.#waiting.length === 0 && this.#mayLeave(call.priority)) return this.#grant()
    const turn = this.#turnOf(call)
    if (turn >= leaveBy || !this.#hasPlaceFor(call)) throw exhausted(turn - this.#clock.now())
    return this.#wait(call, leaveBy)
  }

  /** Genesys said 429: nothing leaves for `ms` milliseconds. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + ms)
    this.#wake()
  }

  /** When too many wait, the last of those that come after this call makes way for it. */
  #hasPlaceFor(call: SourceCall): boolean {
    if (this.#waiting.length < maxWaiting) return true
    let last: Waiting | undefined
    for (const waiting of this.#waiting)
      if (last === undefined || rankOf(waiting.call) >= rankOf(last.call)) last = waiting
    if (last === undefined || rankOf(last.call) <= rankOf(call)) return false
    last.refuse(exhausted(0))
    return true
  }

  #wait(call: SourceCall, leaveBy: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = call
      const release = () => {
        cancelDeadline()
        signal?.removeEventListener('abort', onAbort)
        const index = this.#waiting.indexOf(waiting)
        if (index >= 0) this.#waiting.splice(index, 1)
      }
      const waiting: Waiting = {
        call,
        grant: () => {
          release()
          resolve()
        },
        refuse: (error) => {
          release()
          reject(error)
          this.#wake()
        },
      }
      const onAbort = () => waiting.refuse(gaveUp())
      const cancelDeadline = this.#clock.after(leaveBy - this.#clock.now(), () =>
        waiting.refuse(exhausted(0)),
      )
      signal?.addEventListener('abort', onAbort)
      call.onRise?.(() => this.#serve())
      this.#waiting.push(waiting)
      this.#serve()
    })
  }

  /** Grants every turn that has come, then sleeps until the next one. */
  #serve(): void {
    for (
      let first = this.#first();
      first !== undefined && this.#mayLeave(first.call.priority);
      first = this.#first()
    ) {
      this.#grant()
      first.grant()
    }
    this.#wake()
  }

  #wake(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    const first = this.#first()
    if (first === undefined) return
    const turn = this.#earliest(this.#limitOf(first.call.priority), 0)
    this.#cancelTimer = this.#clock.after(turn - this.#clock.now(), () => this.#serve())
  }

  #first(): Waiting | undefined {
    let first = this.#waiting[0]
    for (const waiting of this.#waiting)
      if (first === undefined || rankOf(waiting.call) < rankOf(first.call)) first = waiting
    return first
  }

  /** When a new caller's turn would come if everyone before it takes theirs. */
  #turnOf(call: SourceCall): number {
    let before = 0
    for (const waiting of this.#waiting) if (rankOf(waiting.call) <= rankOf(call)) before++
    return this.#earliest(this.#limitOf(call.priority), before)
  }

  #mayLeave(priority: Priority): boolean {
    return this.#earliest(this.#limitOf(priority), 0) <= this.#clock.now()
  }

  /** The time from which a caller may leave with `before` callers before it, were each grant to come at once. */
  #earliest(limit: number, before: number): number {
    // The one that lies `limit` before it waits too, by the whole quota perhaps.
    if (before >= limit) return this.#earliest(this.perMinute, before - limit) + windowMs
    // With `limit` calls a window, it may leave when the grant that lies `limit` back has left the window.
    const back = (this.#next - limit + before + this.perMinute) % this.perMinute
    return Math.max((this.#grants[back] as number) + windowMs, this.#pausedUntil)
  }

  #limitOf(priority: Priority): number {
    return Math.max(1, Math.floor(this.perMinute * shares[priority]))
  }

  #grant(): void {
    this.#grants[this.#next] = this.#clock.now()
    this.#next = (this.#next + 1) % this.perMinute
    this.#granted++
  }

  #used(): number {
    const since = this.#clock.now() - windowMs
    let used = 0
    for (const at of this.#grants) if (at > since) used++
    return used
  }
}

function rankOf(call: SourceCall): number {
  return priorities.indexOf(call.priority)
}

function exhausted(waitMs: number): CuecardError {
  const wait = waitMs > 0 ? `; the next call is free in ${(waitMs / 1000).toFixed(1)} s` : ''
  return new CuecardError('quota.exhausted', `The Genesys quota has no call left in time${wait}`)
}

function gaveUp(): CuecardError {
  return new CuecardError('aborted', 'The caller gave up')
}
