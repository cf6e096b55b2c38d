// `<cuecard-panel>`: the knowledge for the call that is going on. Joins the state, the views, the feed and the outbox.
import { html, LitElement, nothing, type PropertyValues } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { Api, ApiProblem } from '../shared/api.ts'
import { chooseLanguage, directionOf } from '../shared/locale.ts'
import { theme } from '../shared/theme.ts'
import { type CardLook, cardView, type DismissReason } from './card-view.ts'
import { type Chords, type Command, chordOf, commandOf, withOwnChords } from './chords.ts'
import { follow } from './feed.ts'
import { fill, messages } from './messages.ts'
import type { Outbox, PanelEvent } from './outbox.ts'
import { keepOwnChord, readOwnChords } from './own-chords.ts'
import { outboxOf } from './panel-outbox.ts'
import { helpView, newsLine, noteView, type PanelLook, searchView } from './panel-view.ts'
import type { Retrieval } from './retrieval.ts'
import { type Card, initialState, type PanelAction, type PanelState, reduce } from './state.ts'
import { styles } from './styles.ts'
import { Visibility } from './visibility.ts'

/** As many cards as an agent takes in at a glance; the rest behind one action. */
const firstCards = 4
const undoMs = 8000
const slowMs = 200

export class CuecardPanel extends LitElement {
  static override styles = [theme, styles]
  static override properties = {
    interactionId: { attribute: 'interaction-id' },
    agentId: { attribute: 'agent-id' },
    language: {},
    lang: { reflect: false },
    baseUrl: { attribute: 'base-url' },
    maxResults: { attribute: 'max-results', type: Number },
    token: { attribute: false },
    hasGenesys: { attribute: false },
    insertText: { attribute: false },
    bodyOf: { attribute: false },
  }

  declare interactionId: string | null
  declare agentId: string | null
  /** The interaction's; the interface's own is `lang`. */
  declare language: string | null
  declare baseUrl: string
  declare maxResults: number
  declare token: string | null
  declare hasGenesys: boolean
  /** Puts text into the agent's draft; without it "insert" copies. */
  declare insertText: ((text: string) => void) | null
  /** The HTML of a whole article, shown in place; without it "open" goes to its address. */
  declare bodyOf: ((contentId: string) => Promise<string>) | null

  #state: PanelState = initialState
  #api = new Api({ token: () => this.token, baseUrl: '' })
  #outbox: Outbox | null = null
  #endFeed = () => {}
  #asking: AbortController | null = null
  #visibility: Visibility | null = null
  #tick: ReturnType<typeof setInterval> | undefined
  #slow: ReturnType<typeof setTimeout> | undefined
  #undoTimer: ReturnType<typeof setTimeout> | undefined
  #dismissalKey: string | null = null
  readonly #shownOf = new WeakMap<Element, string>()
  #isPointerIn = false
  #said = ''
  #openReasons = new Set<string>()
  #askedWhy: string | null = null
  #bodies = new Map<string, HTMLElement>()
  #isHelpOpen = false
  #remapping: Command | null = null
  #chords: Chords = withOwnChords(readOwnChords())

