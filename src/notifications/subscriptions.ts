// What is followed, spread over as many channels as it takes. When Genesys allows no more, the newest wins.
import { Line, type LinePorts, topicsPerChannel } from './line.ts'
import { Permits } from './permits.ts'

export interface SubscriptionPorts extends Omit<LinePorts, 'permits'> {
  /** 2..20: what Genesys allows this client, of which one is kept for taking over from another. */
  readonly maxChannels: number
  /** Given up to make room. */
  evicted(key: string): void
}

interface Followed {
  readonly topics: readonly string[]
  readonly line: Line
}

export class Subscriptions {
  readonly #ports: SubscriptionPorts
  readonly #permits: Permits
  readonly #lines: Line[] = []
  /** In the order in which they came. */
  readonly #followed = new Map<string, Followed>()
  #isClosed = false

  constructor(ports: SubscriptionPorts) {
    this.#ports = ports
    this.#permits = new Permits(ports.maxChannels)
  }

  /** Channels that are open, and topics that are wanted. */
  get stats(): { readonly channels: number; readonly topics: number } {
    let topics = 0
    for (const { wanted } of this.#lines) topics += wanted.size
    return { channels: this.#lines.filter(({ isOpen }) => isOpen).length, topics }
  }

  /** Topics for as long as cuecard runs: they make room for nothing. */
  keep(topics: readonly string[]): void {
    for (const topic of topics) this.#lineFor(1)?.add([topic])
  }

  follow(key: string, topics: readonly string[]): void {
    if (this.#isClosed || this.#followed.has(key)) return
    const line = this.#lineFor(topics.length)
    if (line === undefined) {
      this.#ports.evicted(key)
      return
    }
    this.#followed.set(key, { topics, line })
    line.add(topics)
  }

  unfollow(key: string): void {
    const followed = this.#followed.get(key)
    if (followed === undefined) return
    this.#followed.delete(key)
    const { line, topics } = followed
    line.remove(topics)
    if (line.wanted.size > 0 || this.#lines.length === 1) return
    this.#lines.splice(this.#lines.indexOf(line), 1)
    line.close()
  }

  close(): void {
    this.#isClosed = true
    for (const line of this.#lines) line.close()
  }

  #lineFor(count: number): Line | undefined {
    for (;;) {
      const roomy = this.#lines.find(({ wanted }) => wanted.size + count <= topicsPerChannel)
      if (roomy !== undefined) return roomy
      if (this.#lines.length < this.#ports.maxChannels - 1) {
        const line = new Line({ ...this.#ports, permits: this.#permits })
        this.#lines.push(line)
        return line
      }
      const [oldest] = this.#followed.keys()
      if (oldest === undefined) return undefined
      this.unfollow(oldest)
      this.#ports.evicted(oldest)
    }
  }
}
