// One notification channel: connected, subscribed, and watched for silence.
import type { CancelTimer, Clock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import type { ChannelCalls } from './channel-calls.ts'
import { type ChannelMessage, readMessage } from './message.ts'
import type { NotificationSocket, OpenSocket } from './socket.ts'

export interface ChannelPorts {
  readonly clock: Clock
  readonly calls: ChannelCalls
  readonly open: OpenSocket
}

/** What becomes of a channel. */
export interface ChannelEvents {
  message(message: ChannelMessage): void
  /** Genesys will close the connection within a minute. Told once. */
  closing(channel: Channel): void
  /** Nothing more will come. Told once. */
  lost(channel: Channel, reason: string): void
}

/** A connection that takes longer has failed. */
const connectMs = 10_000
/** Heartbeats come twice a minute. After so long without anything we ask, and then wait for an answer. */
const quietMs = 45_000
const answerMs = 15_000

export class Channel {
  readonly #ports: ChannelPorts
  readonly #id: string
  readonly #socket: NotificationSocket
  readonly #events: ChannelEvents
  readonly #topics = new Set<string>()
  #lastHeard: number
  #isClosing = false
  #isLost = false
  #cancelWatch: CancelTimer = () => {}

  /**
   * Makes a channel and connects to it; it has no topics yet.
   * @throws CuecardError what Genesys refused; `genesys.unreachable` when no connection came about.
   */
  static async open(ports: ChannelPorts, events: ChannelEvents): Promise<Channel> {
    const { id, address } = await ports.calls.create()
    return new Promise((resolve, reject) => {
      let channel: Channel | undefined
      const fail = (reason: string) => {
        cancel()
        socket.close()
        reject(unreachable(reason))
      }
      const cancel = ports.clock.after(connectMs, () => fail('no connection in time'))
      const socket = ports.open(address, {
        opened() {
          cancel()
          channel = new Channel(ports, id, socket, events)
          resolve(channel)
        },
        message(text) {
          if (channel !== undefined) channel.#receive(text)
        },
        closed(reason) {
          if (channel === undefined) fail(reason)
          else channel.#lose(reason)
        },
      })
    })
  }

  private constructor(ports: ChannelPorts, id: string, socket: NotificationSocket, events: ChannelEvents) {
    this.#ports = ports
    this.#id = id
    this.#socket = socket
    this.#events = events
    this.#lastHeard = ports.clock.now()
    this.#watch(quietMs, () => this.#ask())
  }

  /** Whether Genesys has said that it will close the connection. */
  get isClosing(): boolean {
    return this.#isClosing
  }

  /** Those that were subscribed to. */
  get topics(): ReadonlySet<string> {
    return this.#topics
  }

  /**
   * Sets the topics, or adds to them; returns those that Genesys refused.
   * @throws CuecardError as {@link ChannelCalls.subscribe}; `genesys.unreachable` when the connection broke meanwhile.
   */
  async subscribe(topics: readonly string[], way: 'replace' | 'add'): Promise<readonly string[]> {
    const refused = await this.#ports.calls.subscribe(this.#id, topics, way)
    if (this.#isLost) throw unreachable('the connection broke')
    if (way === 'replace') this.#topics.clear()
    for (const topic of topics) this.#topics.add(topic)
    return refused
  }

  /** Nothing comes from it any more. Safe to call twice. */
  close(): void {
    this.#isLost = true
    this.#cancelWatch()
    this.#socket.close()
  }

  #receive(text: string): void {
    this.#lastHeard = this.#ports.clock.now()
    const message = readMessage(text)
    if (message === undefined || message.topicName === 'channel.metadata') return
    if (message.topicName !== 'v2.system.socket_closing') {
      this.#events.message(message)
      return
    }
    if (this.#isClosing) return
    this.#isClosing = true
    this.#events.closing(this)
  }

  #lose(reason: string): void {
    if (this.#isLost) return
    this.close()
    this.#events.lost(this, reason)
  }

  #ask(): void {
    const quiet = this.#ports.clock.now() - this.#lastHeard
    if (quiet < quietMs) {
      // Whole milliseconds: a fraction may be too small to move the clock.
      this.#watch(Math.ceil(quietMs - quiet), () => this.#ask())
      return
    }
    this.#socket.send('{"message":"ping"}')
    const askedAt = this.#ports.clock.now()
    this.#watch(answerMs, () => {
      if (this.#lastHeard < askedAt) this.#lose('silent')
      else this.#ask()
    })
  }

  #watch(ms: number, look: () => void): void {
    this.#cancelWatch = this.#ports.clock.after(ms, look, true)
  }
}

function unreachable(reason: string): CuecardError {
  return new CuecardError('genesys.unreachable', `The notification channel cannot be reached: ${reason}`)
}
