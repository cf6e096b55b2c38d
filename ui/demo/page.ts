// The page /demo: a call that goes on turn by turn beside the agent's panel, and a button that takes Genesys down.
import { html, LitElement, nothing } from 'lit'
import type { DemoAction, DemoState } from '../../src/http/demo-stage.ts'
import type { Retrieval } from '../../src/retrieval/retrieval.ts'
import { CuecardPanel } from '../panel/cuecard-panel.ts'
import { Api, ApiProblem } from '../shared/api.ts'
import { forgetToken, openSession, readToken } from '../shared/session.ts'
import { theme } from '../shared/theme.ts'
import { demoStyle } from './demo-style.ts'
import { pauseAfter } from './pace.ts'
import { AnswerTally } from './tally.ts'

class DemoPage extends LitElement {
  static override styles = [theme, demoStyle]
  readonly #api = new Api({ token: readToken })
  readonly #panel = new CuecardPanel()
  readonly #tally = new AnswerTally()
  #state: DemoState | null = null
  #isSignedOut = false
  #isPlaying = true
  #problem: string | null = null
  #retrievalId: string | null = null
  /** Of the turn whose answer has not come yet; null: an agent searched. */
  #spokenAt: number | null = null
  #outcome: 'resolved' | 'unresolved' | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super()
    this.#panel.lang = 'en'
    this.#panel.insertText = (text) => this.#draft(text)
    this.#panel.hasArticles = true
    this.#panel.addEventListener('cuecard-answer', (event) => {
      if (event instanceof CustomEvent) this.#answered(event.detail)
    })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#enter()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  async #enter(): Promise<void> {
    try {
      this.#isSignedOut = (await openSession(this.#api)) === null
      if (this.#isSignedOut) forgetToken()
      else this.#take(await this.#api.call<DemoState>('/v1/demo'))
    } catch (error) {
      this.#trouble(error)
    }
    this.requestUpdate()
  }

  /** What the service says of the call; the panel follows it. */
  #take(state: DemoState): void {
    const isOther = state.call.interactionId !== this.#state?.call.interactionId
    this.#state = state
    this.#problem = null
    if (isOther) {
      this.#outcome = null
      this.#retrievalId = null
      this.#panel.interactionId = state.call.interactionId
      this.#panel.agentId = state.call.agentId
      this.#panel.token = readToken()
    }
    this.#playOn()
    this.requestUpdate()
  }

  #trouble(error: unknown): void {
    if (!(error instanceof ApiProblem)) throw error
    if (error.status === 401) this.#isSignedOut = true
    else this.#problem = error.status === 0 ? 'The demo has ended. Start it again: npm start' : error.message
    this.#isPlaying = false
    this.requestUpdate()
  }

  async #act(action: DemoAction): Promise<void> {
    if (action.action === 'next' || action.action === 'say') this.#spokenAt = performance.now()
    try {
      this.#take(await this.#api.call<DemoState>('/v1/demo', { method: 'POST', body: action }))
    } catch (error) {
      this.#trouble(error)
    }
  }

  #playOn(): void {
    clearTimeout(this.#timer)
    if (!this.#isPlaying || this.#state === null || this.#state.call.isOver) return
    const { call, speed } = this.#state
    const { interactionId, turns } = call
    this.#timer = setTimeout(
      () => void this.#act({ action: 'next', interactionId, turns: turns.length }),
      pauseAfter(turns.at(-1)?.text, speed),
    )
  }

  #answered(retrieval: Retrieval): void {
    const spokenAt = this.#spokenAt
    this.#spokenAt = null
    this.#tally.add({
      ms: spokenAt === null ? retrieval.timings.totalMs : performance.now() - spokenAt,
      isEmpty: retrieval.items.length === 0,
      isGenesysDown: this.#state?.isGenesysDown ?? false,
    })
    this.#retrievalId = retrieval.retrievalId
    this.requestUpdate()
  }

  #draft(text: string): void {
    const field = this.renderRoot.querySelector('textarea')
    if (field === null) return
    field.value = field.value === '' ? text : `${field.value}\n${text}`
    field.focus()
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    super.updated(changed)
    const talk = this.renderRoot.querySelector('.talk')
    talk?.scrollTo({ top: talk.scrollHeight })
  }

  override render() {
    if (this.#isSignedOut)
      return html`<main class="alone"><h1>Signed out</h1>
        <p>Each link signs in once. Press Enter where the demo runs: it prints new ones.</p></main>`
    const state = this.#state
    if (state === null)
      return html`<main class="alone"><p role="status">${this.#problem ?? 'Connecting …'}</p></main>`
    return html`<header>
        <h1>A live call to Harbour Bank</h1>
        ${this.#controls(state)}
      </header>
      <p class=${state.isGenesysDown ? 'genesys down' : 'genesys'} role="status">${
        state.isGenesysDown
          ? 'Genesys Cloud is down: every call to it fails. The cards keep coming, from what cuecard knows.'
          : 'Genesys Cloud is up.'
      }</p>
      ${this.#problem === null ? nothing : html`<p class="problem" role="alert">${this.#problem}</p>`}
      <main>
        <section aria-labelledby="call">${this.#call(state)}</section>
        <section aria-label="The agent's panel" class="panel">${this.#panel}</section>
      </main>
      <footer>${this.#figures(state)}</footer>`
  }

  #controls({ conversations, call, isGenesysDown }: DemoState) {
    const begin = (event: Event) =>
      event.target instanceof HTMLSelectElement && this.#begin(Number(event.target.value))
    return html`<div class="row">
      <label><span>Call</span><select @change=${begin}>
        ${conversations.map(
          ({ title, language }, index) =>
            html`<option value=${index} .selected=${index === call.conversation}>${title} (${language})</option>`,
        )}
      </select></label>
      <button @click=${this.#onPlay} ?disabled=${call.isOver}>${this.#isPlaying ? 'Pause' : 'Play'}</button>
      <button class=${isGenesysDown ? 'good' : 'danger'} @click=${() => this.#act({ action: 'genesys', isDown: !isGenesysDown })}>
        ${isGenesysDown ? 'Bring Genesys back' : 'Take Genesys down'}
      </button>
      <a href="/supervisor" target="_blank" rel="opener">Supervisor page</a>
    </div>`
  }

  #call({ call, conversations }: DemoState) {
    const { title = '', language = '' } = conversations[call.conversation] ?? {}
    return html`<h2 id="call">${title} <span class="quiet">${language}</span></h2>
      <div class="talk" role="log" tabindex="0" aria-label="What is said" lang=${call.language} dir="auto">
        ${call.turns.map(
          ({ speaker, text }) =>
            html`<p class=${speaker}><b lang="en">${speaker === 'agent' ? 'Agent' : 'Customer'}</b> <span>${text}</span></p>`,
        )}
        ${call.isOver ? html`<div class="end" lang="en">${this.#ending(call.conversation)}</div>` : nothing}
      </div>
      ${this.#composer()}`
  }

  #ending(conversation: number) {
    const { length } = this.#state?.conversations ?? []
    return html`<div>The call is over.</div>
      <div class="row">
        ${
          this.#outcome !== null
            ? html`<span role="status">Recorded: ${this.#outcome}.</span>`
            : html`<button @click=${() => this.#end('resolved')}>It was resolved</button>
              <button @click=${() => this.#end('unresolved')}>It was not</button>`
        }
        <button @click=${() => this.#begin((conversation + 1) % length)}>Next call</button>
      </div>`
  }

  #composer() {
    return html`<form @submit=${this.#onSay}>
      <label><span>Your words</span><textarea name="text" rows="3" maxlength="2000" required
        placeholder="“Insert” on a card puts its passage here"></textarea></label>
      <div class="row">
        <button name="speaker" value="agent">Say as the agent</button>
        <button name="speaker" value="customer">Say as the customer</button>
      </div>
    </form>`
  }

  #figures({ genesysCalls, quotaPerMinute }: DemoState) {
    const { answers, medianMs, slowestMs, duringOutage, emptyDuringOutage } = this.#tally.figures
    const ms = (value: number | null) => (value === null ? '–' : `${Math.round(value)} ms`)
    const figures = [
      ['Answers', answers],
      ['Median, from turn to cards', ms(medianMs)],
      ['Slowest', ms(slowestMs)],
      ['While Genesys was down', duringOutage],
      ['Empty of these', emptyDuringOutage],
      ['Calls to Genesys', genesysCalls],
      ['Allowed a minute', quotaPerMinute],
    ]
    return html`<dl>${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
  }

  #begin(conversation: number): Promise<void> {
    this.#isPlaying = true
    return this.#act({ action: 'begin', conversation })
  }

  readonly #onPlay = (): void => {
    this.#isPlaying = !this.#isPlaying
    this.#playOn()
    this.requestUpdate()
  }

  readonly #onSay = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const form = event.currentTarget
    if (!(form instanceof HTMLFormElement) || this.#state === null) return
    const text = String(new FormData(form).get('text')).trim()
    const speaker = event.submitter?.getAttribute('value') === 'customer' ? 'customer' : 'agent'
    if (text === '') return
    await this.#act({ action: 'say', interactionId: this.#state.call.interactionId, speaker, text })
    if (this.#problem === null) form.reset()
  }

  /** How a call ended is said of its last answer. */
  async #end(type: 'resolved' | 'unresolved'): Promise<void> {
    if (this.#retrievalId === null) return
    try {
      await this.#api.call(`/v1/retrievals/${this.#retrievalId}/events`, {
        method: 'POST',
        body: { type },
        headers: { 'idempotency-key': `demo-end-${this.#retrievalId}` },
      })
      this.#outcome = type
    } catch (error) {
      this.#trouble(error)
    }
    this.requestUpdate()
  }
}

customElements.define('cuecard-demo', DemoPage)
document.body.append(document.createElement('cuecard-demo'))
