// Figures in words: numbers of the language, intervals, and small numbers withheld.

/** A count with its Wilson interval, as the service tells it. */
export interface Share {
  readonly count: number
  readonly of: number
  readonly rate: number | null
  readonly low: number | null
  readonly high: number | null
}

/** A figure over fewer than this says more of persons than of the service, and is withheld. */
export const smallest = 10

export class Figures {
  readonly #number: Intl.NumberFormat
  readonly #percent: Intl.NumberFormat
  readonly #milliseconds: Intl.NumberFormat
  readonly #time: Intl.DateTimeFormat

  constructor(language: string) {
    this.#number = new Intl.NumberFormat(language)
    this.#percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
    this.#milliseconds = new Intl.NumberFormat(language, {
      style: 'unit',
      unit: 'millisecond',
      maximumSignificantDigits: 3,
    })
    this.#time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  }

  /** Never withheld: for what is about no persons. */
  number(value: number): string {
    return this.#number.format(value)
  }

  /** Of a base of retrievals or items: `< 10` where that is few. None is told, as it is about nobody. */
  count(value: number, base: number = value): string {
    return value > 0 && base < smallest ? `< ${this.number(smallest)}` : this.number(value)
  }

  /** Such as `25%`; withheld where it is of few. */
  rate(share: Share): string {
    if (share.rate === null || share.of < smallest) return '–'
    return this.#percent.format(share.rate)
  }

  /** Such as `20.1% – 30.4%`. */
  interval({ low, high, of }: Share): string {
    if (low === null || high === null || of < smallest) return '–'
    return `${this.#percent.format(low)} – ${this.#percent.format(high)}`
  }

  /** Such as `25% (20.1% – 30.4%)`. */
  share(share: Share): string {
    const rate = this.rate(share)
    return rate === '–' ? rate : `${rate} (${this.interval(share)})`
  }

  /** Of `retrievals`: a percentile of few is one person's call. */
  milliseconds(value: number | null, retrievals: number): string {
    return value === null || retrievals < smallest ? '–' : this.#milliseconds.format(value)
  }

  time(iso: string): string {
    return this.#time.format(new Date(iso))
  }
}
