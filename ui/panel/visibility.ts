// Tells which cards were really seen: at least half of one on the screen, for a second, in a page that is looked at.

const leastMs = 1000

export interface VisibilityPorts {
  /** Whether somebody may be looking at the page. */
  readonly isLookedAt: () => boolean
  readonly seen: (element: Element) => void
}

export class Visibility {
  readonly #timers = new Map<Element, ReturnType<typeof setTimeout>>()
  readonly #observer: IntersectionObserver
  readonly #ports: VisibilityPorts
  #watched = new Set<Element>()

  constructor(ports: VisibilityPorts) {
    this.#ports = ports
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const { target, intersectionRatio } of entries) this.#change(target, intersectionRatio >= 0.5)
      },
      { threshold: [0, 0.5] },
    )
  }

  /** Exactly these are watched from now on. Those that were watched before begin anew only when `again` says so. */
  watch(elements: readonly Element[]): void {
    const next = new Set(elements)
    for (const element of this.#watched) if (!next.has(element)) this.#leave(element)
    for (const element of next) if (!this.#watched.has(element)) this.#observer.observe(element)
    this.#watched = next
  }

  /** The element shows something else now. */
  again(element: Element): void {
    if (!this.#watched.delete(element)) return
    this.#leave(element)
  }

  close(): void {
    this.#observer.disconnect()
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#watched.clear()
  }

  #leave(element: Element): void {
    this.#observer.unobserve(element)
    this.#change(element, false)
  }

  #change(element: Element, isVisible: boolean): void {
    clearTimeout(this.#timers.get(element))
    this.#timers.delete(element)
    if (!isVisible) return
    const look = () => {
      if (this.#ports.isLookedAt()) this.#ports.seen(element)
      else this.#timers.set(element, setTimeout(look, leastMs))
    }
    this.#timers.set(element, setTimeout(look, leastMs))
  }
}
