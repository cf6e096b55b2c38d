// Which interactions are followed, and until when: their end comes some time after the last word.
import type { CancelTimer, Clock } from '../clock.ts'

interface Followed {
  /** Whether Genesys told that it goes on. */
  isLive: boolean | undefined
  cancelEnd: CancelTimer
}

/** What was said comes up to 35 seconds late. */
const lateMs = 40_000
/** After the call the agent has work to finish, until the wrap-up. */
const afterCallMs = 10 * 60_000

export class FollowedInteractions {
  readonly #clock: Clock
  readonly #idleMs: number
  readonly #onEnd: (interactionId: string) => void
  readonly #followed = new Map<string, Followed>()

  /** `onEnd` is told once of each that was followed; one of which nothing comes for `idleMs` ends too. */
  constructor(ports: { clock: Clock; idleMs: number; onEnd: (interactionId: string) => void }) {
    this.#clock = ports.clock
    this.#idleMs = ports.idleMs
    this.#onEnd = ports.onEnd
  }

  get size(): number {
    return this.#followed.size
  }

  has(interactionId: string): boolean {
    return this.#followed.has(interactionId)
  }

  /** Returns whether it is a new one. */
  follow(interactionId: string): boolean {
    if (this.has(interactionId)) return false
    this.#followed.set(interactionId, { isLive: undefined, cancelEnd: () => {} })
    this.#endIn(this.#idleMs, interactionId)
    return true
  }

  /** Something came. */
  heard(interactionId: string): void {
    const followed = this.#followed.get(interactionId)
    if (followed !== undefined && followed.isLive !== false) this.#endIn(this.#idleMs, interactionId)
  }

  /** Genesys told that it goes on, or is over. */
  tell(interactionId: string, isLive: boolean): void {
    const followed = this.#followed.get(interactionId)
    if (followed === undefined || followed.isLive === isLive) return
    followed.isLive = isLive
    this.#endIn(isLive ? this.#idleMs : afterCallMs, interactionId)
  }

  /** An agent has wrapped up. Where another one took the conversation over it goes on. */
  wrapUp(interactionId: string): void {
    if (this.#followed.get(interactionId)?.isLive === true) return
    this.tell(interactionId, false)
    this.#endIn(lateMs, interactionId)
  }

  /** No longer, without an end. */
  drop(interactionId: string): void {
    this.#followed.get(interactionId)?.cancelEnd()
    this.#followed.delete(interactionId)
  }

  close(): void {
    for (const id of [...this.#followed.keys()]) this.drop(id)
  }

  #endIn(ms: number, interactionId: string): void {
    const followed = this.#followed.get(interactionId)
    if (followed === undefined) return
    followed.cancelEnd()
    followed.cancelEnd = this.#clock.after(
      ms,
      () => {
        this.drop(interactionId)
        this.#onEnd(interactionId)
      },
      true,
    )
  }
}
