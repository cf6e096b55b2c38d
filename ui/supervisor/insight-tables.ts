// The figures of the insight view as tables: the page draws them, and the CSV is written from them.
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
import { type Figures, smallest } from './figures.ts'
import type { MessageKey } from './messages.ts'

/** What the service tells of the time and the part that are looked at. */
export interface InsightFigures {
  readonly byQueue: Grouped<AdoptionFigures>
  readonly byLanguage: Grouped<AdoptionFigures>
  readonly latency: Grouped<LatencyFigures>
  readonly freshness: Grouped<FreshnessFigures>
  readonly content: ContentReport
  readonly gaps: GapsReport
  readonly hygiene: HygieneReport
}

export interface InsightTables {
  readonly funnel: DataTable
  readonly latency: DataTable
  readonly freshness: DataTable
  readonly adoption: readonly DataTable[]
  readonly lists: readonly DataTable[]
}

export const funnelSteps = ['opened', 'used', 'resolved'] as const
export const statuses = ['fresh', 'stale', 'mirror', 'none'] as const

export function insightTables(
  { byQueue, byLanguage, latency, freshness, content, gaps, hygiene }: InsightFigures,
  { figures, say }: { readonly figures: Figures; readonly say: (key: MessageKey) => string },
): InsightTables {
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

function hasSome({ retrievals }: { readonly retrievals: number }): boolean {
  return retrievals > 0
}
