// Up to a thousand topics that keep coming: over one channel, and over its successor when that one ends.
import type { CancelTimer } from '../clock.ts'
import { isCuecardError } from '../errors.ts'
import type { Random } from '../random.ts'
import { Channel, type ChannelPorts } from './channel.ts'
import type { ChannelMessage } from './message.ts'
import type { Permits } from './permits.ts'

export interface LinePorts extends ChannelPorts {
  readonly random: Random
  /** One for each channel, from its making to its end. */
  readonly permits: Permits
  /** Messages may come twice while one channel takes over from another. */
  message(message: ChannelMessage): void
  /** From now on these topics come. */
  subscribed(topics: readonly string[]): void
  /** Genesys does not send these. */
  refused(topics: readonly string[]): void
  /** These topics do not come until they are subscribed again: what happens meanwhile is missed. */
  lost(topics: readonly string[]): void
  /** A channel ends, and another one is to take over. In a few words without secrets. */
  ending(reason: string): void
  failed(error: unknown): void
}

/** Topics of one channel, at Genesys. */
export const topicsPerChannel = 1000

/** A channel lives for 24 hours from its last subscription. */
const renewMs = 12 * 3_600_000
/** New topics of the same moment go in one call; and the next call comes so long after it. */
const gatherMs = 50
const betweenCallsMs = 2000
/** Topics that nobody wants any more stay for so long, since to end them takes a call too. */
const tidyMs = 60_000
/** What is on its way over the old channel comes up to 35 seconds late. */
const overlapMs = 40_000
/** The bound of the first wait after a failure, and of all. */
const firstWaitMs = 1000
const longestWaitMs = 60_000

export class Line {
  readonly #ports: LinePorts
  readonly #wanted = new Set<string>()
  #channel: Channel | undefined
  /** Channels that another one has taken over from. */
  readonly #old = new Map<Channel, () => void>()
  #state: 'idle' | 'starting' | 'waiting' = 'idle'
  #isClosed = false
  /** Channels one after the other that did not come about, or did not last. */
  #failures = 0
  /** On `Clock.now()`, as are the next three. */
  #takenAt = 0
  #subscribedAt = 0
  #calledAt = Number.NEGATIVE_INFINITY
  #syncAt = Number.POSITIVE_INFINITY
  #cancelSync: CancelTimer = () => {}
  #cancelWait: CancelTimer = () => {}

  constructor(ports: LinePorts) {
    this.#ports = ports
  }

  get wanted(): ReadonlySet<string> {
    return this.#wanted
  }

  get isOpen(): boolean {
    return this.#channel !== undefined
  }

