// Push: a customer's turn is prepared for before the agent asks, and the answer goes to whoever follows the interaction.
import { CuecardError, isCuecardError } from '../errors.ts'
import type { Random } from '../random.ts'
import { type Prepared, prepare } from '../retrieval/prepare.ts'
import type { Retrieval } from '../retrieval/retrieval.ts'
import { ownProcess, type RetrievalPorts, type RetrievalSituation } from '../retrieval/retrieve.ts'
import { type Desk, Desks } from './desks.ts'
import { Preparations } from './preparations.ts'
import { PushCounts, type PushStats } from './push-counts.ts'
import {
  type Follower,
  type FollowOptions,
  type FollowRequest,
  keyOf,
  parseFollowRequest,
  type Stream,
} from './stream.ts'
import { Streams } from './streams.ts'

export interface PushSettings {
  /** Whether answers are prepared for agents who follow nothing. */
  readonly prefetch: boolean
  /** An agent who asked so many seconds ago is still there. */
  readonly seenSeconds: number
  /** An answer of which the ranking is less sure is not pushed, 0..1. */
  readonly minConfidence: number
  readonly maxStreams: number
  readonly maxInteractions: number
  /** An interaction of which nothing comes for so many minutes is over. */
  readonly idleMinutes: number
}

export interface PushPorts {
  readonly retrieval: RetrievalPorts
  /** Records an answer as shown. */
  readonly show: RetrievalPorts['record']
  /** Somebody follows this interaction. */
  readonly onFollowed: (interactionId: string) => void
  readonly random: Random
}

/** Milliseconds after which what has not come is not waited for: a flight takes no longer. */
const patienceMs = 3000

export class Push {
  readonly #settings: PushSettings
  readonly #ports: PushPorts
  readonly #desks: Desks
  readonly #preparations: Preparations
  readonly #streams: Streams
  readonly #counts = new PushCounts()
  #closed = false

