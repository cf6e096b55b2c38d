// Notification channels: their topics, their sockets, and what the fault plan does to the messages.
import type { CancelTimer, Clock } from '../clock.ts'
import { lognormal, type Random, seededRandom } from '../random.ts'
import type { NotificationFaults, ParsedFaultPlan } from './fault-plan.ts'
import { notFound, Refusal } from './refusal.ts'
import { stableId } from './stable-id.ts'

/** A client's end of a WebSocket, as the hub sees it. */
export interface HubSocket {
  send(text: string): void
  /** Ends the connection from the hub's side. */
  close(): void
}

/** What the hub wants to know of a connection. */
export interface HubConnection {
  receive(text: string): void
  closed(): void
}

interface Channel {
  readonly id: string
  expiresAt: number
  topics: Set<string>
  socket: OpenSocket | undefined
}

interface OpenSocket {
  readonly socket: HubSocket
  readonly timers: Set<CancelTimer>
  isSilent: boolean
}

/** At Genesys: of one client, and of one channel. */
const maxChannels = 20
export const maxTopics = 1000
const lifeMs = 24 * 3_600_000
const heartbeatMs = 30_000
/** From the announcement to the end. */
const closingMs = 60_000

const topicName =
  /^v2\.(conversations\.[^.]+\.(transcription|suggestions\.knowledge\.(search|article))|users\.[^.]+\.conversations|routing\.queues\.[^.]+\.conversations|detail\.events\.conversation\.[^.]+\.wrapup)$/

export class NotificationHub {
  readonly #clock: Clock
  readonly #seed: number
  readonly #channels = new Map<string, Channel>()
  #faults: NotificationFaults | undefined
  #random: Random
  #count = 0

  constructor({ clock, seed }: { clock: Clock; seed: number }) {
    this.#clock = clock
    this.#seed = seed
    this.#random = seededRandom(seed)
  }

  setFaults(plan: ParsedFaultPlan | undefined): void {
    this.#faults = plan?.notifications
    this.#random = seededRandom(plan?.seed ?? this.#seed)
  }

