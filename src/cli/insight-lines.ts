// What `cuecard insights` tells people.
import type { ArticleFigures, HygieneReport } from '../insight/hygiene-report.ts'
import type { GapsReport, QueryFigures, Share } from '../ledger/record.ts'
import type { Terminal } from './terminal.ts'
import { fitted, printable } from './text-width.ts'

type Screen = Pick<Terminal, 'columns' | 'paint'>

/** Where the text of a row begins: after a count and two shares. */
const textColumn = 53

export function gapLines({ from, to, gaps, unanswered }: GapsReport, screen: Screen): string[] {
  const rows = (queries: readonly QueryFigures[]) =>
    queries.map(({ query, retrievals, unanswered: none, used }) =>
      row(retrievals, none, used, query ?? '(its words were erased)', screen),
    )
  const head = ['asked', 'without an item', 'used', 'query'] as const
  return [
    spanLine(from, to, screen),
    ...section('Queries to which there was no item', head, rows(unanswered), screen),
    ...section('Queries after which nothing was used', head, rows(gaps), screen),
  ]
}

export function hygieneLines(report: HygieneReport, screen: Screen): string[] {
  const { from, to, retrievals, shown, neverUsed, alwaysDismissed, knowledge } = report
  const rows = (articles: readonly ArticleFigures[]) => articles.map((article) => articleRow(article, screen))
  const head = ['shown', 'used', 'dismissed', 'article'] as const
  return [
    spanLine(from, to, screen),
    `${counted(retrievals, 'retrieval')}, ${counted(shown, 'item')} reported as shown`,
    ...section('Shown and never used', head, rows(neverUsed), screen),
    ...section('Dismissed and never used', head, rows(alwaysDismissed), screen),
    ...(knowledge === null
      ? ['', screen.paint('dim', 'Without a mirror nobody can tell what was never shown, or is said twice.')]
      : [...neverShownLines(knowledge, screen), ...duplicateLines(knowledge.nearDuplicates, screen)]),
  ]
}

type Knowledge = NonNullable<HygieneReport['knowledge']>

function neverShownLines({ articles, neverShown }: Knowledge, { columns, paint }: Screen): string[] {
  const { list } = neverShown
  return [
    '',
    paint('bold', `Never shown: ${shareInWords(neverShown)} of ${counted(articles, 'article')} in force`),
    ...list.map(({ contentId, title, updatedAt }) =>
      fitted(
        `  ${updatedAt?.slice(0, 10) ?? '          '}  ${printable(`${title}  ${contentId}`)}`,
        columns,
      ).trimEnd(),
    ),
  ]
}

function duplicateLines({ threshold, groups, list }: Knowledge['nearDuplicates'], screen: Screen): string[] {
  const { columns, paint } = screen
  return [
    '',
    paint('bold', `Nearly the same: ${counted(groups, 'group')}, alike by ${threshold * 100}% or more`),
    ...list.flatMap((group) => [
      ...group.map(({ contentId, title, similarity, shown, used }) => {
        const alike = similarity === 1 ? '    ' : `${Math.floor(similarity * 100)}%`.padStart(4)
        const use = `shown ${shown}, used ${used.count}`
        return fitted(`  ${alike}  ${printable(`${title ?? ''}  ${contentId}`)}  ${use}`, columns).trimEnd()
      }),
      '',
    ]),
  ].slice(0, list.length === 0 ? undefined : -1)
}

function articleRow({ contentId, title, shown, used, dismissed }: ArticleFigures, screen: Screen): string {
  return row(shown, used, dismissed, title === null ? contentId : `${title}  ${contentId}`, screen)
}

function section(
  title: string,
  [count, first, second, text]: readonly [string, string, string, string],
  rows: readonly string[],
  { paint }: Screen,
): string[] {
  if (rows.length === 0) return ['', `${paint('bold', title)}: none`]
  const head = `${count.padStart(7)}  ${first.padEnd(22)}${second.padEnd(22)}${text}`
  return ['', paint('bold', title), paint('dim', head), ...rows]
}

function row(count: number, first: Share, second: Share, text: string, { columns }: Screen): string {
  const figures = `${String(count).padStart(7)}  ${shareInWords(first).padEnd(22)}${shareInWords(second).padEnd(22)}`
  return fitted(figures + printable(text), Math.max(columns, textColumn + 20)).trimEnd()
}

/** Such as `3, 20% (7..45%)`: small numbers say little, and the interval shows it. */
function shareInWords({ count, rate, low, high }: Share): string {
  if (rate === null || low === null || high === null) return '-'
  return `${count}, ${percent(rate)}% (${percent(low)}..${percent(high)}%)`
}

function percent(share: number): number {
  return Math.round(100 * share)
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

function spanLine(from: string, to: string, { paint }: Screen): string {
  return paint('dim', `${from.slice(0, 16)}Z to ${to.slice(0, 16)}Z`)
}
