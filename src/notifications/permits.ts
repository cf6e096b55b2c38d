// So many at a time; who comes later waits in line, unless somebody has one to spare.

export class Permits {
  #free: number
  readonly #waiting: (() => void)[] = []
  readonly #spare = new Set<() => void>()

  constructor(count: number) {
    this.#free = count
  }

  acquire(): Promise<void> {
    if (this.#free === 0) {
      const [giveBack] = this.#spare
      giveBack?.()
    }
    if (this.#free > 0) {
      this.#free--
      return Promise.resolve()
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Who holds one can do without it: `giveBack`, which releases it, is called when it is wanted. */
  spare(giveBack: () => void): void {
    if (this.#waiting.length > 0) giveBack()
    else this.#spare.add(giveBack)
  }

  release(giveBack?: () => void): void {
    if (giveBack !== undefined) this.#spare.delete(giveBack)
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}
