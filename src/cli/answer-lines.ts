// A reply as people read it in a terminal: ranked items with their reasons, and what the reply says of itself.
import type { Contribution } from '../ranking/profile.ts'
import type { FreshnessStatus, Retrieval, RetrievedItem } from '../retrieval/retrieval.ts'
import type { Paint, Terminal } from './terminal.ts'
import { fitted, printable, wrap } from './text-width.ts'

/** Where titles begin, and all that stands below them. */
export const textColumn = 10

/** Place, score and title, then what the score is made of and the source, for each item. */
export function itemLines(items: readonly RetrievedItem[], terminal: Terminal): string[] {
  const { columns, paint } = terminal
  return items.flatMap((item, index) => {
    const reasons = wrap(`${reasonsOf(item.explanation)}  ${item.source}`, columns - textColumn)
    return [
      itemHead(item, index, terminal),
      ...reasons.map((line) => ' '.repeat(textColumn) + paint('dim', line)),
    ]
  })
}

/** Place, score and title. */
export function itemHead(
  { title, score }: RetrievedItem,
  index: number,
  { columns, paint }: Terminal,
): string {
  const place = `${index + 1}.`.padStart(3)
  const fit = fitted(printable(title), columns - textColumn).trimEnd()
  return `${place} ${paint('green', score.toFixed(2))}  ${paint('bold', fit)}`
}

/** Such as `relevance 0.42 + 2 tags match 0.30 + compliant 0.20`. */
export function reasonsOf(explanation: readonly Contribution[]): string {
  return explanation
    .filter(
      ({ feature, weight, contribution }) => contribution !== 0 || (feature === 'relevance' && weight !== 0),
    )
    .map(({ feature, value, contribution }) => `${named(feature, value)} ${contribution.toFixed(2)}`)
    .join(' + ')
}

function named(feature: string, value: number): string {
  if (feature === 'matchingTags') return value === 1 ? '1 tag matches' : `${value} tags match`
  if (feature === 'compliance') return 'compliant'
  return feature
}

const badges: Readonly<Record<FreshnessStatus, readonly [mark: string, style: Paint]>> = {
  fresh: ['●', 'green'],
  stale: ['◐', 'yellow'],
  mirror: ['◑', 'yellow'],
  none: ['○', 'red'],
}

/** Such as `◐ stale, 12.3 s old`. */
export function freshnessBadge({ status, ageSeconds }: Retrieval['freshness'], { paint }: Terminal): string {
  const [mark, style] = badges[status]
  const age = status === 'fresh' || ageSeconds === null ? '' : `, ${ageSeconds} s old`
  return paint(style, `${mark} ${status}${age}`)
}

/** Such as `kept back: 2 archived, 1 draft`; empty where nothing was. */
export function refusedInWords(refused: Retrieval['refused']): string {
  const counts = Map.groupBy(refused, ({ reason }) => reason)
  if (counts.size === 0) return ''
  const parts = [...counts].map(([reason, { length }]) => `${length} ${reason.replaceAll('_', ' ')}`)
  return `kept back: ${parts.join(', ')}`
}

/** Why the reply is less than it could be; empty where it is not. */
export function degradationInWords(degraded: Retrieval['degraded']): string {
  return degraded === null ? '' : `${printable(degraded.message)} (${degraded.code})`
}

/** Parts in a row, in as many lines as it takes, indented. */
export function paragraph(
  text: string,
  indent: number,
  style: Paint,
  { columns, paint }: Terminal,
): string[] {
  if (text === '') return []
  return wrap(text, columns - indent).map((line) => ' '.repeat(indent) + paint(style, line))
}
