// What happened on an interaction, proved against the log's checkpoint; export and erasure.
import { html, nothing } from 'lit'
import { type Desk, problemOf, problemText, type ViewPart } from './desk.ts'
import type { MessageKey } from './messages.ts'
import { gather, type LogEntry } from './recorded-entry.ts'
import { saveStream } from './save-stream.ts'
import { seenRetrievalView } from './seen-retrieval.ts'
import { type Finding, type InclusionProof, type Verdict, verifyEntry } from './verify-entry.ts'
import { insightQuery } from './view-address.ts'

interface Page {
  readonly entries: readonly LogEntry[]
  readonly next: number | null
}

const pageSize = 200
const findingWords = {
  holds: 'holds',
  fails: 'fails',
  unreadable: 'erased',
  unable: 'browserUnable',
} as const satisfies Record<Finding, MessageKey>

export class ComplianceView implements ViewPart {
  readonly #desk: Desk
  #entries: LogEntry[] | undefined
  #next: number | null = null
  #checkpoint = ''
  #key = ''
  #problem: string | null = null
  #notice: string | null = null
  readonly #verdicts = new Map<number, Verdict | string>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async load(): Promise<void> {
    const { api, state } = this.#desk
    this.#entries = undefined
    this.#verdicts.clear()
    await this.#guarded(async () => {
      const plain = { headers: { accept: 'text/plain' } }
      const text = (path: string) => api.open(path, plain).then((response) => response.text())
      const [checkpoint, key] = await Promise.all([text('/v1/audit/checkpoint'), text('/v1/audit/key')])
      this.#checkpoint = checkpoint
      // What the officer typed stays: a key kept elsewhere says more than the service's own.
      this.#key ||= key.trim()
      if (state.interaction) await this.#more()
    })
  }

  render() {
    const { say, may, state } = this.#desk
    if (!may('audit.read')) return html`<p role="status">${say('auditNotForRole')}</p>`
    const find = (event: SubmitEvent) => {
      event.preventDefault()
      this.#desk.go({ interaction: valueIn(event, 'interaction') })
    }
    return html`
      <form class="row" @submit=${find}>
        <label>${say('interaction')}<input name="interaction" required maxlength="128" .value=${state.interaction}></label>
        <button>${say('find')}</button>
      </form>
      ${problemOf(this.#problem)}
      <p role="status">${this.#notice ?? nothing}</p>
      ${state.interaction ? this.#found() : nothing}
      <section>
        <h3>${say('checkpoint')}</h3>
        <pre tabindex="0" role="group" aria-label=${say('checkpoint')} dir="ltr">${this.#checkpoint}</pre>
        <label>${say('verifierKey')}<input class="wide" dir="ltr" .value=${this.#key} @change=${this.#onKey}></label>
        <p class="quiet">${say('keyNote')}</p>
      </section>
      ${this.#exportPart()} ${this.#erasePart()}
    `
  }

  #found() {
    const { say } = this.#desk
    if (this.#entries === undefined) return nothing
    const { seen, others } = gather(this.#entries)
    if (this.#entries.length === 0) return html`<p>${say('notFound')}</p>`
    return html`
      ${seen.map((retrieval) => seenRetrievalView(this.#desk, retrieval, (entry, what) => this.#entryLine(entry, what)))}
      ${others.map((entry) => html`<section>${this.#entryLine(entry)}</section>`)}
      ${this.#next === null ? nothing : html`<button @click=${() => this.#guarded(() => this.#more())}>${say('older')}</button>`}
    `
  }

  #entryLine(entry: LogEntry, what = entry.kind) {
    const { say, figures } = this.#desk
    const name = `${say('entry')} ${figures.number(entry.index)}`
    const verdict = this.#verdicts.get(entry.index)
    return html`<div class="row"><span><strong>${name}</strong> · <bdi>${what}</bdi> · ${figures.time(entry.at)}</span>
      <button aria-label="${say('verify')}: ${name}" @click=${() => this.#verify(entry)}>${say('verify')}</button>
      <span role="status">${verdict === undefined ? nothing : typeof verdict === 'string' ? verdict : this.#verdict(verdict)}</span></div>`
  }

  #verdict({ content, inclusion, signature, size }: Verdict) {
    const { say, figures } = this.#desk
    const part = (name: MessageKey, finding: Finding) =>
      html`<span class="verdict ${finding}">${say(name)}: ${say(findingWords[finding])}</span> `
    return html`${part('content', content)}${part('inclusion', inclusion)}${part('signature', signature)}
      ${size === null ? nothing : html`<span class="quiet">${say('ofEntries')} ${figures.number(size)}</span>`}`
  }

  async #verify({ index }: LogEntry): Promise<void> {
    const { api } = this.#desk
    try {
      const [entry, proof] = await Promise.all([
        api.call<LogEntry>(`/v1/audit/entries/${index}`),
        api.call<InclusionProof>(`/v1/audit/proofs/inclusion/${index}`),
      ])
      // Of the entry that was asked for, whatever the reply calls itself.
      this.#verdicts.set(index, await verifyEntry({ ...entry, index }, proof, this.#key))
    } catch (error) {
      this.#verdicts.set(index, problemText(this.#desk, error) ?? '')
    }
    this.#desk.redraw()
  }

  readonly #onKey = ({ currentTarget }: Event): void => {
    if (currentTarget instanceof HTMLInputElement) this.#key = currentTarget.value.trim()
    this.#verdicts.clear()
    this.#desk.redraw()
  }

  #exportPart() {
    const { say, may } = this.#desk
    if (!may('audit.export')) return nothing
    const save = (format: 'jsonl' | 'csv') => () =>
      this.#guarded(async () => {
        const name = `cuecard-audit.${format}`
        const query = insightQuery({ ...this.#desk.state, queue: '', language: '' }, Date.now())
        query.set('format', format)
        await saveStream(() => this.#desk.api.open(`/v1/audit/export?${query}`), name)
        this.#notice = say('exported')
      })
    return html`<section><h3>${say('export')}</h3><p class="quiet">${say('exportNote')}</p>
      <button @click=${save('jsonl')}>JSON Lines</button> <button @click=${save('csv')}>CSV</button></section>`
  }

  #erasePart() {
    const { say, may } = this.#desk
    if (!may('audit.erase')) return nothing
    return html`<section><h3>${say('erase')}</h3><p class="quiet">${say('eraseNote')}</p>
      <form class="row" @submit=${this.#onErase}>
        <label>${say('eraseWhat')}<select name="kind">
          <option value="interactionId">${say('interaction')}</option><option value="agentId">${say('agent')}</option>
        </select></label>
        <label>${say('id')}<input name="id" required maxlength="128" autocomplete="off"></label>
        <label>${say('typeAgain')}<input name="again" required maxlength="128" autocomplete="off"></label>
        <button class="danger">${say('erase')}</button>
      </form></section>`
  }

  readonly #onErase = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const form = event.currentTarget
    const { api, say, figures } = this.#desk
    const [kind, id] = [valueIn(event, 'kind'), valueIn(event, 'id')]
    if (id !== valueIn(event, 'again')) {
      this.#problem = say('notTheSame')
      this.#desk.redraw()
      return
    }
    await this.#guarded(async () => {
      const { entries } = await api.call<{ entries: number }>('/v1/audit/erasures', {
        method: 'POST',
        body: { [kind]: id },
      })
      this.#notice = `${say('erasedEntries')}: ${figures.number(entries)}`
      if (form instanceof HTMLFormElement) form.reset()
      await this.load()
    })
  }

  async #more(): Promise<void> {
    const query = new URLSearchParams({
      interactionId: this.#desk.state.interaction,
      limit: String(pageSize),
    })
    if (this.#entries && this.#next !== null) query.set('before', String(this.#next))
    const page = await this.#desk.api.call<Page>(`/v1/audit/entries?${query}`)
    this.#entries = [...(this.#entries ?? []), ...page.entries]
    this.#next = page.next
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    this.#problem = null
    if (this.#desk.may('audit.read'))
      await work().catch((error: unknown) => {
        if (!(error instanceof DOMException && error.name === 'AbortError'))
          this.#problem = problemText(this.#desk, error)
      })
    this.#desk.redraw()
  }
}

function valueIn(event: SubmitEvent, name: string): string {
  const value =
    event.currentTarget instanceof HTMLFormElement ? new FormData(event.currentTarget).get(name) : null
  return typeof value === 'string' ? value.trim() : ''
}
