// Stops calling what keeps failing, and finds out gently when it is well again.
import type { Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import type { Random } from '../random.ts'

export interface CircuitBreakerOptions {
  readonly clock: Clock
  readonly random: Random
  /** Failures older than this many milliseconds no longer count. */
  readonly windowMs: number
  /** Opens when this many calls fail in a row, and no later. */
  readonly consecutiveFailures: number
  /** Opens when at least `minimumFailures` of the window's calls fail and their share is at least `failureShare`. */
  readonly minimumFailures: number
  readonly failureShare: number
  /** Mean milliseconds for which it stays open at first; doubles with each failed probe, up to `maxOpenMs`. */
  readonly openMs: number
  readonly maxOpenMs: number
}

export type CircuitState = 'closed' | 'open' | 'half-open'

interface Outcome {
  readonly at: number
  readonly failed: boolean
}

/** The most outcomes kept; a busy window is judged by its last ones. */
const maxOutcomes = 256

/**
 * A circuit breaker on a time window (Nygard, Release It!). Open time is drawn from 0.5 to 1.5 times its mean, so that
 * many processes do not probe at once. Half-open lets a single call through: its success closes, its failure opens.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions
  #outcomes: Outcome[] = []
  #inARow = 0
  #openUntil: number | undefined
  #openings = 0
  #probing = false
  /** How often it has closed. A call that began before tells nothing of what came after. */
  #closings = 0

  constructor(options: CircuitBreakerOptions) {
    this.#options = options
  }

  get state(): CircuitState {
    if (this.#openUntil === undefined) return 'closed'
    return this.#options.clock.now() < this.#openUntil ? 'open' : 'half-open'
  }

  /** Whether the last call failed, as far as that was within the window; until it has closed again, always. */
  get isFailing(): boolean {
    if (this.#openUntil !== undefined) return true
    const { clock, windowMs } = this.#options
    const last = this.#outcomes.at(-1)
    return last?.failed === true && last.at > clock.now() - windowMs
  }

  /**
   * Asks to make a call. Report how it went exactly once, with the function returned: `undefined` when it says
   * nothing about the other side's health.
   * @throws CuecardError `breaker.open`.
   */
  enter(): (failed: boolean | undefined) => void {
    const { clock } = this.#options
    if (this.#openUntil === undefined) {
      const closings = this.#closings
      return (failed) => {
        if (failed !== undefined && closings === this.#closings) this.#record(failed)
      }
    }
    const waitMs = this.#openUntil - clock.now()
    if (waitMs > 0 || this.#probing)
      throw new CuecardError(
        'breaker.open',
        waitMs > 0
          ? `Calls keep failing, so none is made for another ${(waitMs / 1000).toFixed(1)} s`
          : 'Calls kept failing; one is now trying whether they succeed again',
      )
    this.#probing = true
    return (failed) => {
      this.#probing = false
      if (failed === true) this.#open()
      else if (failed === false) this.#close()
    }
  }

  #record(failed: boolean): void {
    // A call that began before the breaker opened tells nothing new.
    if (this.#openUntil !== undefined) return
    const { clock, windowMs, consecutiveFailures, minimumFailures, failureShare } = this.#options
    const now = clock.now()
    this.#inARow = failed ? this.#inARow + 1 : 0
    this.#outcomes.push({ at: now, failed })
    if (this.#outcomes.length > 2 * maxOutcomes) this.#outcomes = this.#outcomes.slice(-maxOutcomes)
    if (!failed) return
    const recent = this.#outcomes.slice(-maxOutcomes).filter(({ at }) => at > now - windowMs)
    const failures = recent.filter((outcome) => outcome.failed).length
    const often = failures >= minimumFailures && failures >= failureShare * recent.length
    if (often || this.#inARow >= consecutiveFailures) this.#open()
  }

  #open(): void {
    const { clock, random, openMs, maxOpenMs } = this.#options
    const mean = Math.min(openMs * 2 ** this.#openings, maxOpenMs)
    this.#openings++
    this.#openUntil = clock.now() + mean * (0.5 + random())
  }

  #close(): void {
    this.#openUntil = undefined
    this.#closings++
    this.#openings = 0
    this.#inARow = 0
    this.#outcomes = []
  }
}
