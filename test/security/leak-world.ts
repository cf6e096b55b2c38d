// Two processes of the service over one simulated Genesys and one shared cache, and a model of who may see what.
import { type Actor, isBoundToItself } from '../../src/access/actor.ts'
import type { Article } from '../../src/articles/article.ts'
import type { CuecardConfigInput } from '../../src/config/config-schema.ts'
import { createCuecard } from '../../src/create-cuecard.ts'
import type { Cuecard } from '../../src/cuecard.ts'
import { createService, type Service } from '../../src/http/create-service.ts'
import { encodeRetrieval } from '../../src/http/encode-retrieval.ts'
import type { Follower, FollowRequest } from '../../src/push/stream.ts'
import { seededRandom } from '../../src/random.ts'
import type { Retrieval } from '../../src/retrieval/retrieval.ts'
import type { RetrievalRequestInput } from '../../src/retrieval/retrieval-request.ts'
import { createSimulator } from '../../src/simulator/index.ts'
import { stableId } from '../../src/simulator/stable-id.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { InMemoryTier } from '../cache/in-memory-tier.ts'
import { httpConfig, optionsOf } from '../http/fake-parts.ts'
import { access } from '../retrieval/start-cuecard.ts'
import { article } from '../simulator/sample-organisation.ts'

export const interactions = ['i-0', 'i-1', 'i-2', 'i-3'] as const

/** The user that the simulated conversation names as its agent. */
export const participantOf = (interactionId: string) =>
  stableId('Simulated Organisation', 'user', interactionId)

const agent = (interactionId: string, ...divisions: string[]): Actor => {
  const id = participantOf(interactionId)
  return { id, agentId: id, roles: ['agent'], divisions, via: 'jwt' }
}

/** `ann` and `bob` belong to audiences of their own; `cid` to one by the queue only. */
export const actors = {
  ann: agent('i-0'),
  bob: agent('i-1', 'division-private'),
  cid: agent('i-2'),
  service: { id: 'service', roles: ['service'], divisions: [], via: 'api_key' },
} as const satisfies Record<string, Actor>
export type ActorName = keyof typeof actors

/** The Genesys user that a caller is; empty for the service. */
export const agentIdOf = (name: ActorName) => (actors[name] as Actor).agentId ?? ''

const audiences: CuecardConfigInput['audiences'] = [
  { name: 'vip', queues: ['queue-vip'], labels: ['vip', 'retail'] },
  { name: 'retail', agents: [participantOf('i-0')], labels: ['retail'] },
  { name: 'private', divisions: ['division-private'], labels: ['private'] },
]

/** The same rules, told in another way. */
export function labelsFor(agentId: string, divisions: readonly string[], queue: string | undefined) {
  if (queue === 'queue-vip') return ['', 'vip', 'retail']
  if (agentId === participantOf('i-0')) return ['', 'retail']
  return divisions.includes('division-private') ? ['', 'private'] : []
}

export const labels = ['', 'retail', 'private', 'vip'] as const

/** One state of an article in Genesys, from one moment to another on `Clock.now()`. */
export interface Version {
  readonly label: (typeof labels)[number]
  readonly state: Article['state']
  /** Milliseconds since the epoch. */
  readonly expires: number
  readonly liveFrom: number
  liveUntil: number
}

/** A retrieval as it was answered, with what was so at that moment. */
export interface Answered {
  readonly process: number
  readonly actor: Actor
  readonly request: RetrievalRequestInput
  readonly retrieval: Retrieval
  readonly queue: string | undefined
  readonly now: number
  readonly wallTime: number
}

const articleCount = 6

/** Stands in all texts of an article, so that it is found wherever it gets to. */
const markerOf = (id: number, version: number) => `zq${id}v${version}z`
export const markers = /zq(\d+)v(\d+)z/g

export class LeakWorld {
  readonly clock = new FakeClock()
  readonly answered: Answered[] = []
  /** Of what was pushed, by any process to anybody. */
  readonly eventIds: string[] = []
  readonly versions: Version[][]
  readonly shared = new InMemoryTier(this.clock)
  /** By process and interaction. */
  readonly queues: Map<string, string>[] = [new Map(), new Map()]
  readonly simulator
  readonly processes: { cuecard: Cuecard; service: Service }[] = []
  /** Index of the step that is being taken. */
  step = 0
  #ids = 0

