// Plays conversations: who speaks when, what is understood of it so far, what the assistant suggests, how it ends.
import type { Conversation } from '../articles/article.ts'
import type { CancelTimer, Clock } from '../clock.ts'
import * as event from './conversation-events.ts'
import type { Organisation } from './organisation.ts'
import { notFound } from './refusal.ts'
import type { Suggestions } from './suggestions.ts'

export interface PlayOptions {
  /** Ids; default all, in their order. */
  readonly conversations?: readonly string[] | undefined
  /** How many times faster than people talk, more than 0; default 1. */
  readonly speed?: number | undefined
  /** Seconds of talk between the starts of two conversations; default 0: all begin at once. */
  readonly gapSeconds?: number | undefined
}

/** What has been played. */
export interface PlayStats {
  readonly playing: number
  readonly played: number
}

/** People speak about 150 words a minute, and wait a moment before they answer. */
const wordMs = 400
const pauseMs = 1000
/** What is understood of a turn so far is told after each so many words. */
const wordsPerPart = 5
/** From the last word to the end of the call, and from there to the wrap-up. */
const endMs = 2000
const wrapupMs = 5000

/** What is being played, as the player needs it; the organisation may be replaced while it plays. */
export interface Stage {
  readonly organisation: Organisation
  readonly suggestions: Suggestions
}

export class ConversationPlayer {
  readonly #clock: Clock
  readonly #publish: (topic: string, body: object) => void
  readonly #stage: () => Stage
  readonly #timers = new Set<CancelTimer>()
  /** Turns spoken so far, of what is or was played. */
  readonly #spoken = new Map<string, number>()
  #playing = 0
  #played = 0

  constructor(ports: {
    readonly clock: Clock
    readonly publish: (topic: string, body: object) => void
    readonly stage: () => Stage
  }) {
    this.#clock = ports.clock
    this.#publish = ports.publish
    this.#stage = ports.stage
  }

  get stats(): PlayStats {
    return { playing: this.#playing, played: this.#played }
  }

  /** How many turns of a conversation are over: all of them, unless it is being played. */
  spoken({ id, turns }: Conversation): number {
    return this.#spoken.get(id) ?? turns.length
  }

  /** Starts to play; returns how many conversations. @throws Refusal 404 for one that is not there. */
  play({ conversations: ids, speed = 1, gapSeconds = 0 }: PlayOptions): number {
    const { organisation } = this.#stage()
    const conversations = ids
      ? ids.map((id) => {
          const conversation = organisation.conversation(id)
          if (conversation === undefined) throw notFound('conversation', id)
          return conversation
        })
      : [...organisation.conversations()]
    for (const [index, conversation] of conversations.entries()) {
      this.#playing++
      this.#spoken.set(conversation.id, 0)
      this.#after((index * gapSeconds * 1000) / speed, () => this.#begin(conversation, speed))
    }
    return conversations.length
  }

  /** Ends everything where it is. */
  stop(): void {
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
    this.#playing = 0
    this.#spoken.clear()
  }

  #begin(conversation: Conversation, speed: number): void {
    const startedAt = this.#clock.wallTime()
    const told = { conversation, startedAt, organisation: this.#stage().organisation }
    const tellState = (state: 'connected' | 'disconnected') => {
      const { topics, body } = event.conversationEvent(told, state, this.#clock.wallTime())
      for (const topic of topics) this.#publish(topic, body)
    }
    const transcribe = (transcripts: readonly event.Transcript[], status: event.SessionStatus) =>
      this.#publish(...event.transcription(told, transcripts, status, this.#clock.wallTime()))
    tellState('connected')
    let at = 0
    for (const [turn, { speaker, text }] of conversation.turns.entries()) {
      const words = text.split(/\s+/)
      const offsetMs = Math.round(at / speed)
      const tell = (count: number) => {
        const isFinal = count >= words.length
        const durationMs = Math.round((count * wordMs) / speed)
        const transcript = isFinal ? text : words.slice(0, count).join(' ')
        transcribe([{ turn, speaker, transcript, isFinal, offsetMs, durationMs }], 'SESSION_ONGOING')
      }
      for (let count = wordsPerPart; count < words.length; count += wordsPerPart)
        this.#after((at + count * wordMs) / speed, () => tell(count))
      at += words.length * wordMs
      this.#after(at / speed, () => {
        tell(words.length)
        this.#spoken.set(conversation.id, turn + 1)
        this.#suggest(conversation, turn)
      })
      at += pauseMs
    }
    this.#after((at + endMs) / speed, () => {
      transcribe([], 'SESSION_ENDED')
      tellState('disconnected')
    })
    this.#after((at + endMs + wrapupMs) / speed, () => {
      this.#publish(...event.wrapup(told, this.#clock.wallTime()))
      this.#playing--
      this.#played++
    })
  }

  #suggest(conversation: Conversation, turn: number): void {
    for (const suggestion of this.#stage().suggestions.madeAt(conversation, turn))
      this.#publish(...event.suggested(conversation, suggestion, this.#clock.wallTime()))
  }

  #after(ms: number, done: () => void): void {
    const cancel = this.#clock.after(
      ms,
      () => {
        this.#timers.delete(cancel)
        done()
      },
      true,
    )
    this.#timers.add(cancel)
  }
}
