// What push brings: how many answers were prepared by the time an agent asked, and what became of those pushed.
import type { SourceAnswer } from '../retrieval/content-source.ts'
import type { EndReason } from './stream.ts'

export interface PushStats {
  /** Open now. */
  readonly streams: number
  /**
   * Answers to agents who asked, by how they found theirs: `prepared`, at hand because a turn was prepared for;
   * `at_hand` for any other reason; `waited`.
   */
  readonly answers: Readonly<Record<'prepared' | 'at_hand' | 'waited', number>>
  /** Answers prepared; sent, one for each stream; kept back for want of confidence; failed. */
  readonly pushes: Readonly<Record<'prepared' | 'sent' | 'withheld' | 'failed', number>>
  readonly ended: Readonly<Record<EndReason | 'left', number>>
}

export class PushCounts {
  /** The very answers that a preparation brought, as the cache keeps them. */
  readonly #brought = new WeakSet<SourceAnswer>()
  readonly #answers = { prepared: 0, at_hand: 0, waited: 0 }
  readonly #pushes = { prepared: 0, sent: 0, withheld: 0, failed: 0 }
  readonly #ended = { interaction_ended: 0, access_ended: 0, renew: 0, closing: 0, left: 0 }

  stats(streams: number): PushStats {
    return {
      streams,
      answers: { ...this.#answers },
      pushes: { ...this.#pushes },
      ended: { ...this.#ended },
    }
  }

  answered(answers: readonly SourceAnswer[], totalMs: number): void {
    if (totalMs > 0) this.#answers.waited++
    else if (answers.some((answer) => this.#brought.has(answer))) this.#answers.prepared++
    else this.#answers.at_hand++
  }

  /** What was at hand before `startedAt` (on `Clock.now()`) was not brought by this preparation. */
  prepared(answers: readonly SourceAnswer[], startedAt: number): void {
    this.#pushes.prepared++
    for (const answer of answers) if (answer.fetchedAt >= startedAt) this.#brought.add(answer)
  }

  pushed(streams: number): void {
    this.#pushes.sent += streams
  }

  withheld(): void {
    this.#pushes.withheld++
  }

  failed(): void {
    this.#pushes.failed++
  }

  ended(reason: EndReason | undefined): void {
    this.#ended[reason ?? 'left']++
  }
}