  add(topics: readonly string[]): void {
    for (const topic of topics) this.#wanted.add(topic)
    if (this.#channel !== undefined) this.#syncWithin(gatherMs)
    else if (this.#state === 'idle') void this.#start()
  }

  remove(topics: readonly string[]): void {
    for (const topic of topics) this.#wanted.delete(topic)
    this.#syncWithin(tidyMs)
  }

  close(): void {
    this.#isClosed = true
    this.#cancelSync()
    this.#cancelWait()
    for (const dropOld of this.#old.values()) dropOld()
    if (this.#channel !== undefined) this.#drop(this.#channel)
    this.#channel = undefined
  }

  /** Makes a channel; the one before goes on until then. */
  async #start(): Promise<void> {
    if (this.#state === 'starting' || this.#isClosed) return
    this.#cancelWait()
    this.#state = 'starting'
    await this.#ports.permits.acquire()
    let channel: Channel | undefined
    try {
      channel = await this.#open()
    } catch (error) {
      if (!this.#isClosed) this.#ports.failed(error)
    }
    this.#state = 'idle'
    if (channel === undefined || this.#isClosed) {
      channel?.close()
      this.#ports.permits.release()
      this.#startLater()
    } else this.#take(channel)
  }

  async #open(): Promise<Channel | undefined> {
    if (this.#isClosed) return undefined
    const channel = await Channel.open(this.#ports, {
      message: (message) => this.#ports.message(message),
      closing: (closing) => this.#replace(closing),
      lost: (lost, reason) => this.#lose(lost, reason),
    })
    try {
      await this.#subscribe(channel, [...this.#wanted], 'replace')
      return channel
    } catch (error) {
      channel.close()
      throw error
    }
  }

  #take(channel: Channel): void {
    const before = this.#channel
    this.#channel = channel
    this.#takenAt = this.#ports.clock.now()
    if (before !== undefined) this.#outlive(before)
    // What came to be wanted meanwhile.
    this.#syncWithin(gatherMs)
    if (channel.isClosing) this.#replace(channel)
  }

  /** The channel before goes on for a while, unless others need its place. */
  #outlive(before: Channel): void {
    const { clock, permits } = this.#ports
    const dropOld = () => {
      cancel()
      this.#old.delete(before)
      before.close()
      permits.release(dropOld)
    }
    const cancel = clock.after(overlapMs, dropOld, true)
    this.#old.set(before, dropOld)
    permits.spare(dropOld)
  }

  #drop(channel: Channel): void {
    channel.close()
    this.#ports.permits.release()
  }

  #replace(channel: Channel): void {
    if (channel !== this.#channel) return
    this.#ports.ending('closing')
    void this.#start()
  }

  #lose(channel: Channel, reason: string): void {
    const dropOld = this.#old.get(channel)
    if (dropOld !== undefined) {
      dropOld()
      // What was on its way over it is missed, and nothing else.
      this.#ports.lost([...channel.topics])
      this.#ports.subscribed([...(this.#channel?.topics ?? [])])
    }
    if (channel !== this.#channel) return
    this.#channel = undefined
    this.#drop(channel)
    this.#ports.lost([...channel.topics])
    this.#ports.ending(reason)
    if (this.#ports.clock.now() - this.#takenAt > longestWaitMs) this.#failures = 0
    this.#startLater()
  }

  /** With full jitter: when Genesys comes back, not everyone comes at once. */
  #startLater(): void {
    if (this.#state !== 'idle' || this.#isClosed) return
    this.#state = 'waiting'
    const bound = Math.min(firstWaitMs * 2 ** this.#failures++, longestWaitMs)
    this.#cancelWait = this.#ports.clock.after(this.#ports.random() * bound, () => void this.#start(), true)
  }

  #syncWithin(ms: number): void {
    const { clock } = this.#ports
    const at = Math.max(clock.now() + ms, this.#calledAt + betweenCallsMs)
    if (at >= this.#syncAt || this.#isClosed) return
    this.#syncAt = at
    this.#cancelSync()
    this.#cancelSync = clock.after(at - clock.now(), () => void this.#sync(), true)
  }

  /** Subscribes to what is new, ends what nobody wants, and lets the 24 hours begin anew. */
  async #sync(): Promise<void> {
    this.#syncAt = Number.POSITIVE_INFINITY
    const channel = this.#channel
    if (channel === undefined || this.#isClosed) return
    const now = this.#ports.clock.now()
    const added = [...this.#wanted].filter((topic) => !channel.topics.has(topic))
    const size = channel.topics.size + added.length
    const isTidying = size > this.#wanted.size && now - this.#calledAt >= tidyMs
    const isRenewing = now - this.#subscribedAt >= renewMs
    try {
      if (isTidying || isRenewing || size > topicsPerChannel)
        await this.#subscribe(channel, [...this.#wanted], 'replace')
      else if (added.length > 0) await this.#subscribe(channel, added, 'add')
      const surplus = channel.topics.size > this.#wanted.size
      this.#syncWithin(surplus ? tidyMs : this.#subscribedAt + renewMs - now)
    } catch (error) {
      if (channel !== this.#channel || this.#isClosed) return
      this.#ports.failed(error)
      // Its time has run out: only another one helps.
      if (isCuecardError(error, 'genesys.not_found')) this.#lose(channel, 'expired')
      else this.#syncWithin(betweenCallsMs + this.#ports.random() * firstWaitMs)
    }
  }

  async #subscribe(channel: Channel, topics: readonly string[], way: 'replace' | 'add'): Promise<void> {
    this.#calledAt = this.#ports.clock.now()
    const refused = await channel.subscribe(topics, way)
    this.#subscribedAt = this.#calledAt
    if (refused.length > 0) this.#ports.refused(refused)
    const come = refused.length === 0 ? topics : topics.filter((topic) => !refused.includes(topic))
    this.#ports.subscribed(come)
  }
}