  constructor() {
    super()
    this.interactionId = null
    this.agentId = null
    this.language = null
    this.baseUrl = ''
    this.maxResults = 10
    this.token = null
    this.hasGenesys = false
    this.insertText = null
    this.bodyOf = null
    this.addEventListener('keydown', (event) => this.handleKey(event))
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#visibility = new Visibility((element) => this.#record(cardOf(element, this.#state), 'shown'))
    this.#tick = setInterval(() => this.requestUpdate(), 10_000)
    addEventListener('offline', this.#wentOffline)
    addEventListener('online', this.#cameOnline)
    addEventListener('focus', this.#focusMoved)
    addEventListener('blur', this.#focusMoved)
    if (this.hasUpdated) this.restart()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop()
    this.#visibility?.close()
    clearInterval(this.#tick)
    removeEventListener('offline', this.#wentOffline)
    removeEventListener('online', this.#cameOnline)
    removeEventListener('focus', this.#focusMoved)
    removeEventListener('blur', this.#focusMoved)
  }

  override updated(changed: PropertyValues): void {
    if (
      ['interactionId', 'agentId', 'language', 'baseUrl', 'token', 'maxResults'].some((name) =>
        changed.has(name),
      )
    )
      this.restart()
    this.#watch()
    const dialog = this.renderRoot.querySelector('dialog')
    if (this.#isHelpOpen && dialog?.open === false) dialog.showModal()
    if (!this.#isHelpOpen && dialog?.open === true) dialog.close()
    this.#hold()
  }

  /** Of a new answer the same item is shown anew, and counts anew. */
  #watch(): void {
    const articles = [...this.renderRoot.querySelectorAll('article')]
    for (const article of articles) {
      const retrievalId = cardOf(article, this.#state)?.retrievalId ?? ''
      if (this.#shownOf.get(article) !== retrievalId) this.#visibility?.again(article)
      this.#shownOf.set(article, retrievalId)
    }
    this.#visibility?.watch(articles)
  }

  /** Begins anew with the interaction that is set. */
  restart() {
    this.#stop()
    const { interactionId, agentId, token, baseUrl, language, maxResults } = this
    this.#state = initialState
    this.#api = new Api({ token: () => this.token, baseUrl })
    if (interactionId === null || agentId === null) return this.requestUpdate()
    if (token === null) return this.#do({ type: 'troubled', kind: 'signed-out', detail: '' })
    this.#outbox = outboxOf(this.#api, agentId)
    this.#outbox.flush()
    this.#ask()
    this.#endFeed = follow({
      api: this.#api,
      interactionId,
      agentId,
      language,
      maxResults,
      // The first answer comes with the opening, if there is one; a moment later there is none.
      onOpen: () => {
        clearTimeout(this.#slow)
        this.#slow = setTimeout(() => this.#do({ type: 'listening' }), 2 * slowMs)
      },
      onAnswer: (retrieval) => {
        this.#do({ type: 'answered', retrieval, at: Date.now() })
        this.#tellAnswer(retrieval)
      },
      onProblem: (problem) => this.#trouble(problem),
      onEnd: (reason) =>
        this.#do({ type: 'troubled', kind: reason === 'access_ended' ? 'not-allowed' : 'ended', detail: '' }),
    })
  }

  #stop(): void {
    this.#endFeed()
    this.#asking?.abort()
    this.#outbox?.close()
    this.#outbox = null
    clearTimeout(this.#slow)
    clearTimeout(this.#undoTimer)
  }

  #wentOffline = () => this.#do({ type: 'troubled', kind: 'offline', detail: '' })
  #focusMoved = () => queueMicrotask(() => this.#hold())
  #cameOnline = () => this.#outbox?.flush()

  #do(action: PanelAction): void {
    this.#state = reduce(this.#state, action)
    this.requestUpdate()
  }

  #ask(): void {
    this.#do({ type: 'asked' })
    clearTimeout(this.#slow)
    this.#slow = setTimeout(() => this.#do({ type: 'waited' }), slowMs)
  }

  #trouble({ status, message }: ApiProblem): void {
    const kind =
      status === 0 ? 'offline' : status === 401 ? 'signed-out' : status === 403 ? 'not-allowed' : 'failed'
    clearTimeout(this.#slow)
    this.#do({ type: 'troubled', kind, detail: message })
  }

  /** For the page around it: what has come, in the form of the service's reply. */
  #tellAnswer(retrieval: Retrieval): void {
    this.dispatchEvent(new CustomEvent('cuecard-answer', { detail: retrieval }))
  }

  async #search(query: string): Promise<void> {
    const { interactionId, agentId, language, maxResults } = this
    this.#asking?.abort()
    if (query.length < 3 || interactionId === null || agentId === null) return
    this.#asking = new AbortController()
    const { signal } = this.#asking
    this.#ask()
    this.#do({ type: 'searched', query })
    const body = { interactionId, agentId, query, maxResults, ...(language === null ? {} : { language }) }
    try {
      const retrieval = await this.#api.call<Retrieval>('/v1/retrievals', { method: 'POST', body, signal })
      this.#do({ type: 'found', query, retrieval, at: Date.now() })
      this.#tellAnswer(retrieval)
    } catch (error) {
      if (!signal.aborted)
        this.#trouble(error instanceof ApiProblem ? error : new ApiProblem(500, 'unknown', String(error)))
    }
  }

  #record(
    card: Card | undefined,
    type: PanelEvent['type'],
    more: Partial<PanelEvent> = {},
    delayMs = 0,
  ): string | null {
    if (card === undefined) return null
    return (
      this.#outbox?.add(card.retrievalId, { type, contentId: card.item.contentId, ...more }, { delayMs }) ??
      null
    )
  }

  #say(text: string): void {
    this.#said = text
    this.requestUpdate()
  }

  /**
   * Nothing moves while the pointer or the focus is on the panel; on its way to "2 new", too. In the search box the focus
   * is on no card, and in a window that is not looked at it is nowhere.
   */
  #hold(): void {
    const focused = document.hasFocus() ? (this.shadowRoot?.activeElement ?? null) : null
    const isHeld =
      this.#state.cards.length > 0 &&
      (this.#isPointerIn || (focused !== null && !(focused instanceof HTMLInputElement)))
    if (isHeld !== this.#state.isHeld) this.#do({ type: isHeld ? 'held' : 'released' })
  }

  async #copy(card: Card): Promise<void> {
    try {
      await navigator.clipboard.writeText(card.item.snippet)
      this.#say(this.#words.copied)
    } catch {
      this.#say(this.#words.failedCopy)
    }
  }

  async #open(card: Card): Promise<void> {
    const { contentId, url } = card.item
    if (this.bodyOf === null) {
      if (url === null || !/^https?:/i.test(url)) return
      window.open(url, '_blank', 'noopener,noreferrer')
      this.#record(card, 'opened')
      return
    }
    if (this.#bodies.delete(contentId)) return this.requestUpdate()
    this.#record(card, 'opened')
    try {
      const [{ safeHtml }, text] = await Promise.all([import('./safe-html.ts'), this.bodyOf(contentId)])
      this.#bodies.set(contentId, safeHtml(text))
      this.requestUpdate()
    } catch {
      this.#say(this.#words.failed)
    }
  }

  #act(command: Command, card: Card): void {
    const { contentId, snippet } = card.item
    if (command === 'open') void this.#open(card)
    else if (command === 'copy') {
      void this.#copy(card)
      this.#record(card, 'copied')
    } else if (command === 'insert') {
      if (this.insertText === null) void this.#copy(card)
      else {
        this.insertText(snippet)
        this.#say(this.#words.inserted)
      }
      this.#record(card, 'inserted')
    } else if (command === 'pin') this.#do({ type: 'pinned', contentId })
    else if (command === 'rateUp' || command === 'rateDown') {
      const rating = command === 'rateUp' ? 'positive' : 'negative'
      if (this.#state.ratings[contentId] !== rating) this.#record(card, 'rated', { rating })
      this.#do({ type: 'rated', contentId, rating })
    } else if (command === 'reasons') {
      if (!this.#openReasons.delete(contentId)) this.#openReasons.add(contentId)
      this.requestUpdate()
    } else if (command === 'dismiss') void this.#askWhy(contentId)
  }

  async #askWhy(contentId: string): Promise<void> {
    this.#askedWhy = this.#askedWhy === contentId ? null : contentId
    this.requestUpdate()
    await this.updateComplete
    this.renderRoot.querySelector<HTMLElement>('[data-reason]')?.focus()
  }

  async #dismiss(card: Card, reason: DismissReason): Promise<void> {
    const at = this.#visible.indexOf(card)
    // Sent when it can no longer be undone; kept from now on, so that closing the page loses nothing.
    this.#dismissalKey = this.#record(card, 'dismissed', { reason }, undoMs)
    this.#askedWhy = null
    this.#said = ''
    this.#do({ type: 'dismissed', contentId: card.item.contentId })
    clearTimeout(this.#undoTimer)
    this.#undoTimer = setTimeout(() => this.#do({ type: 'undo-passed' }), undoMs)
    await this.updateComplete
    const articles = this.renderRoot.querySelectorAll('article')
    const next = articles[Math.min(at, articles.length - 1)] ?? this.renderRoot.querySelector('input')
    next?.focus()
  }

  #run(command: Command) {
    const current = cardOf(this.shadowRoot?.activeElement?.closest('article') ?? null, this.#state)
    if (command === 'next' || command === 'previous') return this.#move(command === 'next' ? 1 : -1)
    if (command === 'more') return this.#do({ type: 'all-toggled' })
    if (command === 'showNew') return void this.#showNew()
    if (command === 'search')
      return this.renderRoot.querySelector<HTMLInputElement>('input[type=search]')?.focus()
    if (command === 'help') {
      this.#isHelpOpen = !this.#isHelpOpen
      return this.requestUpdate()
    }
    if (command === 'undo') {
      if (this.#state.undo === null) return
      if (this.#dismissalKey !== null) this.#outbox?.takeBack(this.#dismissalKey)
      return this.#do({ type: 'undone' })
    }
    if (current !== undefined) this.#act(command, current)
  }

  async #showNew(): Promise<void> {
    const button = this.shadowRoot?.activeElement
    const isByKey = button?.getAttribute('data-command') === 'showNew' && button.matches(':focus-visible')
    this.#do({ type: 'new-wanted' })
    await this.updateComplete
    // The button is gone; the focus goes where the news are.
    if (isByKey) this.#move(1)
  }

  #move(step: number): void {
    const articles = [...this.renderRoot.querySelectorAll('article')]
    const at = articles.indexOf(
      this.shadowRoot?.activeElement?.closest('article') ?? document.createElement('article'),
    )
    const next = articles[Math.max(0, Math.min(at + step, articles.length - 1))]
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
  }

  /** Takes a key press; a page that is nothing but the panel hands over those of the whole page. */
  handleKey(event: KeyboardEvent) {
    const target = event.composedPath()[0]
    if (event.defaultPrevented || event.isComposing) return
    if (this.#remapping !== null) return this.#takeChord(event)
    if (event.key === 'Escape' && !this.#isHelpOpen) return this.#escape()
    const isTyping = target instanceof HTMLInputElement
    if (isTyping && !event.ctrlKey && !event.altKey && !event.metaKey) return
    const command = commandOf(event, this.#chords)
    if (command === undefined || (this.#isHelpOpen && command !== 'help')) return
    event.preventDefault()
    this.#run(command)
  }

  #takeChord(event: KeyboardEvent): void {
    if (['Shift', 'Control', 'Alt', 'Meta', 'Tab'].includes(event.key) || this.#remapping === null) return
    event.preventDefault()
    if (event.key !== 'Escape') keepOwnChord(this.#remapping, chordOf(event))
    this.#chords = withOwnChords(readOwnChords())
    this.#remapping = null
    this.requestUpdate()
  }

  #escape(): void {
    if (this.#askedWhy !== null) {
      const id = this.#askedWhy
      this.#askedWhy = null
      this.requestUpdate()
      ;[...this.renderRoot.querySelectorAll('article')].find(({ dataset }) => dataset.id === id)?.focus()
    } else if (this.#state.query !== '') this.#leaveSearch()
  }

  #leaveSearch(): void {
    this.#asking?.abort()
    const input = this.renderRoot.querySelector<HTMLInputElement>('input[type=search]')
    if (input) input.value = ''
    input?.focus()
    this.#do({ type: 'search-left' })
  }

  get #words() {
    return messages[chooseLanguage([this.lang, ...navigator.languages])]
  }

  get #visible(): readonly Card[] {
    return this.#state.isAllShown ? this.#state.cards : this.#state.cards.slice(0, firstCards)
  }

  get #look(): PanelLook {
    return {
      words: this.#words,
      chords: this.#chords,
      hasGenesys: this.hasGenesys,
      said: this.#said,
      isHelpOpen: this.#isHelpOpen,
      remapping: this.#remapping,
      search: (event) => {
        event.preventDefault()
        void this.#search(textOf(event, 'query'))
      },
      leaveSearch: () => this.#leaveSearch(),
      run: (command) => this.#run(command),
      signIn: () => this.dispatchEvent(new CustomEvent('cuecard-sign-in')),
      useKey: (event) => {
        event.preventDefault()
        this.dispatchEvent(new CustomEvent('cuecard-key', { detail: textOf(event, 'key') }))
      },
      retry: () => (this.#state.query === '' ? this.restart() : void this.#search(this.#state.query)),
      closeHelp: () => {
        this.#isHelpOpen = false
        this.#remapping = null
        this.requestUpdate()
      },
      remap: (command) => {
        this.#remapping = this.#remapping === command ? null : command
        this.requestUpdate()
      },
    }
  }

  #cardLook({ item: { contentId, url } }: Card): CardLook {
    const { query, pinnedIds, ratings } = this.#state
    return {
      words: this.#words,
      language: chooseLanguage([this.lang, ...navigator.languages]),
      now: Date.now(),
      query,
      isPinned: pinnedIds.includes(contentId),
      rating: ratings[contentId],
      areReasonsOpen: this.#openReasons.has(contentId),
      isAskedWhy: this.#askedWhy === contentId,
      body: this.#bodies.get(contentId) ?? null,
      canOpen: this.bodyOf !== null || url !== null,
      act: (command, card) => this.#act(command, card),
      dismiss: (card, reason) => void this.#dismiss(card, reason),
    }
  }

  protected override render() {
    const state = this.#state
    const look = this.#look
    const language = chooseLanguage([this.lang, ...navigator.languages])
    const hidden = state.cards.length - firstCards
    const pointer = (isIn: boolean) => () => {
      this.#isPointerIn = isIn
      this.#hold()
    }
    return html`<div class="all" lang=${language} dir=${directionOf(language)} @pointerenter=${pointer(true)}
      @pointerleave=${pointer(false)} @focusin=${this.#focusMoved} @focusout=${this.#focusMoved}>
      <h1>${look.words.panel}</h1>
      ${state.trouble?.kind === 'signed-out' ? nothing : searchView(state, look)} ${newsLine(state, look)} ${state.cards.length === 0 ? noteView(state, look) : nothing}
      ${
        state.cards.length === 0
          ? nothing
          : html`<ol class="cards">${repeat(
              this.#visible,
              // The same item stays the same element, so that the focus stays too.
              ({ item }) => item.contentId,
              (card) => html`<li>${cardView(card, this.#cardLook(card))}</li>`,
            )}</ol>`
      }
      ${
        hidden > 0
          ? html`<button type="button" data-command="more" aria-expanded=${`${state.isAllShown}`} @click=${() => this.#run('more')}>
            ${state.isAllShown ? look.words.fewer : fill(look.words.more, { n: hidden })}</button>`
          : nothing
      }
      ${state.cards.length > 0 ? noteView(state, look) : nothing} ${helpView(look)}
    </div>`
  }
}

function cardOf(element: Element | null, { cards }: PanelState): Card | undefined {
  const id = element?.getAttribute('data-id')
  return cards.find(({ item }) => item.contentId === id)
}

function textOf({ currentTarget }: SubmitEvent, name: string): string {
  return currentTarget instanceof HTMLFormElement
    ? String(new FormData(currentTarget).get(name) ?? '').trim()
    : ''
}

if (!customElements.get('cuecard-panel')) customElements.define('cuecard-panel', CuecardPanel)
