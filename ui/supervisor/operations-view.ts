// Genesys quota, breakers, messages that wait, and what is amiss with its reason.
import { html, nothing } from 'lit'
import type { DeliveryRecord } from '../../src/ledger/record.ts'
import { ApiProblem } from '../shared/api.ts'
import type { DataTable } from './data-table.ts'
import { type Desk, pendingOf, problemText, saveCsv, tableOf, type ViewPart } from './desk.ts'

interface Operations {
  readonly genesys: { readonly calls: number; readonly quotaRemaining: number | null }
  readonly sources: readonly { readonly source: string; readonly breaker: 'closed' | 'open' | 'half-open' }[]
}

interface Parts {
  readonly parts: Readonly<Record<string, { readonly ok: boolean; readonly message: string }>>
}

interface Loaded {
  readonly operations: Operations
  readonly parts: Parts['parts']
  /** Null where no database is configured. */
  readonly deliveries: readonly DeliveryRecord[] | null
}

const breakerWords = { closed: 'breakerClosed', open: 'breakerOpen', 'half-open': 'breakerTrying' } as const

export class OperationsView implements ViewPart {
  readonly #desk: Desk
  #loaded: Loaded | undefined
  #problem: string | null = null
  #replayed: string | null = null

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async load(): Promise<void> {
    const { api } = this.#desk
    try {
      const [operations, parts, deliveries] = await Promise.all([
        api.call<Operations>('/v1/insights/operations'),
        this.#parts(),
        api.call<{ deliveries: DeliveryRecord[] }>('/v1/deliveries?limit=1000').catch((error: unknown) => {
          if (error instanceof ApiProblem && error.code === 'record.off') return null
          throw error
        }),
      ])
      this.#loaded = { operations, parts, deliveries: deliveries?.deliveries ?? null }
      this.#problem = null
    } catch (error) {
      this.#loaded = undefined
      this.#problem = problemText(this.#desk, error)
    }
    this.#desk.redraw()
  }

  render() {
    const desk = this.#desk
    const loaded = this.#loaded
    if (loaded === undefined) return pendingOf(desk, this.#problem)
    const alerts = this.#alerts(loaded)
    const tables = this.#tables(loaded)
    return html`
      <section>
        <h3>${desk.say('alerts')}</h3>
        ${
          alerts.length === 0
            ? html`<p class="quiet">${desk.say('noAlerts')}</p>`
            : html`<ul class="alerts">${alerts.map((alert) => html`<li>${alert}</li>`)}</ul>`
        }
      </section>
      <button @click=${() => saveCsv(tables, 'cuecard-operations.csv')}>${desk.say('csv')}</button>
      <button @click=${() => void this.load()}>${desk.say('refresh')}</button>
      ${tables.map((table) => html`<section>${tableOf(desk, table)}</section>`)}
      ${loaded.deliveries === null ? html`<p class="quiet">${desk.say('recordOff')}</p>` : this.#replayButton(loaded.deliveries)}
      <p role="status">${this.#replayed ?? nothing}</p>
    `
  }

  /** A service that is not ready says so with 503, and why. */
  async #parts(): Promise<Parts['parts']> {
    const response = await fetch('/readyz', { cache: 'no-store' }).catch(() => {
      throw new ApiProblem(0, 'network.lost', 'The service cannot be reached')
    })
    const body: Partial<Parts> = await response.json()
    return body.parts ?? {}
  }

  #alerts({ operations, parts, deliveries }: Loaded): string[] {
    const { say, figures } = this.#desk
    const dead = deliveries?.filter(({ state }) => state === 'dead').length ?? 0
    return [
      ...Object.entries(parts).flatMap(([name, { ok, message }]) => (ok ? [] : [`${name}: ${message}`])),
      ...(operations.genesys.quotaRemaining === 0 ? [say('quotaSpent')] : []),
      ...operations.sources.flatMap(({ source, breaker }) =>
        breaker === 'closed' ? [] : [`${source}: ${say(breakerWords[breaker])}`],
      ),
      ...(dead > 0 ? [`${say('deadLetters')}: ${figures.number(dead)}`] : []),
    ]
  }

  #tables({ operations, deliveries }: Loaded): DataTable[] {
    const { say, figures } = this.#desk
    const { calls, quotaRemaining } = operations.genesys
    return [
      {
        caption: 'Genesys',
        columns: [say('quotaLeft'), say('calls')],
        rows: [
          [
            quotaRemaining === null ? say('noGenesys') : figures.number(quotaRemaining),
            figures.number(calls),
          ],
        ],
      },
      {
        caption: say('sources'),
        columns: [say('source'), say('breaker')],
        rows: operations.sources.map(({ source, breaker }) => [source, say(breakerWords[breaker])]),
      },
      {
        caption: say('deliveries'),
        columns: [say('message'), say('endpoint'), say('state'), say('attempts'), say('reason')],
        rows: (deliveries ?? []).map(({ id, endpoint, state, attempts, lastError }) => [
          id,
          endpoint,
          say(state),
          figures.number(attempts),
          lastError ?? '–',
        ]),
      },
    ]
  }

  #replayButton(deliveries: readonly DeliveryRecord[]) {
    const { say, may } = this.#desk
    if (!deliveries.some(({ state }) => state === 'dead')) return nothing
    if (!may('deliveries.replay')) return html`<p class="quiet">${say('replayNotForRole')}</p>`
    const open = ({ currentTarget }: Event) => {
      const dialog = currentTarget instanceof HTMLElement ? currentTarget.nextElementSibling : null
      if (dialog instanceof HTMLDialogElement) dialog.showModal()
    }
    return html`<button @click=${open}>${say('replay')}</button>
      <dialog aria-labelledby="replay-title" @close=${this.#onClose}>
        <form method="dialog">
          <h3 id="replay-title">${say('replayQuestion')}</h3>
          <button value="yes">${say('replay')}</button>
          <button value="no">${say('cancel')}</button>
        </form>
      </dialog>`
  }

  readonly #onClose = async ({ currentTarget }: Event): Promise<void> => {
    if (!(currentTarget instanceof HTMLDialogElement) || currentTarget.returnValue !== 'yes') return
    currentTarget.returnValue = ''
    const { api, say, figures } = this.#desk
    try {
      const { replayed } = await api.call<{ replayed: number }>('/v1/deliveries/replay', {
        method: 'POST',
        body: {},
      })
      this.#replayed = `${say('replayed')}: ${figures.number(replayed)}`
    } catch (error) {
      this.#replayed = problemText(this.#desk, error)
    }
    await this.load()
  }
}
