// Moves the messages of one endpoint: claims what is due, keeps some under way, and says what became of each.
import type { Clock } from '../clock.ts'
import type { Random } from '../random.ts'
import { CircuitBreaker, type CircuitState } from '../resilience/circuit-breaker.ts'
import type { Attempt, DueMessage, Endpoint } from './endpoint.ts'
import type { DeliveryOutcome, Outbox, OutboxMessage } from './outbox.ts'
import { retryDelay } from './retry-schedule.ts'
import type { Settlements } from './settlements.ts'

export interface PumpPorts {
  readonly outbox: Outbox
  readonly settlements: Settlements
  readonly clock: Clock
  readonly random: Random
  /** Told what became of each message that was not merely given back; seconds where an attempt was made. */
  readonly onSettled?: ((endpoint: string, outcome: string, seconds?: number) => void) | undefined
}

/** What one endpoint is doing. */
export interface PumpStats {
  /** Claimed and not yet sent. */
  readonly queued: number
  readonly underWay: number
  readonly breaker: CircuitState
}

/** Milliseconds between two looks at an outbox that has less than was asked for. */
const minIdleMs = 10
const maxIdleMs = 1000
/** However long a receiver asks us to wait, one who has been well again for an hour gets its messages. */
const maxPauseMs = 3_600_000
/** Opens after 8 failures in a row or when half of a minute's fail; then one message is the probe. */
const breakerSettings = {
  windowMs: 60_000,
  consecutiveFailures: 8,
  minimumFailures: 5,
  failureShare: 0.5,
  openMs: 5000,
  maxOpenMs: 60_000,
}

export class EndpointPump {
  readonly #endpoint: Endpoint
  readonly #ports: PumpPorts
  readonly #breaker: CircuitBreaker
  readonly #leaseMs: number
  readonly #running: Promise<void>
  #queue: { readonly message: DueMessage; readonly leasedUntil: number }[] = []
  readonly #underWay = new Map<DueMessage, AbortController>()
  /** On `clock.now()`: of the last claim, of the next, of the pause's end, of the first 410 since the last. */
  #claimedAt = Number.NEGATIVE_INFINITY
  #claimAt = 0
  #pausedUntil = 0
  #disabledAt = Number.NEGATIVE_INFINITY
  #idleMs = minIdleMs
  #woken = false
  #closing = false
  #stir = () => {}

  constructor(endpoint: Endpoint, ports: PumpPorts) {
    this.#endpoint = endpoint
    this.#ports = ports
    this.#breaker = new CircuitBreaker({ clock: ports.clock, random: ports.random, ...breakerSettings })
    // For a wait in the queue and the attempt itself: what is late gives its place up, see #startMore.
    this.#leaseMs = 2 * endpoint.timeoutMs + 5000
    this.#running = this.#run()
  }