  constructor() {
    const first: Version[] = labels.map((label) => ({ ...this.#now(), label, state: 'Published' }))
    this.versions = Array.from({ length: articleCount }, (_, id) => [
      { ...(first[id % labels.length] as Version) },
    ])
    this.simulator = createSimulator({
      articles: this.#articles(),
      conversations: interactions.map((id) => ({
        id,
        turns: [{ speaker: 'customer' as const, text: 'refund the late fee of my card' }],
        events: [],
        tags: [],
        entityIds: ['product:card'],
      })),
      clock: this.clock,
      latency: { fixedMs: 20 },
      quotaPerMinute: 100_000,
    })
  }

  /** Starts a process; where it ran, it is ended first. */
  async start(process: number): Promise<void> {
    await this.end(process)
    this.queues[process]?.clear()
    const { clock } = this
    const cuecard = await createCuecard(
      {
        genesys: { ...access, quotaPerMinute: 100_000 },
        audiences,
        restrictedLabels: labels.filter((label) => label !== ''),
        context: { idleMinutes: 10_080 },
        sources: { 'assist-content': { share: process === 0 ? 'audience' : 'interaction' } },
      },
      {
        clock,
        random: seededRandom(1),
        newId: () => `r-${++this.#ids}`,
        transport: this.simulator.transport(),
        sharedCache: this.shared,
      },
    )
    const service = createService({
      ...optionsOf(),
      // Not the clock of cuecard: its load shedding looks at it ten times a second.
      clock: new FakeClock(),
      config: { ...httpConfig, requestsPerMinute: 10_000_000 },
      authenticator: {
        authenticate: ({ authorization = '' }) => actors[authorization.slice('Bearer '.length) as ActorName],
      },
      cuecard: {
        ...cuecard,
        warmUp: () => cuecard.warmUp(),
        updateContext: (id, update, options) => cuecard.updateContext(id, update as object, options),
        recordAdoption: (id, event, options) => cuecard.recordAdoption(id, event as never, options),
        retrieve: async (input, options) => {
          const request = input as RetrievalRequestInput
          const retrieval = await cuecard.retrieve(request, options)
          this.#note(process, options?.actor ?? actors.service, request, retrieval)
          return retrieval
        },
      },
    })
    this.processes[process] = { cuecard, service }
  }

  async end(process: number): Promise<void> {
    const before = this.processes[process]
    await before?.service.app.close()
    await before?.cuecard.close()
  }

  send(process: number, by: ActorName, method: 'POST' | 'PUT', url: string, payload: object) {
    const app = this.processes[process]?.service.app
    if (app === undefined) throw new Error('no such process')
    const headers = { authorization: `Bearer ${by}`, 'content-type': 'application/json' }
    return app.inject({ method, url, headers, payload: JSON.stringify(payload) })
  }

  /** Follows an interaction; `pushed` has the text of each answer. @throws what denies it. */
  async follow(
    process: number,
    by: ActorName,
    request: FollowRequest,
    lastEventId: string | undefined,
    pushed: (text: string) => void,
  ): Promise<() => void> {
    const actor: Actor = actors[by]
    const follower: Follower = {
      answer: (retrieval, eventId) => {
        // What comes again is judged as if it were new.
        const again = { ...retrieval, retrievalId: `${retrieval.retrievalId}/${this.answered.length}` }
        this.#note(process, actor, request, again)
        pushed(encodeRetrieval(again, isBoundToItself(actor)).toString())
        this.eventIds.push(eventId)
      },
      beat() {},
      end() {},
    }
    const { cuecard } = this.processes[process] ?? {}
    if (cuecard === undefined) throw new Error('no such process')
    return cuecard.follow(request, follower, { actor, lastEventId })
  }

  /** An editor publishes, withdraws or moves an article. */
  change(id: number, change: Partial<Pick<Version, 'label' | 'state' | 'expires'>>): void {
    const versions = this.versions[id % articleCount] ?? []
    const last = versions.at(-1)
    if (last === undefined) return
    last.liveUntil = this.clock.now()
    versions.push({ ...last, ...change, liveFrom: this.clock.now(), liveUntil: Number.POSITIVE_INFINITY })
    this.simulator.setArticles(this.#articles())
  }

  /** Why a marker must not stand in this answer; undefined where it may. */
  wrongIn(answer: Answered, id: number, number: number): string | undefined {
    const version = this.versions[id]?.[number]
    if (version === undefined) return 'no such article'
    const { actor, request, queue, retrieval } = answer
    const allowed: readonly string[] = labelsFor(request.agentId, actor.divisions, queue)
    if (!allowed.includes(version.label))
      return `the label ${version.label || 'none'} is not for [${allowed}] in ${queue}`
    if (version.state !== 'Published') return `it is ${version.state}`
    // Genesys's knowledge search knows no availability windows.
    const { source } = retrieval.items.find(({ contentId }) => contentId === `a-${id}`) ?? {}
    if (source === 'assist-content' && answer.wallTime >= version.expires) return 'it has expired'
    const ageMs = (retrieval.freshness.ageSeconds ?? 0) * 1000 + 200
    if (version.liveUntil < answer.now - ageMs)
      return `it was changed ${answer.now - version.liveUntil} ms ago, in an answer said to be ${ageMs} ms old`
    return undefined
  }

  #note(process: number, actor: Actor, request: RetrievalRequestInput, retrieval: Retrieval): void {
    const queue = this.queues[process]?.get(request.interactionId)
    const { clock } = this
    this.answered.push({
      process,
      actor,
      request,
      retrieval,
      queue,
      now: clock.now(),
      wallTime: clock.wallTime(),
    })
  }

  #now() {
    const expires = Number.POSITIVE_INFINITY
    return { liveFrom: this.clock.now(), liveUntil: Number.POSITIVE_INFINITY, expires }
  }

  #articles(): Article[] {
    return this.versions.map((versions, id) => {
      const number = versions.length - 1
      const { label = '', state = 'Published', expires = Number.POSITIVE_INFINITY } = versions.at(-1) ?? {}
      const marker = markerOf(id, number)
      return article(`a-${id}`, `Refund the late fee ${marker}`, `Refund the late fee of a card. ${marker}`, {
        url: `https://kb.example.com/${marker}`,
        entityIds: ['product:card'],
        labels: label === '' ? [] : [label],
        state,
        version: number + 1,
        ...(Number.isFinite(expires) && { availability: { end: new Date(expires).toISOString() } }),
      })
    })
  }
}

export const isBound = (name: ActorName) => isBoundToItself(actors[name])
