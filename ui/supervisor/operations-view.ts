// Genesys quota, breakers, messages that wait, and what is amiss with its reason.
import { html, nothing } from 'lit'
import type { DeliveryRecord, Grouped, LatencyFigures } from '../../src/ledger/record.ts'
import { ApiProblem } from '../shared/api.ts'
import type { DataTable } from './data-table.ts'
import { type Desk, pendingOf, problemText, saveCsv, tableOf, type ViewPart } from './desk.ts'
import { smallest } from './figures.ts'

interface Operations {
  readonly genesys: {
    readonly calls: number
    readonly quotaRemaining: number | null
    readonly quotaPerMinute: number | null
  }
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
  /** Of the last hour; null as above. */
  readonly latency: LatencyFigures | null
}

/** Less of the minute's quota than this is told of before it is spent. */
const littleQuota = 0.1
/** The share of replies that should come within the latency budget. */
const aimedWithinBudget = 0.99
const hourMs = 3_600_000
/** More of them are of use to a program, which asks the service itself. */
const mostMessages = 10

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
      const since = new URLSearchParams({ from: new Date(Date.now() - hourMs).toISOString() })
      const [operations, parts, deliveries, latency] = await Promise.all([
        api.call<Operations>('/v1/insights/operations'),
        this.#parts(),
        api.call<{ deliveries: DeliveryRecord[] }>('/v1/deliveries?limit=1000').catch(nullWithoutRecord),
        api.call<Grouped<LatencyFigures>>(`/v1/insights/latency?${since}`).catch(nullWithoutRecord),
      ])
      this.#loaded = {
        operations,
        parts,
        deliveries: deliveries?.deliveries ?? null,
        latency: latency?.total ?? null,
      }
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

  #alerts({ operations, parts, deliveries, latency }: Loaded): string[] {
    const { say, figures } = this.#desk
    const { quotaRemaining: left, quotaPerMinute: all } = operations.genesys
    const within = latency?.withinBudget
    const dead = deliveries?.filter(({ state }) => state === 'dead').length ?? 0
    return [
      ...Object.entries(parts).flatMap(([name, { ok, message }]) => (ok ? [] : [`${name}: ${message}`])),
      ...(left === 0 ? [say('quotaSpent')] : []),
      ...(left !== null && left > 0 && all !== null && left < littleQuota * all
        ? [`${say('quotaLow')}: ${figures.number(left)} / ${figures.number(all)}`]
        : []),
      ...(within && within.of >= smallest && (within.rate ?? 1) < aimedWithinBudget
        ? [`${say('lateReplies')}: ${figures.rate(within)}`]
        : []),
      ...operations.sources.flatMap(({ source, breaker }) =>
        breaker === 'closed' ? [] : [`${source}: ${say(breakerWords[breaker])}`],
      ),
      ...(dead > 0 ? [`${say('deadLetters')}: ${figures.number(dead)}`] : []),
    ]
  }

  #tables({ operations, deliveries }: Loaded): DataTable[] {
    const { say, figures } = this.#desk
    const { calls, quotaRemaining, quotaPerMinute } = operations.genesys
    return [
      {
        caption: 'Genesys',
        columns: [say('source'), say('quotaLeft'), say('quotaAMinute'), say('calls')],
        rows: [
          [
            'Genesys Cloud',
            quotaRemaining === null ? say('noGenesys') : figures.number(quotaRemaining),
            quotaPerMinute === null ? '–' : figures.number(quotaPerMinute),
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
        columns: [say('endpoint'), say('pending'), say('dead'), say('reason')],
        rows: [...Map.groupBy(deliveries ?? [], ({ endpoint }) => endpoint)].map(([endpoint, own]) => {
          const dead = own.filter(({ state }) => state === 'dead').length
          const reason = own.find(({ lastError }) => lastError !== null)?.lastError
          return [endpoint, figures.number(own.length - dead), figures.number(dead), reason ?? '–']
        }),
      },
      ...(deliveries === null || deliveries.length === 0 ? [] : [this.#messages(deliveries)]),
    ]
  }

  /** The first of them, those that were given up before the rest. */
  #messages(deliveries: readonly DeliveryRecord[]): DataTable {
    const { say, figures } = this.#desk
    const listed = deliveries
      .toSorted((one, other) => Number(other.state === 'dead') - Number(one.state === 'dead'))
      .slice(0, mostMessages)
    return {
      caption: `${say('messages')} (${figures.number(listed.length)} / ${figures.number(deliveries.length)})`,
      columns: [say('message'), say('endpoint'), say('state'), say('attempts'), say('reason')],
      rows: listed.map(({ id, endpoint, state, attempts, lastError }) => [
        id,
        endpoint,
        say(state),
        figures.number(attempts),
        lastError ?? '–',
      ]),
    }
  }

  #replayButton(deliveries: readonly DeliveryRecord[]) {
    const { say, may } = this.#desk
    if (!deliveries.some(({ state }) => state === 'dead')) return nothing
    if (!may('deliveries.replay')) return html`<p class="quiet">${say('replayNotForRole')}</p>`
    const open = ({ currentTarget }: Event) => {
      const dialog = currentTarget instanceof HTMLElement ? currentTarget.nextElementSibling : null
      if (dialog instanceof HTMLDialogElement) dialog.showModal()
    }
    return html`<button aria-haspopup="dialog" @click=${open}>${say('replay')}</button>
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

function nullWithoutRecord(error: unknown): null {
  if (error instanceof ApiProblem && error.code === 'record.off') return null
  throw error
}