  get stats(): PumpStats {
    return { queued: this.#queue.length, underWay: this.#underWay.size, breaker: this.#breaker.state }
  }

  /** Something was appended. Cheap: it may come thousands of times a second. */
  wake(): void {
    this.#woken = true
    this.#idleMs = minIdleMs
    const soonest = this.#claimedAt + minIdleMs
    if (this.#claimAt <= soonest) return
    this.#claimAt = soonest
    this.#stir()
  }

  /** Takes nothing more on, waits up to `graceMs` for what is under way, and gives the rest back. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true
    this.#stir()
    this.#giveBackQueue()
    const deadline = this.#ports.clock.now() + graceMs
    while (this.#underWay.size > 0 && this.#ports.clock.now() < deadline)
      await this.#rest(deadline - this.#ports.clock.now())
    for (const [message, attempt] of this.#underWay) {
      this.#underWay.delete(message)
      this.#giveBack(message, 'cuecard was closed before the receiver answered')
      attempt.abort('cuecard was closed')
    }
    await this.#running
  }

  async #run(): Promise<void> {
    const { clock } = this.#ports
    while (!this.#closing) {
      const room = this.#room()
      const waitMs = room === 0 ? maxIdleMs : this.#claimAt - clock.now()
      if (waitMs > 0) await this.#rest(waitMs)
      else await this.#claim(room)
    }
  }

  /** How many messages to claim. While the breaker is half-open, one: the probe. */
  #room(): number {
    if (this.#isBlocked() || this.#ports.settlements.areBehind) return 0
    const { concurrency } = this.#endpoint
    if (this.#breaker.state === 'half-open') return this.#queue.length + this.#underWay.size === 0 ? 1 : 0
    return this.#queue.length > concurrency ? 0 : 3 * concurrency - this.#queue.length
  }

  #isBlocked(): boolean {
    return this.#breaker.state === 'open' || this.#ports.clock.now() < this.#pausedUntil
  }

  async #claim(room: number): Promise<void> {
    const { outbox, clock } = this.#ports
    this.#woken = false
    this.#claimedAt = clock.now()
    const leasedUntil = this.#claimedAt + this.#leaseMs
    // The store says itself what ails it; here it is asked again, less and less often.
    const claimed = await outbox.claim(this.#endpoint.name, room, this.#leaseMs).catch(() => [])
    const isOver = this.#closing || this.#disabledAt >= this.#claimedAt || this.#isBlocked()
    for (const message of claimed) {
      if (!hasEntry(message)) this.#settle({ ...placeOf(message), result: 'dropped' })
      else if (isOver) this.#giveBack(message)
      else this.#queue.push({ message, leasedUntil })
    }
    this.#startMore()
    if (claimed.length > 0 || this.#woken) this.#idleMs = minIdleMs
    else this.#idleMs = Math.min(2 * this.#idleMs, maxIdleMs)
    this.#claimAt = claimed.length === room ? this.#claimedAt : this.#claimedAt + this.#idleMs
  }

  #startMore(): void {
    const { concurrency, timeoutMs } = this.#endpoint
    while (this.#underWay.size < concurrency) {
      const next = this.#queue.shift()
      if (next === undefined) break
      // A lease that could end on the way is let go: whoever claims the message then sends it.
      if (next.leasedUntil - this.#ports.clock.now() >= timeoutMs) void this.#attempt(next.message)
    }
  }

  async #attempt(message: DueMessage): Promise<void> {
    let report: ReturnType<CircuitBreaker['enter']>
    try {
      report = this.#breaker.enter()
    } catch {
      this.#giveBack(message)
      return
    }
    const { clock } = this.#ports
    const started = clock.now()
    const abort = new AbortController()
    this.#underWay.set(message, abort)
    const attempt = await this.#send(message, abort)
    report(attempt.result === 'failed' ? true : attempt.result === 'delivered' ? false : undefined)
    // Given back already when the relay was closed.
    if (!this.#underWay.delete(message)) return
    this.#settle(this.#outcomeOf(message, attempt), (clock.now() - started) / 1000)
    if (attempt.result === 'gone' && started > this.#disabledAt) this.#disable(attempt.error)
    const pauseMs =
      attempt.result === 'postponed' ? attempt.delayMs : 'retryAfterMs' in attempt ? attempt.retryAfterMs : 0
    this.#pausedUntil = Math.max(this.#pausedUntil, clock.now() + Math.min(pauseMs ?? 0, maxPauseMs))
    if (this.#isBlocked()) this.#giveBackQueue()
    else this.#startMore()
    if (this.#queue.length <= this.#endpoint.concurrency) this.#stir()
  }

  async #send(message: DueMessage, abort: AbortController): Promise<Attempt> {
    const { timeoutMs } = this.#endpoint
    const late = () => abort.abort(`The receiver did not answer within ${timeoutMs / 1000} s`)
    const cancel = this.#ports.clock.after(timeoutMs, late)
    try {
      return await this.#endpoint.send(message, abort.signal)
    } catch {
      // A defect of the endpoint; what it threw could hold anything.
      return { result: 'failed', error: 'The attempt failed unexpectedly' }
    } finally {
      cancel()
    }
  }

  #outcomeOf(message: DueMessage, attempt: Attempt): DeliveryOutcome {
    const place = placeOf(message)
    if (attempt.result === 'delivered' || attempt.result === 'dropped') return { ...place, ...attempt }
    const { error } = attempt
    const retry = (delayMs: number, counts = true) =>
      ({ ...place, result: 'retry', at: this.#wallTimeIn(delayMs), counts, error }) as const
    if (attempt.result === 'refused') return { ...place, result: 'dead', error }
    if (attempt.result === 'gone') return retry(0)
    if (attempt.result === 'postponed') return retry(attempt.delayMs, false)
    const delayMs = retryDelay(message.attempts + 1, this.#ports.random, attempt.retryAfterMs)
    return delayMs === undefined ? { ...place, result: 'dead', error } : retry(delayMs)
  }

  #disable(reason: string): void {
    this.#disabledAt = this.#ports.clock.now()
    this.#giveBackQueue()
    // Where the store cannot be written, the next 410 says it again.
    this.#ports.outbox.disable(this.#endpoint.name, reason).catch(() => {})
  }

  #giveBackQueue(): void {
    for (const { message } of this.#queue.splice(0)) this.#giveBack(message)
  }

  #giveBack(message: DueMessage, error = 'Not sent: the endpoint is waited for'): void {
    const at = this.#wallTimeIn(Math.max(0, this.#pausedUntil - this.#ports.clock.now()))
    this.#ports.settlements.add({ ...placeOf(message), result: 'retry', at, counts: false, error })
  }

  #settle(outcome: DeliveryOutcome, seconds?: number): void {
    this.#ports.settlements.add(outcome)
    this.#ports.onSettled?.(outcome.endpoint, outcome.result, seconds)
  }

  #wallTimeIn(ms: number): number {
    return Math.round(this.#ports.clock.wallTime() + ms)
  }

  /** Until `ms` have passed or something has happened. */
  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#ports.clock.after(ms, resolve)
      this.#stir = () => {
        cancel()
        resolve()
      }
    })
  }
}

function placeOf({ id, endpoint }: OutboxMessage): Pick<OutboxMessage, 'id' | 'endpoint'> {
  return { id, endpoint }
}

function hasEntry(message: OutboxMessage): message is DueMessage {
  return message.entry !== null
}
