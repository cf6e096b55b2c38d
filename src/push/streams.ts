// The streams that are open: who follows what, what each has missed, and when it ends.
import { LRUCache } from 'lru-cache'
import type { Actor } from '../access/actor.ts'
import type { CancelTimer } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import type { Random } from '../random.ts'
import { mayStillBeShown, type Prepared } from '../retrieval/prepare.ts'
import type { RetrievalRequest } from '../retrieval/retrieval-request.ts'
import type { RetrievalPorts } from '../retrieval/retrieve.ts'
import type { PushedAnswer } from './event-ring.ts'
import { type EndReason, type Follower, keyOf, newPlace, type Place, type Stream } from './stream.ts'

/** So often followers are told that nothing is new, and are looked at. */
const beatMs = 5000
/** Then a stream is opened anew: whoever it belongs to shows a credential again. */
const streamMs = 600_000
/** What was pushed longer ago says too little of now to be sent again. */
const replayedForMs = 60_000
/** Streams of one agent at a time. */
const streamsOfAgent = 8

export interface StreamsOptions {
  readonly retrieval: Pick<
    RetrievalPorts,
    'clock' | 'contextOf' | 'arrive' | 'audienceOf' | 'admit' | 'views' | 'latencyBudgetMs'
  >
  readonly max: number
  readonly maxInteractions: number
  /** An interaction of which nothing comes for so long, in milliseconds, is over. */
  readonly idleMs: number
  readonly random: Random
  /** Told why each stream ended; undefined where its follower left. */
  readonly onEnd: (reason: EndReason | undefined) => void
}

export class Streams {
  readonly #options: StreamsOptions
  readonly #places: LRUCache<string, Place>
  readonly #open = new Set<Stream>()
  /** Tells events of this process from those of any other. */
  #epoch = ''
  #number = 0
  #cancelBeat: CancelTimer | undefined

  constructor(options: StreamsOptions) {
    this.#options = options
    this.#places = new LRUCache({
      max: options.maxInteractions,
      dispose: (place, _, reason) => reason === 'evict' && this.#endAll(place, 'renew'),
    })
  }

  get size(): number {
    return this.#open.size
  }

  /** An interaction that is or was followed. */
  at(interactionId: string): Place | undefined {
    return this.#places.get(interactionId)
  }

  /** Whether any of them is. */
  areOpen(streams: readonly Stream[]): boolean {
    return streams.some((stream) => this.#open.has(stream))
  }

  /** Something of the interaction has changed. */
  changed(interactionId: string): void {
    const place = this.at(interactionId)
    if (place === undefined) return
    place.changes++
    place.touchedAt = this.#now()
  }

  /** @throws CuecardError `stream.full`. */
  open(request: RetrievalRequest, actor: Actor, follower: Follower): Stream {
    const { interactionId, agentId } = request
    this.#refuseTooMany(agentId)
    this.#epoch ||= Math.floor(this.#options.random() * 36 ** 8).toString(36)
    const now = this.#now()
    const place = this.at(interactionId) ?? newPlace(interactionId, now)
    place.touchedAt = now
    const stream = { place, request, actor, follower, key: keyOf(request, actor), openedAt: now }
    this.#places.set(interactionId, place)
    place.streams.add(stream)
    this.#open.add(stream)
    this.#cancelBeat ??= this.#beatLater()
    return stream
  }

  /** Sends what the follower has missed; returns whether the answer to what is known now is among what it has then. */
  resume({ place, key, follower }: Stream, lastEventId: string | undefined): boolean {
    const last = place.ring.last(key)
    if (last === undefined) return false
    const [ofEpoch, number] = lastEventId?.split('-') ?? []
    const missed = (ofEpoch === this.#epoch && place.ring.after(Number(number), key)) || [last]
    const replayed = missed.filter((answer) => this.#mayBeReplayed(answer))
    for (const answer of replayed) follower.answer(answer.retrieval, this.#idOf(answer))
    return (
      replayed.length === missed.length &&
      last.context === this.#options.retrieval.contextOf(place.interactionId)
    )
  }

  /** Sends an answer to these streams, which have one key, as far as they are still open; returns to how many. */
  send(streams: readonly Stream[], prepared: Prepared, context: unknown): number {
    const open = streams.filter((stream) => this.#open.has(stream))
    const [{ place, key } = { place: undefined, key: '' }] = streams
    const answer = { ...prepared, number: ++this.#number, key, context, at: this.#now() }
    place?.ring.add(answer)
    for (const { follower } of open) follower.answer(prepared.retrieval, this.#idOf(answer))
    return open.length
  }

  /** Without a reason: its follower left. */
  end(stream: Stream, reason?: EndReason): void {
    if (!this.#open.delete(stream)) return
    stream.place.streams.delete(stream)
    if (this.#open.size === 0) this.#stopBeat()
    this.#options.onEnd(reason)
    if (reason !== undefined) stream.follower.end(reason)
  }

  /** The interaction is over. */
  forget(interactionId: string): void {
    const place = this.at(interactionId)
    if (place === undefined) return
    this.#endAll(place, 'interaction_ended')
    this.#places.delete(interactionId)
  }

  close(): void {
    for (const stream of this.#open) this.end(stream, 'closing')
  }

  #endAll({ streams }: Place, reason: EndReason): void {
    for (const stream of streams) this.end(stream, reason)
  }

  #now(): number {
    return this.#options.retrieval.clock.now()
  }

  #refuseTooMany(agentId: string): void {
    const own = [...this.#open].filter(({ request }) => request.agentId === agentId).length
    if (this.#open.size < this.#options.max && own < streamsOfAgent) return
    throw new CuecardError(
      'stream.full',
      `${this.#open.size} streams are open, ${own} of them for this agent; end some first, or raise push.maxStreams`,
    )
  }

  #mayBeReplayed(answer: PushedAnswer): boolean {
    return this.#now() - answer.at <= replayedForMs && mayStillBeShown(this.#options.retrieval, answer)
  }

  #idOf({ number }: PushedAnswer): string {
    return `${this.#epoch}-${number}`
  }

  #beatLater(): CancelTimer {
    return this.#options.retrieval.clock.after(beatMs, () => this.#beat(), true)
  }

  #stopBeat(): void {
    this.#cancelBeat?.()
    this.#cancelBeat = undefined
  }

  #beat(): void {
    const now = this.#now()
    this.#cancelBeat = this.#beatLater()
    for (const interactionId of new Set([...this.#open].map(({ place }) => place.interactionId)))
      void this.#options.retrieval.arrive?.(interactionId)
    for (const stream of this.#open) {
      const { place, openedAt, follower } = stream
      if (now - place.touchedAt > this.#options.idleMs) this.end(stream, 'interaction_ended')
      else if (now - openedAt >= streamMs) this.end(stream, 'renew')
      else {
        follower.beat()
        void this.#checkAccess(stream)
      }
    }
  }

  async #checkAccess(stream: Stream): Promise<void> {
    const { retrieval } = this.#options
    const { actor, request } = stream
    const call = { deadline: this.#now() + retrieval.latencyBudgetMs, priority: 'interactive' } as const
    try {
      await retrieval.admit(actor, request.interactionId, request.agentId, call)
    } catch {
      this.end(stream, 'access_ended')
    }
  }
}
