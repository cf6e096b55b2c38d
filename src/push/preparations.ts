// What is to be prepared, an interaction at a time: once it has gone quiet for a moment, and a bounded number at once.
import type { CancelTimer, Clock } from '../clock.ts'

/** Sentences of one turn come in close succession: they are prepared for together. */
const quietMs = 100

/** At a time, so that what nobody has asked for keeps no place from what somebody waits for. */
const atOnce = 50

export class Preparations {
  readonly #clock: Clock
  readonly #run: (interactionId: string) => Promise<void>
  readonly #timers = new Map<string, CancelTimer>()
  /** In the order in which they are due. */
  readonly #due = new Set<string>()
  readonly #running = new Set<string>()

  /** `run` never rejects, and is never called twice at once for an interaction. */
  constructor(clock: Clock, run: (interactionId: string) => Promise<void>) {
    this.#clock = clock
    this.#run = run
  }

  /** Runs for this interaction soon; what is asked for again before that runs once. */
  soon(interactionId: string): void {
    this.#timers.get(interactionId)?.()
    const due = () => {
      this.#timers.delete(interactionId)
      this.#due.add(interactionId)
      this.#start()
    }
    this.#timers.set(interactionId, this.#clock.after(quietMs, due, true))
  }

  drop(interactionId: string): void {
    this.#timers.get(interactionId)?.()
    this.#timers.delete(interactionId)
    this.#due.delete(interactionId)
  }

  close(): void {
    for (const id of [...this.#timers.keys(), ...this.#due]) this.drop(id)
  }

  #start(): void {
    for (const id of this.#due) {
      if (this.#running.size >= atOnce) return
      if (this.#running.has(id)) continue
      this.#due.delete(id)
      this.#running.add(id)
      this.#run(id).finally(() => {
        this.#running.delete(id)
        this.#start()
      })
    }
  }
}
