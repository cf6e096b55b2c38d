// One call for all who ask the same at the same time.
import type { Priority, SourceAnswer, SourceCall } from '../retrieval/content-source.ts'
import { priorities } from '../retrieval/content-source.ts'

/**
 * A call under way that several callers may share. It ends early only when every caller has given up; a caller whose
 * deadline passes leaves it running, because its answer will serve the next one.
 */
export class Flight implements SourceCall {
  readonly deadline: number
  readonly tags: readonly string[]
  /** Of the caller that it was started for. */
  readonly traceparent: string | undefined
  readonly #abort = new AbortController()
  readonly #riseListeners: (() => void)[] = []
  /** As it was started. */
  readonly #ownPriority: Priority
  /** Agents who still wait. */
  #agents = 0
  #priority: Priority
  #waiting: number
  /** False once something it was cached for has changed: its answer is then delivered, but not kept. */
  keeps = true
  /** Set by the cache as soon as the call is made. */
  answer: Promise<SourceAnswer> = notStarted

  constructor(priority: Priority, deadline: number, tags: readonly string[], traceparent?: string) {
    this.traceparent = traceparent
    // What nobody asked for right now, the cache itself waits for.
    this.#waiting = priority === 'interactive' ? 0 : 1
    this.#ownPriority = priority === 'interactive' ? 'revalidate' : priority
    this.#priority = priority
    this.deadline = deadline
    this.tags = tags
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get priority(): Priority {
    return this.#priority
  }

  onRise(listener: () => void): void {
    this.#riseListeners.push(listener)
  }

  /** A caller waits for it, perhaps with a higher priority than it was started with. */
  join(priority: Priority): void {
    this.#waiting++
    if (priority === 'interactive') this.#agents++
    if (priorities.indexOf(priority) >= priorities.indexOf(this.#priority)) return
    this.#priority = priority
    for (const listener of this.#riseListeners) listener()
  }

  /**
   * A caller's time is over. When no agent waits any more it gives way to those for whom somebody does: on a floor that
   * asks for more than the quota every call would otherwise leave too late for whoever asked.
   */
  expire(priority: Priority): void {
    if (priority === 'interactive' && --this.#agents === 0) this.#priority = this.#ownPriority
  }

  /** A caller gave up: not merely ran out of time. */
  leave(reason: unknown, priority: Priority): void {
    this.expire(priority)
    this.#waiting--
    if (this.#waiting === 0) this.#abort.abort(reason)
  }
}

const notStarted = new Promise<never>(() => {})
