// What the demo counts of the answers that reach its panel.

export interface CountedAnswer {
  /** From the turn, or from the agent's search, to the answer. */
  readonly ms: number
  readonly isEmpty: boolean
  readonly isGenesysDown: boolean
}

export interface TallyFigures {
  readonly answers: number
  /** Null before the first answer, as is the next one. */
  readonly medianMs: number | null
  readonly slowestMs: number | null
  readonly duringOutage: number
  readonly emptyDuringOutage: number
}

export class AnswerTally {
  readonly #answers: CountedAnswer[] = []

  add(answer: CountedAnswer): void {
    this.#answers.push(answer)
  }

  get figures(): TallyFigures {
    const times = this.#answers.map(({ ms }) => ms).sort((a, b) => a - b)
    const outage = this.#answers.filter(({ isGenesysDown }) => isGenesysDown)
    return {
      answers: times.length,
      medianMs: times[Math.floor((times.length - 1) / 2)] ?? null,
      slowestMs: times.at(-1) ?? null,
      duringOutage: outage.length,
      emptyDuringOutage: outage.filter(({ isEmpty }) => isEmpty).length,
    }
  }
}
