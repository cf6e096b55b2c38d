// Time as a value that is passed in: the same input gives the same run, and a wall-clock jump breaks nothing.

/** Gives back a timer; calling it twice is harmless. */
export type CancelTimer = () => void

/**
 * The two kinds of time the product needs. Durations and deadlines are always measured on {@link Clock.now};
 * {@link Clock.wallTime} is for what people and other systems read (availability windows, dates).
 */
export interface Clock {
  /** Monotonic time in milliseconds, from an arbitrary origin. Never goes back. */
  now(): number
  /** Milliseconds since the Unix epoch. May jump. */
  wallTime(): number
  /**
   * Runs `callback` once, `ms` milliseconds from now (at least 0). The process lives on until then, since somebody
   * waits for it; unless `background`, for what nobody waits for.
   */
  after(ms: number, callback: () => void, background?: boolean): CancelTimer
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  after(ms, callback, background = false) {
    // Node turns a longer delay into 1 ms; a timer that long is only ever a "much later".
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), 2 ** 31 - 1))
    if (background) timer.unref()
    return () => clearTimeout(timer)
  },
}
