// The last answers that were pushed for one interaction, for whoever comes back and has missed some.
import type { Prepared } from '../retrieval/prepare.ts'

/** An answer as it was pushed. */
export interface PushedAnswer extends Prepared {
  /** Of this process, rising. */
  readonly number: number
  /** Whom it was made for: readers with the same key get the same answers. */
  readonly key: string
  /** What was known of the interaction: as long as that is the same object, this is the answer to it. */
  readonly context: unknown
  /** On `Clock.now()`. */
  readonly at: number
}

/** Each answer takes the place of the one before: nobody needs many of them. */
const answersKept = 8

export class EventRing {
  readonly #answers: PushedAnswer[] = []

  add(answer: PushedAnswer): void {
    this.#answers.push(answer)
    if (this.#answers.length > answersKept) this.#answers.shift()
  }

  last(key: string): PushedAnswer | undefined {
    return this.#answers.findLast((answer) => answer.key === key)
  }

  /** What followed the answer `number`; undefined where that one is not known here any more. */
  after(number: number, key: string): PushedAnswer[] | undefined {
    const own = this.#answers.filter((answer) => answer.key === key)
    const place = own.findIndex((answer) => answer.number === number)
    return place < 0 ? undefined : own.slice(place + 1)
  }
}
