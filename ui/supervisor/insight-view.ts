// How well cuecard serves: the funnel, times and freshness, adoption by article, queue and language, gaps and hygiene.
import { html, nothing } from 'lit'
import type { AdoptionFigures, FreshnessFigures, Grouped, LatencyFigures } from '../../src/ledger/record.ts'
import type { DataTable } from './data-table.ts'
import { type Desk, pendingOf, problemText, saveCsv, tableOf, type ViewPart } from './desk.ts'
import { smallest } from './figures.ts'
import { funnelSteps, type InsightFigures, insightTables, statuses } from './insight-tables.ts'
import type { ChartData } from './time-chart.ts'
import { insightQuery, stepOf } from './view-address.ts'
import './time-chart.ts'

export class InsightView implements ViewPart {
  readonly #desk: Desk
  #loaded: InsightFigures | undefined
  #problem: string | null = null
  #loading = new AbortController()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async load(): Promise<void> {
    this.#loading.abort()
    const loading = new AbortController()
    this.#loading = loading
    const { api, state } = this.#desk
    const query = insightQuery(state, Date.now())
    const ask = <T>(name: string, by?: string) => {
      const full = new URLSearchParams(query)
      if (by !== undefined) full.set('by', by)
      return api.call<T>(`/v1/insights/${name}?${full}`, { signal: loading.signal })
    }
    const step = stepOf(state)
    try {
      const [byQueue, byLanguage, latency, freshness, content, gaps, hygiene] = await Promise.all([
        ask<InsightFigures['byQueue']>('adoption', 'queue'),
        ask<InsightFigures['byLanguage']>('adoption', 'language'),
        ask<InsightFigures['latency']>('latency', step),
        ask<InsightFigures['freshness']>('freshness', step),
        ask<InsightFigures['content']>('content'),
        ask<InsightFigures['gaps']>('gaps'),
        ask<InsightFigures['hygiene']>('hygiene'),
      ])
      this.#loaded = { byQueue, byLanguage, latency, freshness, content, gaps, hygiene }
      this.#problem = null
    } catch (error) {
      if (loading.signal.aborted) return
      this.#loaded = undefined
      this.#problem = problemText(this.#desk, error)
    }
    this.#desk.redraw()
  }

  render() {
    const desk = this.#desk
    const loaded = this.#loaded
    if (loaded === undefined) return pendingOf(desk, this.#problem)
    const tables = insightTables(loaded, bound(desk))
    const { funnel, latency, freshness } = tables
    return html`
      <p class="quiet">${desk.say('smallNumbers')} ${desk.say('intervalNote')}</p>
      <button @click=${() => saveCsv(Object.values(tables).flat(), 'cuecard-insight.csv')}>${desk.say('csv')}</button>
      <section>${tableOf(desk, funnel)}${this.#funnelBars(loaded.byQueue.total)}<p class="quiet">${desk.say('resolvedNote')}</p></section>
      <section>${this.#chart(latency, this.#latencyChart(loaded.latency))}</section>
      <section>${this.#chart(freshness, this.#freshnessChart(loaded.freshness))}</section>
      ${[...tables.adoption, ...tables.lists].map((table) => html`<section>${tableOf(desk, table)}</section>`)}
    `
  }

  #funnelBars(total: AdoptionFigures) {
    const rates = [1, ...funnelSteps.map((step) => (total[step].of < smallest ? 0 : (total[step].rate ?? 0)))]
    if (total.shown < smallest) return nothing
    return html`<ul class="funnel" aria-hidden="true">${(['shown', ...funnelSteps] as const).map(
      (step, place) => html`<li><span>${this.#desk.say(step)}</span>${bar(rates[place] ?? 0)}</li>`,
    )}</ul>`
  }

  #chart(table: DataTable, data: ChartData) {
    const { say } = bound(this.#desk)
    if (table.rows.length === 0) return tableOf(this.#desk, table)
    return html`<h3>${table.caption}</h3>
      <ul class="legend">${data.lines.map(({ label }, place) => html`<li class="line${place}"><bdi>${label}</bdi></li>`)}</ul>
      <cuecard-time-chart role="img" aria-label="${table.caption}. ${say('asTable')}" .data=${data}></cuecard-time-chart>
      <details><summary>${say('showTable')}</summary>${tableOf(this.#desk, table)}</details>`
  }

  #latencyChart({ groups }: Grouped<LatencyFigures>): ChartData {
    const { figures, language } = bound(this.#desk)
    return {
      times: groups.map(({ group }) => Date.parse(group) / 1000),
      lines: (['p50', 'p99'] as const).map((label) => ({
        label,
        values: groups.map((group) => (group.retrievals < smallest ? null : group[label])),
      })),
      format: (value) => figures.milliseconds(value, smallest),
      language,
    }
  }

  #freshnessChart({ groups }: Grouped<FreshnessFigures>): ChartData {
    const { say, language } = bound(this.#desk)
    const percent = new Intl.NumberFormat(language, { style: 'percent' })
    return {
      times: groups.map(({ group }) => Date.parse(group) / 1000),
      lines: statuses.map((status) => ({
        label: say(status),
        values: groups.map((group) => (group.retrievals < smallest ? null : group[status].rate)),
      })),
      format: (value) => percent.format(value),
      language,
    }
  }
}

function bar(rate: number) {
  return html`<svg viewBox="0 0 100 5" preserveAspectRatio="none"><rect width=${100 * rate} height="5"></rect></svg>`
}

function bound(desk: Desk) {
  return { figures: desk.figures, say: desk.say.bind(desk), language: desk.language }
}
