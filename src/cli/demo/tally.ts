// What the demo counts, and what it says of it in the end.
import type { CuecardStats } from '../../cuecard.ts'
import { percentileOf } from '../../ranking/metrics.ts'

export interface CountedAnswer {
  readonly ms: number
  readonly items: number
  readonly duringOutage: boolean
}

/** The summary, one sentence a line. `budgetMs` is the time within which an answer is due. */
export function summaryLines(
  answers: readonly CountedAnswer[],
  stats: Pick<CuecardStats, 'genesysCalls' | 'sources'>,
  { budgetMs, quotaPerMinute }: { readonly budgetMs: number; readonly quotaPerMinute: number },
): string[] {
  const times = answers.map(({ ms }) => ms)
  const inTime = times.filter((ms) => ms <= budgetMs).length
  const outage = answers.filter(({ duringOutage }) => duringOutage)
  const empty = outage.filter(({ items }) => items === 0).length
  let hits = 0
  for (const { fresh, stale, grace } of Object.values(stats.sources)) hits += fresh + stale + grace
  return [
    `${answers.length} answers, ${percent(inTime, answers.length)} within ${budgetMs} ms (p50 ${millis(percentileOf(times, 0.5))}, p99 ${millis(percentileOf(times, 0.99))})`,
    `${stats.genesysCalls} calls to Genesys, which allows ${quotaPerMinute} a minute`,
    `${hits} cache hits`,
    `${outage.length} answers during the outage, ${empty === 0 ? 'none' : empty} of them empty`,
  ]
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Math.floor((1000 * part) / whole) / 10}%`
}

function millis(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}
