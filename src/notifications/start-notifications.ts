// Follows the live interactions by Genesys's notifications: what is said, what is suggested, when it ends.
import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { InteractionContexts } from '../context/interaction-contexts.ts'
import type { Utterance } from '../context/utterances.ts'
import { isCuecardError } from '../errors.ts'
import type { Random } from '../random.ts'
import type { PushedSuggestions } from '../sources/pushed-suggestions.ts'
import type { ChannelCalls } from './channel-calls.ts'
import { FollowedInteractions } from './followed-interactions.ts'
import {
  type ChannelMessage,
  type ConversationBody,
  conversationBody,
  type SuggestionBody,
  suggestionBody,
  type TranscriptionBody,
  transcriptionBody,
} from './message.ts'
import { readConversation, readSuggestion, readTranscription, timeOf } from './read-body.ts'
import type { OpenSocket } from './socket.ts'
import { Subscriptions } from './subscriptions.ts'
import { mayBeFollowed, readTopic, topicsOf, topicsOfPlaces } from './topics.ts'

export interface NotificationSettings {
  /** Whose conversations are followed from their beginning. */
  readonly agentIds: readonly string[]
  readonly queueIds: readonly string[]
  /** 2..20. */
  readonly maxChannels: number
  /** An interaction of which nothing comes for so long, in milliseconds, is no longer followed. */
  readonly idleMs: number
}

export interface NotificationPorts {
  readonly clock: Clock
  readonly random: Random
  readonly calls: ChannelCalls
  readonly open: OpenSocket
  readonly contexts: InteractionContexts
  readonly pushed: PushedSuggestions
  /** These agents take part, as Genesys says; or it is at least known to be somebody's. */
  readonly takesPart: (interactionId: string, agentIds: readonly string[]) => void
  /** The context has changed; by what was said, where that is new. */
  readonly onChanged: (interactionId: string, utterance?: Utterance) => void
  /** Suggestions have changed, or may have without our being told. */
  readonly onSuggested: (interactionId: string) => void
  readonly onEnd: (interactionId: string) => void
  /** Seconds from the event to its message. */
  readonly onLag?: ((seconds: number) => void) | undefined
  /** For the operator's log: one sentence without secrets. */
  readonly onNotice?: ((notice: string) => void) | undefined
}

/** What happened since the start, and how it stands. */
export interface NotificationStats {
  readonly channels: number
  readonly topics: number
  readonly interactions: number
  readonly messages: number
  /** Channels that ended and were replaced. */
  readonly reconnects: number
  /** Times that an interaction may have had something said or suggested without our being told. */
  readonly gaps: number
  /** Interactions given up because Genesys allows no more topics. */
  readonly evicted: number
}

export interface Notifications {
  /** Follows one more interaction; nothing where it is followed already. */
  follow(interactionId: string): void
  readonly stats: NotificationStats
  close(): void
}

/** Connects in the background, and goes on doing so. */
export function startNotifications(settings: NotificationSettings, ports: NotificationPorts): Notifications {
  return new InteractionFeed(settings, ports)
}

class InteractionFeed implements Notifications {
  readonly #ports: NotificationPorts
  readonly #followed: FollowedInteractions
  readonly #subscriptions: Subscriptions
  readonly #counts = { messages: 0, reconnects: 0, gaps: 0, evicted: 0 }
  /** Those that are told once. */
  readonly #noticed = new Set<string>()

