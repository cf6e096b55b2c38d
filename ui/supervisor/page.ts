// The page /supervisor: sign-in, the views, and what is looked at in the address.
import { html, LitElement, nothing } from 'lit'
import { may, type Permission, roles } from '../../src/access/actor.ts'
import { Api, ApiProblem } from '../shared/api.ts'
import { chooseLanguage, directionOf } from '../shared/locale.ts'
import { forgetToken, keepToken, openSession, readToken, type Session } from '../shared/session.ts'
import { theme } from '../shared/theme.ts'
import { ComplianceView } from './compliance-view.ts'
import { type Desk, problemText, type ViewPart } from './desk.ts'
import { Figures } from './figures.ts'
import { InsightView } from './insight-view.ts'
import { type MessageKey, messages } from './messages.ts'
import { OperationsView } from './operations-view.ts'
import { pageStyle } from './page-style.ts'
import { ranges, readAddress, type View, type ViewState, views, writeAddress } from './view-address.ts'

const language = chooseLanguage([new URLSearchParams(location.search).get('lang'), ...navigator.languages])

export class SupervisorPage extends LitElement implements Desk {
  static override styles = [theme, pageStyle]
  readonly api = new Api({ token: readToken })
  readonly language = language
  readonly figures = new Figures(language)
  state: ViewState = readAddress(location.search)
  #session: Session | null | undefined
  #problem: string | null = null
  /** Whoever went to another view begins at its heading. */
  #isNewView = false
  readonly #views: Readonly<Record<View, ViewPart>> = {
    insight: new InsightView(this),
    operations: new OperationsView(this),
    compliance: new ComplianceView(this),
  }

  readonly say = (key: MessageKey): string => messages[language][key]
  readonly may = (permission: Permission): boolean => {
    const own = roles.filter((role) => this.#session?.roles.includes(role))
    return may({ id: '', roles: own, divisions: [], via: 'api_key' }, permission)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('popstate', this.#onPopState)
    void this.#signIn()
  }

  override disconnectedCallback(): void {
    removeEventListener('popstate', this.#onPopState)
    super.disconnectedCallback()
  }

  redraw(): void {
    this.requestUpdate()
  }

  go(change: Partial<ViewState>): void {
    this.#isNewView = change.view !== undefined && change.view !== this.state.view
    this.state = { ...this.state, ...change }
    history.pushState(null, '', writeAddress(this.state, location.search))
    this.#load()
  }

  signedOut(): void {
    forgetToken()
    this.#session = null
    this.requestUpdate()
  }

  /** A session ends at the service too, so that its token is of no use to whoever finds it. */
  readonly #signOut = async (): Promise<void> => {
    await this.api.open('/v1/session', { method: 'DELETE' }).catch(() => {})
    this.signedOut()
  }

  override updated(): void {
    document.title = `${this.#session ? `${this.say(this.state.view)} – ` : ''}${this.say('title')} – cuecard`
    if (!this.#isNewView) return
    this.#isNewView = false
    this.renderRoot.querySelector('h2')?.focus()
  }

  override render() {
    return html`<header>
        <h1>${this.say('title')}</h1>
        ${this.#session ? html`<button @click=${this.#signOut}>${this.say('signOut')}</button>` : nothing}
      </header>
      <main>${this.#main()}</main>`
  }

  #main() {
    if (this.#problem !== null) return html`<p class="problem" role="alert">${this.#problem}</p>`
    if (this.#session === undefined) return html`<p class="quiet" role="status">${this.say('loading')}</p>`
    if (this.#session === null) return this.#signInForm()
    if (!this.may('insight.read')) return html`<p role="status">${this.say('notForRole')}</p>`
    return html`<nav aria-label=${this.say('views')}>
        ${views.map(
          (view) => html`<a href=${writeAddress({ ...this.state, view }, location.search)}
            aria-current=${view === this.state.view ? 'page' : nothing} @click=${(event: MouseEvent) => this.#follow(event, view)}
            >${this.say(view)}</a>`,
        )}
      </nav>
      <h2 tabindex="-1">${this.say(this.state.view)}</h2>
      ${this.state.view === 'operations' || (this.state.view === 'compliance' && !this.may('audit.export')) ? nothing : this.#filters()}
      ${this.#views[this.state.view].render()}`
  }

  #filters() {
    const { state } = this
    const isInsight = state.view === 'insight'
    return html`<form class="row" @submit=${this.#onFilter} aria-label=${this.say('filters')}>
      <label>${this.say('range')}<select name="range">
        ${ranges.map((days) => html`<option value=${days} .selected=${days === state.range}>${this.#days(days)}</option>`)}
        <option value="" .selected=${state.range === ''}>${this.say('ownRange')}</option>
      </select></label>
      <label>${this.say('from')}<input type="date" name="from" .value=${state.from}></label>
      <label>${this.say('to')}<input type="date" name="to" .value=${state.to}></label>
      ${
        isInsight
          ? html`<label>${this.say('queue')}<input name="queue" maxlength="256" .value=${state.queue}></label>
            <label>${this.say('language')}<input name="language" maxlength="35" .value=${state.language}></label>`
          : nothing
      }
      <button>${this.say('apply')}</button>
    </form>`
  }

  #days(days: string): string {
    return new Intl.NumberFormat(language, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(
      Number(days),
    )
  }

  #signInForm() {
    return html`<form class="row" @submit=${this.#onKey}>
      <p>${this.say('signedOut')}</p>
      <label>${this.say('apiKey')}<input name="key" type="password" required autocomplete="off"></label>
      <button>${this.say('signIn')}</button>
    </form>`
  }

  #follow(event: MouseEvent, view: View): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    this.go({ view })
  }

  readonly #onFilter = (event: SubmitEvent): void => {
    event.preventDefault()
    const data = fieldsIn(event)
    const own = Boolean(data.from || data.to)
    this.go(readAddress(writeAddress({ ...this.state, ...data, range: own ? '' : (data.range ?? '') }, '')))
  }

  readonly #onKey = (event: SubmitEvent): void => {
    event.preventDefault()
    keepToken(fieldsIn(event).key ?? '')
    this.#session = undefined
    void this.#signIn()
  }

  readonly #onPopState = (): void => {
    const { view } = this.state
    this.state = readAddress(location.search)
    this.#isNewView = view !== this.state.view
    this.#load()
  }

  async #signIn(): Promise<void> {
    try {
      this.#session = await openSession(this.api)
      if (this.#session === null) forgetToken()
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      this.#problem = problemText(this, error)
    }
    this.#load()
  }

  #load(): void {
    if (this.#session && this.may('insight.read')) void this.#views[this.state.view].load()
    this.requestUpdate()
  }
}

function fieldsIn(event: SubmitEvent): Readonly<Record<string, string>> {
  const form = event.currentTarget
  if (!(form instanceof HTMLFormElement)) return {}
  return Object.fromEntries(
    [...new FormData(form)].map(([name, value]) => [name, typeof value === 'string' ? value.trim() : '']),
  )
}

document.documentElement.lang = language
document.documentElement.dir = directionOf(language)
customElements.define('cuecard-supervisor', SupervisorPage)
document.body.append(document.createElement('cuecard-supervisor'))
