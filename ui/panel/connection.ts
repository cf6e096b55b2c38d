// The panel's line to the service for one interaction: the stream of answers, the searches, and the outbox of events.
import { Api, ApiProblem } from '../shared/api.ts'
import { follow } from './feed.ts'
import type { Outbox, PanelEvent } from './outbox.ts'
import { outboxOf } from './panel-outbox.ts'
import type { Retrieval } from './retrieval.ts'
import type { PanelAction } from './state.ts'

export interface ConnectionOptions {
  readonly baseUrl: string
  /** The Bearer credential; null: none is at hand. Asked before each call. */
  readonly token: () => string | null
  readonly interactionId: string
  readonly agentId: string
  /** The interaction's language, BCP 47; null: as the service knows it. */
  readonly language: string | null
  readonly maxResults: number
  /** Told of everything that happens, in the order in which it does. */
  readonly happened: (action: PanelAction) => void
  readonly onAnswer: (retrieval: Retrieval) => void
}

/** What comes within it needs no sign that it is looked for. */
const slowMs = 200

export class Connection {
  readonly #options: ConnectionOptions
  readonly #api: Api
  readonly #outbox: Outbox
  #endFeed = () => {}
  #asking: AbortController | null = null
  #slow: ReturnType<typeof setTimeout> | undefined

  constructor(options: ConnectionOptions) {
    const { baseUrl, token, agentId } = options
    this.#options = options
    this.#api = new Api({ token, baseUrl })
    this.#outbox = outboxOf(this.#api, agentId)
  }

  open(): void {
    const { happened, onAnswer, baseUrl, token, ...asked } = this.#options
    this.#outbox.flush()
    this.#ask()
    this.#endFeed = follow({
      ...asked,
      api: this.#api,
      // The first answer comes with the opening, if there is one; a moment later there is none.
      onOpen: () => {
        clearTimeout(this.#slow)
        this.#slow = setTimeout(() => happened({ type: 'listening' }), 2 * slowMs)
      },
      onAnswer: (retrieval) => {
        happened({ type: 'answered', retrieval, at: Date.now() })
        onAnswer(retrieval)
      },
      onProblem: (problem) => this.#trouble(problem),
      onEnd: (reason) =>
        happened({ type: 'troubled', kind: reason === 'access_ended' ? 'not-allowed' : 'ended', detail: '' }),
    })
  }

  close(): void {
    this.#endFeed()
    this.#asking?.abort()
    this.#outbox.close()
    clearTimeout(this.#slow)
  }

  async search(query: string): Promise<void> {
    this.leaveSearch()
    const { happened, onAnswer, interactionId, agentId, maxResults, language } = this.#options
    this.#asking = new AbortController()
    const { signal } = this.#asking
    this.#ask()
    happened({ type: 'searched', query })
    const body = { interactionId, agentId, query, maxResults, ...(language === null ? {} : { language }) }
    try {
      const retrieval = await this.#api.call<Retrieval>('/v1/retrievals', { method: 'POST', body, signal })
      happened({ type: 'found', query, retrieval, at: Date.now() })
      onAnswer(retrieval)
    } catch (error) {
      if (!signal.aborted)
        this.#trouble(error instanceof ApiProblem ? error : new ApiProblem(500, 'unknown', String(error)))
    }
  }

  leaveSearch(): void {
    this.#asking?.abort()
  }

  /** The text of a whole article, which the service records as opened. @throws ApiProblem */
  async article(retrievalId: string, contentId: string): Promise<string> {
    const path = [retrievalId, 'articles', contentId].map(encodeURIComponent).join('/')
    return (await this.#api.call<{ text: string }>(`/v1/retrievals/${path}`)).text
  }

  /** @returns the key by which the event can be taken back until it is sent; null: it was told before. */
  record(retrievalId: string, event: PanelEvent, delayMs = 0): string | null {
    return this.#outbox.add(retrievalId, event, { delayMs })
  }

  takeBack(key: string): void {
    this.#outbox.takeBack(key)
  }

  /** The network is back. */
  flush(): void {
    this.#outbox.flush()
  }

  #ask(): void {
    const { happened } = this.#options
    happened({ type: 'asked' })
    clearTimeout(this.#slow)
    this.#slow = setTimeout(() => happened({ type: 'waited' }), slowMs)
  }

  #trouble({ status, message }: ApiProblem): void {
    const kind =
      status === 0 ? 'offline' : status === 401 ? 'signed-out' : status === 403 ? 'not-allowed' : 'failed'
    clearTimeout(this.#slow)
    this.#options.happened({ type: 'troubled', kind, detail: message })
  }
}