  /** Of more than Genesys allows the oldest goes, one without a connection first. */
  create(): { readonly id: string; readonly expires: string } {
    const channels = [...this.#living()]
    if (channels.length >= maxChannels) {
      const [oldest] = [...channels.filter(({ socket }) => socket === undefined), ...channels]
      if (oldest !== undefined) this.#end(oldest)
    }
    const id = stableId('channel', this.#seed, ++this.#count)
    const channel = { id, expiresAt: 0, topics: new Set<string>(), socket: undefined }
    this.#channels.set(id, channel)
    return { id, expires: this.#extend(channel) }
  }

  /** In the order of their making, with the time on the wall clock at which each ends. */
  list(): { readonly id: string; readonly expires: string }[] {
    return [...this.#living()].map(({ id, expiresAt }) => ({ id, expires: this.#wallTime(expiresAt) }))
  }

  topics(id: string): string[] {
    return [...this.#channel(id).topics]
  }

  /** Replaces or adds to the topics of a channel, whose life begins anew. @throws Refusal */
  subscribe(id: string, topics: readonly string[], isReplacing: boolean): string[] {
    const channel = this.#channel(id)
    const wrong = topics.find((topic) => !topicName.test(topic))
    if (wrong !== undefined)
      throw new Refusal(400, `"${wrong}" is no topic.`, { code: 'notification.invalid.topic' })
    const wanted = new Set([...(isReplacing ? [] : channel.topics), ...topics])
    if (wanted.size > maxTopics)
      throw new Refusal(400, `A channel has at most ${maxTopics} topics.`, {
        code: 'notification.subscription.too.many.subscriptions',
      })
    channel.topics = wanted
    this.#extend(channel)
    return [...wanted]
  }

  /** Whether there is such a channel. @throws Refusal 404. */
  demand(id: string): void {
    this.#channel(id)
  }

  /** Of two connections to a channel the newer one stays. One to a channel that has ended is closed. */
  connect(id: string, socket: HubSocket): HubConnection {
    const channel = this.#find(id)
    if (channel === undefined) {
      socket.close()
      return { receive() {}, closed() {} }
    }
    this.#disconnect(channel)
    const open: OpenSocket = { socket, timers: new Set(), isSilent: false }
    channel.socket = open
    this.#beat(open)
    return {
      receive: (text) => {
        if (!open.isSilent && /"message"\s*:\s*"ping"/.test(text)) this.#tell(open, 'pong')
      },
      closed: () => {
        if (channel.socket === open) channel.socket = undefined
        cancelAll(open)
      },
    }
  }

  /** Sends a message to every channel that wants it. */
  publish(topicName: string, eventBody: object): void {
    for (const channel of this.#living())
      if (channel.topics.has(topicName) && channel.socket !== undefined)
        this.#send(channel, channel.socket, JSON.stringify({ topicName, version: '2', eventBody }))
  }

  /** Announces to each channel that its connection will be closed. */
  announceClosing(): void {
    for (const channel of this.#living()) if (channel.socket) this.#close(channel, channel.socket)
  }

  #send(channel: Channel, open: OpenSocket, text: string): void {
    if (open.isSilent) return
    const faults = this.#faults
    if (faults === undefined) {
      open.socket.send(text)
      return
    }
    const strikes = (share: number) => share > 0 && this.#random() < share
    const copies = strikes(faults.duplicates) ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      const lag = this.#lag(faults)
      if (lag === 0) open.socket.send(text)
      else this.#later(open, lag, () => open.socket.send(text))
    }
    if (strikes(faults.closings)) this.#close(channel, open)
    if (strikes(faults.silences)) {
      open.isSilent = true
      cancelAll(open)
    }
    if (strikes(faults.cuts)) this.#disconnect(channel)
  }

  #lag({ lag }: NotificationFaults): number {
    if (lag?.medianMs === undefined || lag.p99Ms === undefined) return lag?.fixedMs ?? 0
    return lognormal(this.#random, lag.medianMs, lag.p99Ms)
  }

  #close(channel: Channel, open: OpenSocket): void {
    const topicName = 'v2.system.socket_closing'
    open.socket.send(JSON.stringify({ topicName, eventBody: { message: 'This connection will be closed.' } }))
    this.#later(open, closingMs, () => {
      if (channel.socket === open) this.#disconnect(channel)
    })
  }

  #beat(open: OpenSocket): void {
    this.#later(open, heartbeatMs, () => {
      this.#tell(open, 'WebSocket Heartbeat')
      this.#beat(open)
    })
  }

  #tell({ socket }: OpenSocket, message: string): void {
    socket.send(JSON.stringify({ topicName: 'channel.metadata', eventBody: { message } }))
  }

  #later(open: OpenSocket, ms: number, done: () => void): void {
    const cancel = this.#clock.after(
      ms,
      () => {
        open.timers.delete(cancel)
        done()
      },
      true,
    )
    open.timers.add(cancel)
  }

  #disconnect(channel: Channel): void {
    const { socket: open } = channel
    channel.socket = undefined
    if (open === undefined) return
    cancelAll(open)
    open.socket.close()
  }

  #end(channel: Channel): void {
    this.#disconnect(channel)
    this.#channels.delete(channel.id)
  }

  /** The channels whose time has not run out; the others end. */
  *#living(): Generator<Channel> {
    for (const channel of this.#channels.values()) {
      if (channel.expiresAt > this.#clock.now()) yield channel
      else this.#end(channel)
    }
  }

  #find(id: string): Channel | undefined {
    return this.#living().find((channel) => channel.id === id)
  }

  #channel(id: string): Channel {
    const channel = this.#find(id)
    if (channel === undefined) throw notFound('channel', id)
    return channel
  }

  #extend(channel: Channel): string {
    channel.expiresAt = this.#clock.now() + lifeMs
    return this.#wallTime(channel.expiresAt)
  }

  #wallTime(at: number): string {
    return new Date(this.#clock.wallTime() + at - this.#clock.now()).toISOString()
  }
}

function cancelAll({ timers }: OpenSocket): void {
  for (const cancel of timers) cancel()
  timers.clear()
}