  constructor(settings: PushSettings, ports: PushPorts) {
    const { maxInteractions, idleMinutes, maxStreams, seenSeconds } = settings
    const { retrieval, random } = ports
    this.#settings = settings
    this.#ports = ports
    this.#desks = new Desks({ max: maxInteractions, forMs: seenSeconds * 1000 })
    this.#preparations = new Preparations(retrieval.clock, (id) => this.#prepareFor(id))
    this.#streams = new Streams({
      retrieval,
      max: maxStreams,
      maxInteractions,
      idleMs: idleMinutes * 60_000,
      random,
      onEnd: (reason) => this.#counts.ended(reason),
    })
  }

  get stats(): PushStats {
    return this.#counts.stats(this.#streams.size)
  }

  /** An agent has asked and was answered. */
  answered(retrieval: Retrieval, situation: RetrievalSituation): void {
    this.#counts.answered(situation.answers, retrieval.timings.totalMs)
    this.#desks.seen(situation)
  }

  /** A customer has spoken, or somebody has told what is new about an interaction. */
  changed(interactionId: string): void {
    this.#streams.changed(interactionId)
    const isFollowed = (this.#streams.at(interactionId)?.streams.size ?? 0) > 0
    if (isFollowed || this.#desksAt(interactionId).length > 0) this.#preparations.soon(interactionId)
  }

  /** The interaction is over. */
  end(interactionId: string): void {
    this.#preparations.drop(interactionId)
    this.#desks.forget(interactionId)
    this.#streams.forget(interactionId)
  }

  /**
   * Lets `follower` have each answer from now on, the current one first; the function returned ends that.
   * @throws CuecardError `request.invalid`, `access.denied`, `stream.full`, `closed`.
   */
  async follow(
    input: FollowRequest,
    follower: Follower,
    { actor = ownProcess, lastEventId }: FollowOptions = {},
  ): Promise<() => void> {
    const request = parseFollowRequest(input)
    const { clock, latencyBudgetMs, arrive, admit } = this.#ports.retrieval
    const deadline = clock.now() + latencyBudgetMs
    await arrive?.(request.interactionId)
    await admit(actor, request.interactionId, request.agentId, { deadline, priority: 'interactive' })
    if (this.#closed) throw new CuecardError('closed', 'cuecard was closed')
    const stream = this.#streams.open(request, actor, follower)
    this.#ports.onFollowed(request.interactionId)
    if (!this.#streams.resume(stream, lastEventId)) void this.#serve([stream])
    return () => this.#streams.end(stream)
  }

  /** Ends every stream and every timer. */
  close(): void {
    this.#closed = true
    this.#preparations.close()
    this.#streams.close()
  }

  #desksAt(interactionId: string): Desk[] {
    return this.#settings.prefetch ? this.#desks.at(interactionId, this.#ports.retrieval.clock.now()) : []
  }

  async #prepareFor(interactionId: string): Promise<void> {
    const groups = Map.groupBy(this.#streams.at(interactionId)?.streams ?? [], ({ key }) => key)
    const desks = this.#desksAt(interactionId).filter(
      ({ request, actor }) => !groups.has(keyOf(request, actor)),
    )
    await Promise.all([
      ...[...groups.values()].map((streams) => this.#serve(streams)),
      ...desks.map((desk) => this.#prefetch(desk)),
    ])
  }

  /** Nobody waits: the answers are kept for whoever asks. Never rejects. */
  async #prefetch(desk: Desk): Promise<void> {
    const { interactionId, agentId } = desk.request
    try {
      await this.#prepare(desk, patienceMs)
    } catch (error) {
      if (isCuecardError(error, 'access.denied')) this.#desks.forget(interactionId, agentId)
      else this.#counts.failed()
    }
  }

  /** Undefined where no article is needed. */
  async #prepare({ request, actor }: Desk, withinMs: number): Promise<Prepared | undefined> {
    const { minConfidence } = this.#settings
    const startedAt = this.#ports.retrieval.clock.now()
    const call = { deadline: startedAt + withinMs, priority: 'prefetch' } as const
    const prepared = await prepare(this.#ports.retrieval, { request, actor, minConfidence }, call)
    if (prepared === undefined) this.#counts.withheld()
    else this.#counts.prepared(prepared.situation.answers, startedAt)
    return prepared
  }

  /** Prepares an answer and pushes it to these streams, which have one key. Never rejects. */
  async #serve(streams: readonly Stream[]): Promise<void> {
    const [stream] = streams
    if (stream === undefined) return
    const { changes } = stream.place
    let shown = ''
    try {
      // As a request would be answered, within its time; once more where a source was late, if that brings anything.
      for (const withinMs of [this.#ports.retrieval.latencyBudgetMs, patienceMs]) {
        const context = this.#ports.retrieval.contextOf(stream.place.interactionId)
        const prepared = await this.#prepare(stream, withinMs)
        // What is being prepared for the last change takes its place; and nobody may be there any more.
        if (prepared === undefined || stream.place.changes !== changes || !this.#streams.areOpen(streams))
          return
        const ids = JSON.stringify(prepared.retrieval.items.map(({ contentId }) => contentId))
        if (ids !== shown && this.#isWorthShowing(prepared.retrieval))
          await this.#show(prepared, streams, context)
        shown = ids
        if (prepared.retrieval.degraded?.code !== 'deadline.exceeded') return
      }
    } catch (error) {
      if (isCuecardError(error, 'access.denied'))
        for (const one of streams) this.#streams.end(one, 'access_ended')
      // Of an interaction that was just followed nothing may be known yet: its first turn comes.
      else if (!isCuecardError(error, 'request.invalid')) this.#counts.failed()
    }
  }

  #isWorthShowing({ items, confidence }: Retrieval): boolean {
    if (items.length === 0) return false
    const isSure = confidence === undefined || confidence >= this.#settings.minConfidence
    if (!isSure) this.#counts.withheld()
    return isSure
  }

  /** Recorded first, so that what the agent does with it can be told of. */
  async #show(prepared: Prepared, streams: readonly Stream[], context: unknown): Promise<void> {
    const { retrieval, situation } = prepared
    await this.#ports.show(retrieval, situation)
    this.#counts.pushed(this.#streams.send(streams, prepared, context))
  }
}