  constructor(settings: NotificationSettings, ports: NotificationPorts) {
    this.#ports = ports
    this.#followed = new FollowedInteractions({ ...ports, ...settings, onEnd: (id) => this.#end(id) })
    this.#subscriptions = new Subscriptions({
      ...ports,
      maxChannels: settings.maxChannels,
      message: (message) => this.#receive(message),
      subscribed: (topics) => forSuggestions(topics, (id) => ports.pushed.begin(id)),
      lost: (topics) => this.#lose(topics),
      refused: ([topic]) =>
        this.#noticeOnce(
          `Genesys refuses notifications such as ${topic}: add the permission to a role of the OAuth client's`,
        ),
      ending: (reason) => {
        this.#counts.reconnects++
        if (reason !== 'closing')
          this.#notice(`A notification channel broke off (${reason}) and is made again`)
      },
      failed: (error) => this.#notice(`Notifications do not come: ${sentenceOf(error)}`),
      evicted: (id) => this.#evict(id),
    })
    this.#subscriptions.keep(topicsOfPlaces(settings.agentIds, settings.queueIds))
  }

  get stats(): NotificationStats {
    return { ...this.#subscriptions.stats, interactions: this.#followed.size, ...this.#counts }
  }

  follow(interactionId: string): void {
    if (!mayBeFollowed(interactionId) || !this.#followed.follow(interactionId)) return
    this.#subscriptions.follow(interactionId, topicsOf(interactionId))
  }

  close(): void {
    this.#followed.close()
    this.#subscriptions.close()
  }

  #receive({ topicName, eventBody }: ChannelMessage): void {
    const topic = readTopic(topicName)
    if (topic === undefined) return
    this.#counts.messages++
    const { kind, id } = topic
    if (kind === 'wrapup') this.#followed.wrapUp(id)
    else if (kind === 'transcription')
      this.#read(transcriptionBody, eventBody, (body) => this.#hear(id, body))
    else if (kind === 'suggestion') this.#read(suggestionBody, eventBody, (body) => this.#suggest(id, body))
    else this.#read(conversationBody, eventBody, (body) => this.#observe(body))
  }

  #read<T>(schema: z.ZodType<T>, body: unknown, handle: (body: T) => void): void {
    const parsed = schema.safeParse(body)
    if (parsed.success) handle(parsed.data)
    else this.#noticeOnce('A notification has another form than the contract, and is not understood')
  }

  /** Only of what is followed: late words of an interaction that is over must not begin it anew. */
  #hear(id: string, body: TranscriptionBody): void {
    if (!this.#followed.has(id)) return
    this.#followed.heard(id)
    const { contexts, takesPart, onChanged, onLag, clock } = this.#ports
    const { utterances, language } = readTranscription(body)
    const saidAt = timeOf(body.eventTime)
    if (utterances.length > 0 && saidAt !== undefined) onLag?.(Math.max(clock.wallTime() - saidAt, 0) / 1000)
    const isNew = language !== undefined && contexts.get(id)?.language === undefined
    if (isNew && contexts.learn(id, { language })) onChanged(id)
    for (const utterance of utterances) {
      if (!contexts.hear(id, utterance)) continue
      takesPart(id, [])
      onChanged(id, utterance)
    }
  }

  #suggest(id: string, body: SuggestionBody): void {
    const { pushed, clock, onSuggested } = this.#ports
    this.#followed.heard(id)
    const at = timeOf(body.eventTime) ?? clock.wallTime()
    if (pushed.push(id, readSuggestion(body), at)) onSuggested(id)
  }

  #observe(body: ConversationBody): void {
    const { contexts, takesPart, onChanged } = this.#ports
    const { id } = body
    const { hasEnded, agentIds, queueId } = readConversation(body)
    if (!hasEnded) this.follow(id)
    if (!this.#followed.has(id)) return
    this.#followed.tell(id, !hasEnded)
    takesPart(id, agentIds)
    if (queueId !== undefined && contexts.learn(id, { queueId })) onChanged(id)
  }

  #lose(topics: readonly string[]): void {
    const { pushed, onSuggested } = this.#ports
    this.#counts.gaps += new Set(topics.flatMap((topic) => readTopic(topic)?.id ?? [])).size
    // Genesys is asked for them, when an agent next asks.
    forSuggestions(topics, (id) => {
      pushed.end(id)
      onSuggested(id)
    })
  }

  #end(id: string): void {
    this.#ports.pushed.end(id)
    this.#subscriptions.unfollow(id)
    this.#ports.onEnd(id)
  }

  #evict(id: string): void {
    this.#counts.evicted++
    this.#followed.drop(id)
    this.#ports.pushed.end(id)
    this.#noticeOnce(
      'There are more live interactions than notification topics: the oldest are no longer followed',
    )
  }

  #notice(notice: string): void {
    this.#ports.onNotice?.(notice)
  }

  #noticeOnce(notice: string): void {
    if (this.#noticed.has(notice)) return
    this.#noticed.add(notice)
    this.#notice(notice)
  }
}

/** Both topics of suggestions are subscribed to together: each interaction comes up twice. */
function forSuggestions(topics: readonly string[], each: (interactionId: string) => void): void {
  for (const topic of topics) {
    const read = readTopic(topic)
    if (read?.kind === 'suggestion') each(read.id)
  }
}

function sentenceOf(error: unknown): string {
  return isCuecardError(error) ? error.message : 'something unforeseen happened'
}
