// How well cuecard serves: the funnel, times and freshness, adoption by article, queue and language, gaps and hygiene.
import { html, nothing, svg } from 'lit'
import type { HygieneReport } from '../../src/insight/hygiene-report.ts'
import type {
  AdoptionFigures,
  ContentFigures,
  ContentReport,
  FreshnessFigures,
  GapsReport,
  Grouped,
  LatencyFigures,
} from '../../src/ledger/record.ts'
import type { DataTable } from './data-table.ts'
import { type Desk, pendingOf, problemText, saveCsv, tableOf, type ViewPart } from './desk.ts'
import { smallest } from './figures.ts'
import type { ChartData } from './time-chart.ts'
import { insightQuery, stepOf } from './view-address.ts'
import './time-chart.ts'

interface Loaded {
  readonly byQueue: Grouped<AdoptionFigures>
  readonly byLanguage: Grouped<AdoptionFigures>
  readonly latency: Grouped<LatencyFigures>
  readonly freshness: Grouped<FreshnessFigures>
  readonly content: ContentReport
  readonly gaps: GapsReport
  readonly hygiene: HygieneReport
}

export class InsightView implements ViewPart {
  readonly #desk: Desk
  #loaded: Loaded | undefined
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
        ask<Loaded['byQueue']>('adoption', 'queue'),
        ask<Loaded['byLanguage']>('adoption', 'language'),
        ask<Loaded['latency']>('latency', step),
        ask<Loaded['freshness']>('freshness', step),
        ask<Loaded['content']>('content'),
        ask<Loaded['gaps']>('gaps'),
        ask<Loaded['hygiene']>('hygiene'),
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
    const tables = this.#tables(loaded)
    const { funnel, latency, freshness } = tables
    return html`
      <p class="quiet">${desk.say('smallNumbers')} ${desk.say('intervalNote')}</p>
      <button @click=${() => saveCsv(Object.values(tables).flat(), 'cuecard-insight.csv')}>${desk.say('csv')}</button>
      <section>${tableOf(desk, funnel)}${this.#funnelBars(loaded.byQueue.total)}</section>
      <section>${this.#chart(latency, this.#latencyChart(loaded.latency))}</section>
      <section>${this.#chart(freshness, this.#freshnessChart(loaded.freshness))}</section>
      ${[...tables.adoption, ...tables.lists].map((table) => html`<section>${tableOf(desk, table)}</section>`)}
    `
  }

  #tables({ byQueue, byLanguage, latency, freshness, content, gaps, hygiene }: Loaded) {
    const { figures, say } = bound(this.#desk)
    const titles = new Map(
      [...hygiene.neverUsed, ...hygiene.alwaysDismissed].map(({ contentId, title }) => [contentId, title]),
    )
    const total = byQueue.total
    const funnel: DataTable = {
      caption: say('funnel'),
      columns: [say('step'), say('count'), say('share'), say('interval')],
      rows: [
        [say('shown'), figures.count(total.shown), '', ''],
        ...funnelSteps.map((step) => [
          say(step),
          figures.count(total[step].count, total[step].of),
          figures.rate(total[step]),
          figures.interval(total[step]),
        ]),
      ],
    }
    const by = (caption: string, first: string, { groups }: Grouped<AdoptionFigures>): DataTable => ({
      caption,
      columns: [first, say('shown'), say('opened'), say('used'), say('dismissed'), say('resolved')],
      rows: groups.map(({ group, shown, opened, used, dismissed, resolved }) => [
        group || say('notSet'),
        figures.count(shown),
        ...[opened, used, dismissed, resolved].map((share) => figures.share(share)),
      ]),
    })
    const articles = (
      caption: string,
      list: readonly (ContentFigures & { readonly title?: string | null })[],
    ): DataTable => ({
      caption,
      columns: [say('article'), say('shown'), say('used'), say('dismissed')],
      rows: list.map(({ contentId, title, shown, used, dismissed }) => [
        title ?? titles.get(contentId) ?? contentId,
        figures.count(shown),
        figures.share(used),
        figures.share(dismissed),
      ]),
    })
    const queries = (caption: string, list: GapsReport['gaps']): DataTable => ({
      caption,
      columns: [say('query'), say('retrievals'), say('empty'), say('lastAsked')],
      // The wording of few retrievals may be one customer's own.
      rows: list
        .filter(({ retrievals }) => retrievals >= smallest)
        .map(({ query, retrievals, unanswered, lastAt }) => [
          query ?? say('unreadable'),
          figures.count(retrievals),
          figures.share(unanswered),
          figures.time(lastAt),
        ]),
    })
    const knowledge = hygiene.knowledge
    return {
      funnel,
      latency: {
        caption: say('latency'),
        columns: [say('time'), say('retrievals'), 'p50', 'p99', say('withinBudget')],
        rows: latency.groups
          .filter(hasSome)
          .map(({ group, retrievals, p50, p99, withinBudget }) => [
            figures.time(group),
            figures.count(retrievals),
            figures.milliseconds(p50, retrievals),
            figures.milliseconds(p99, retrievals),
            figures.share(withinBudget),
          ]),
      },
      freshness: {
        caption: say('freshness'),
        columns: [say('time'), say('retrievals'), ...statuses.map((status) => say(status))],
        rows: freshness.groups
          .filter(hasSome)
          .map((group) => [
            figures.time(group.group),
            figures.count(group.retrievals),
            ...statuses.map((status) => figures.rate(group[status])),
          ]),
      },
      adoption: [
        articles(say('byArticle'), content.mostUsed),
        by(say('byQueue'), say('queue'), byQueue),
        by(say('byLanguage'), say('language'), byLanguage),
      ],
      lists: [
        queries(say('gaps'), gaps.gaps),
        queries(say('unanswered'), gaps.unanswered),
        articles(say('neverUsed'), hygiene.neverUsed),
        articles(say('alwaysDismissed'), hygiene.alwaysDismissed),
        ...(knowledge === null
          ? []
          : [
              {
                caption: say('neverShown'),
                columns: [say('article'), say('updated')],
                rows: knowledge.neverShown.list.map(({ title, updatedAt }) => [
                  title,
                  updatedAt === null ? '–' : figures.time(updatedAt),
                ]),
              },
              {
                caption: say('duplicates'),
                columns: [say('article'), say('similar')],
                rows: knowledge.nearDuplicates.list.map((group) => {
                  const [first, ...others] = group.map(({ title, contentId }) => title ?? contentId)
                  return [first ?? '', others.join(' · ')]
                }),
              },
            ]),
      ],
    }
  }

  #funnelBars(total: AdoptionFigures) {
    const rates = [1, ...funnelSteps.map((step) => (total[step].of < smallest ? 0 : (total[step].rate ?? 0)))]
    if (total.shown < smallest) return nothing
    return html`<svg class="funnel" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">
      ${rates.map((rate, place) => bar(rate, place))}
    </svg>`
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

const funnelSteps = ['opened', 'used', 'resolved'] as const
const statuses = ['fresh', 'stale', 'mirror', 'none'] as const

function bar(rate: number, place: number) {
  return svg`<rect x="0" y=${place * 7} width=${100 * rate} height="5"></rect>`
}

function hasSome({ retrievals }: { readonly retrievals: number }): boolean {
  return retrievals > 0
}

function bound(desk: Desk) {
  return { figures: desk.figures, say: desk.say.bind(desk), language: desk.language }
}
