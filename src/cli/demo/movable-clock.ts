// The machine's clock, which the demo puts forward where others would have to wait.
import { type Clock, systemClock } from '../../clock.ts'

export interface MovableClock extends Clock {
  /** Puts monotonic time forward; timers under way are not affected. */
  putForward(ms: number): void
}

export function movableClock(clock: Clock = systemClock): MovableClock {
  let ahead = 0
  return {
    now: () => clock.now() + ahead,
    wallTime: () => clock.wallTime(),
    after: (...timer) => clock.after(...timer),
    putForward(ms) {
      ahead += ms
    },
  }
}
