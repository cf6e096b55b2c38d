// `<cuecard-panel>`: the knowledge for the call that is going on. Joins the state, the views, the keys and the connection.
import { html, LitElement, nothing, type PropertyValues } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { chooseLanguage, directionOf } from '../shared/locale.ts'
import { theme } from '../shared/theme.ts'
import { type CardLook, cardView, type DismissReason } from './card-view.ts'
import type { Command } from './chords.ts'
import { Connection } from './connection.ts'
import { Keyboard } from './keyboard.ts'
import { fill, messages } from './messages.ts'
import type { PanelEvent } from './outbox.ts'
import { helpView, newsLine, noteView, type PanelLook, searchView } from './panel-view.ts'
import { assignSlots } from './slots.ts'
import { type Card, initialState, type PanelAction, type PanelState, reduce } from './state.ts'
import { styles } from './styles.ts'
import { isAddress, Unfolded } from './unfolded.ts'
import { Visibility } from './visibility.ts'

/** As many cards as an agent takes in at a glance; the rest behind one action. */
const firstCards = 4
const undoMs = 8000
/** What is asked with less is refused by the service. */
const leastQuery = 3

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
    hasArticles: { attribute: 'has-articles', type: Boolean },
    isInBackground: { attribute: false },
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
  /** The HTML of a whole article, shown in place. */
  declare bodyOf: ((contentId: string) => Promise<string>) | null
  /** Whether the service has whole articles; without them and without `bodyOf`, "open" goes to an item's address. */
  declare hasArticles: boolean

  /** The page around shows something else: what is drawn now is not seen. */
  declare isInBackground: boolean

  #state: PanelState = initialState
  #connection: Connection | null = null
  #visibility: Visibility | null = null
  #tick: ReturnType<typeof setInterval> | undefined
  #undoTimer: ReturnType<typeof setTimeout> | undefined
  #dismissalKey: string | null = null
  /** What each element showed when it was last looked at. */
  readonly #shownOf = new WeakMap<Element, Card>()
  #slots: ReadonlyMap<string, number> = new Map()
  #isPointerIn = false
  #said = ''
  /** What came while nothing held the cards, for who does not see them change. */
  #announced = ''
  readonly #unfolded = new Unfolded({
    html: () => this.bodyOf,
    text: ({ retrievalId, item }) =>
      this.hasArticles ? (this.#connection?.article(retrievalId, item.contentId) ?? null) : null,
    opened: (card) => this.#record(card, 'opened'),
    failed: () => this.#say(this.#words.failed),
    changed: () => this.requestUpdate(),
  })
  #askedWhy: string | null = null
  readonly #keyboard = new Keyboard({
    run: (command) => this.#run(command),
    escape: () => this.#escape(),
    changed: () => this.requestUpdate(),
  })

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
    this.hasArticles = false
    this.isInBackground = false
    this.addEventListener('keydown', (event) => this.handleKey(event))
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#visibility = new Visibility({
      isLookedAt: () => document.visibilityState === 'visible' && !this.isInBackground,
      seen: (element) => this.#record(cardOf(element, this.#state), 'shown'),
    })
    this.#tick = setInterval(() => this.requestUpdate(), 10_000)
    addEventListener('offline', this.#wentOffline)
    addEventListener('online', this.#cameOnline)
    addEventListener('focus', this.#focusMoved)
    addEventListener('blur', this.#focusMoved)
    if (this.hasUpdated) this.restart()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#connection?.close()
    clearTimeout(this.#undoTimer)
    this.#visibility?.close()
    clearInterval(this.#tick)
    removeEventListener('offline', this.#wentOffline)
    removeEventListener('online', this.#cameOnline)
    removeEventListener('focus', this.#focusMoved)
    removeEventListener('blur', this.#focusMoved)
  }

  override updated(changed: PropertyValues): void {
    const isOther = (names: readonly string[]) => names.some((name) => changed.has(name))
    if (isOther(['interactionId', 'agentId', 'language', 'baseUrl'])) this.restart()
    // Who signs in again finds the cards, the pins and the marks as they were.
    else if (isOther(['token', 'maxResults'])) this.#connect()
    this.#watch()
    const dialog = this.renderRoot.querySelector('dialog')
    const { isHelpOpen } = this.#keyboard
    if (isHelpOpen && dialog?.open === false) dialog.showModal()
    if (!isHelpOpen && dialog?.open === true) dialog.close()
    this.#hold()
  }

  /** Of a new answer the same item is shown anew, and counts anew. */
  #watch(): void {
    const articles = [...this.renderRoot.querySelectorAll('article')]
    for (const article of articles) {
      const card = cardOf(article, this.#state)
      const before = this.#shownOf.get(article)
      if (card === undefined || card === before) continue
      if (card.retrievalId !== before?.retrievalId || card.item.contentId !== before.item.contentId)
        this.#visibility?.again(article)
      this.#shownOf.set(article, card)
    }
    this.#visibility?.watch(articles)
  }

  /** Begins anew with the interaction that is set. */
  restart() {
    this.#state = initialState
    clearTimeout(this.#undoTimer)
    this.#unfolded.keepOnly(new Set())
    this.#connect()
  }

  /** Opens the line to the service, anew where there was one. */
  #connect() {
    this.#connection?.close()
    this.#connection = null
    const { interactionId, agentId, token, baseUrl, language, maxResults } = this
    if (interactionId === null || agentId === null) return this.requestUpdate()
    if (token === null) return this.#do({ type: 'troubled', kind: 'signed-out', detail: '' })
    this.#connection = new Connection({
      baseUrl,
      token: () => this.token,
      interactionId,
      agentId,
      language,
      maxResults,
      happened: (action) => this.#do(action),
      // For the page around it, in the form of the service's reply.
      onAnswer: (detail) => this.dispatchEvent(new CustomEvent('cuecard-answer', { detail })),
    })
    this.#connection.open()
  }

  #wentOffline = () => this.#do({ type: 'troubled', kind: 'offline', detail: '' })
  #focusMoved = () => queueMicrotask(() => this.#hold())
  #cameOnline = () => this.#connection?.flush()

  #do(action: PanelAction): void {
    const { cards } = this.#state
    this.#state = reduce(this.#state, action)
    if (this.#state.cards !== cards) {
      this.#unfolded.keepOnly(new Set(this.#state.cards.map(({ item }) => item.contentId)))
      const known = new Set(cards.map(({ item }) => item.contentId))
      const count = this.#state.cards.filter(({ item }) => !known.has(item.contentId)).length
      if (count > 0) this.#announced = fill(this.#words.news, { n: count })
    }
    this.requestUpdate()
  }

  async #search(query: string): Promise<void> {
    if (query.length < leastQuery) return this.#say(this.#words.tooShort)
    this.#say('')
    await this.#connection?.search(query)
  }

  #record(
    card: Card | undefined,
    type: PanelEvent['type'],
    more: Partial<PanelEvent> = {},
    delayMs = 0,
  ): string | null {
    if (card === undefined) return null
    const event = { type, contentId: card.item.contentId, ...more }
    return this.#connection?.record(card.retrievalId, event, delayMs) ?? null
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

  #act(command: Command, card: Card): void {
    const { contentId, snippet } = card.item
    if (command === 'open') void this.#unfolded.toggleArticle(card)
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
    } else if (command === 'reasons' || command === 'whole') this.#unfolded.toggle(command, contentId)
    else if (command === 'dismiss') void this.#askWhy(contentId)
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
    if (command === 'help') return this.#keyboard.toggleHelp()
    if (command === 'undo') {
      if (this.#state.undo === null) return
      if (this.#dismissalKey !== null) this.#connection?.takeBack(this.#dismissalKey)
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

  /** Tells the agent that the sign-in at Genesys came to nothing. */
  tellSignInFailed() {
    this.#say(this.#words.signInFailed)
  }

  /** Takes a key press; a page that is nothing but the panel hands over those of the whole page. */
  handleKey(event: KeyboardEvent) {
    this.#keyboard.handle(event)
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
    this.#connection?.leaveSearch()
    const input = this.renderRoot.querySelector<HTMLInputElement>('input[type=search]')
    if (input) input.value = ''
    input?.focus()
    this.#do({ type: 'search-left' })
  }

  /** The interface's. */
  get #language() {
    return chooseLanguage([this.lang, ...navigator.languages])
  }

  get #words() {
    return messages[this.#language]
  }

  get #visible(): readonly Card[] {
    return this.#state.isAllShown ? this.#state.cards : this.#state.cards.slice(0, firstCards)
  }

  get #look(): PanelLook {
    return {
      words: this.#words,
      chords: this.#keyboard.chords,
      hasGenesys: this.hasGenesys,
      said: this.#said,
      announced: this.#announced,
      isHelpOpen: this.#keyboard.isHelpOpen,
      remapping: this.#keyboard.remapping,
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
      retry: () => (this.#state.query === '' ? this.#connect() : void this.#search(this.#state.query)),
      closeHelp: () => this.#keyboard.closeHelp(),
      remap: (command) => this.#keyboard.remap(command),
    }
  }

  #cardLook({ item: { contentId, url } }: Card): CardLook {
    const { query, pinnedIds, ratings } = this.#state
    return {
      words: this.#words,
      language: this.#language,
      now: Date.now(),
      query,
      isPinned: pinnedIds.includes(contentId),
      rating: ratings[contentId],
      ...this.#unfolded.of(contentId),
      isAskedWhy: this.#askedWhy === contentId,
      canOpen: this.bodyOf !== null || this.hasArticles || isAddress(url),
      act: (command, card) => this.#act(command, card),
      dismiss: (card, reason) => void this.#dismiss(card, reason),
    }
  }

  protected override render() {
    const state = this.#state
    const look = this.#look
    const language = this.#language
    const hidden = state.cards.length - firstCards
    this.#slots = assignSlots(
      this.#visible.map(({ item }) => item.contentId),
      this.#slots,
    )
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
              ({ item }) => this.#slots.get(item.contentId),
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
