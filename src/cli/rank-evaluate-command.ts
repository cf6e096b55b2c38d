// `cuecard rank evaluate`: how well a profile ranks, measured on conversations whose right articles are known.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SingleBar } from 'cli-progress'
import { type Command, Option } from 'commander'
import { readArticles, readConversations } from '../articles/article.ts'
import { ArticleIndex } from '../articles/article-index.ts'
import { systemClock } from '../clock.ts'
import { CuecardError } from '../errors.ts'
import {
  type JudgedEvent,
  judgeEvents,
  metricsOf,
  percentileOf,
  type RankingMetrics,
  wilsonInterval,
} from '../ranking/evaluate.ts'
import { profiles, tutorialProfile } from '../ranking/profile.ts'
import type { CommandContext } from './command-context.ts'
import { wholeNumber } from './option-value.ts'
import type { Terminal } from './terminal.ts'

interface Options {
  readonly articles: string
  readonly conversations: string
  readonly profile: string
  readonly limit?: number
  readonly json?: true
}

/** What is printed with `--json`; shares are 0..1, times in milliseconds. */
interface Evaluation {
  readonly articles: number
  readonly conversations: number
  /** Events measured. */
  readonly events: number
  /** Events without a gold article, left out. */
  readonly eventsWithoutGold: number
  /** Events measured that name a gold article which is not in the file: it counts as not found. */
  readonly eventsWithUnknownGold: number
  readonly profile: string
  readonly metrics: RankingMetrics
  /** 95%, Wilson. */
  readonly intervals: { readonly r1: readonly [number, number]; readonly r5: readonly [number, number] }
  readonly timings: { readonly queriesPerSecond: number; readonly p50Ms: number; readonly p99Ms: number }
}

export function addRankEvaluateCommand(rank: Command, context: CommandContext): void {
  rank
    .command('evaluate')
    .summary('measure a ranking profile on conversations with known answers')
    .description(
      'Ranks the articles at each event of each conversation, from a local index, with the turns up to the event as the query, and prints R@1, R@5 (a gold article is in the top k), MRR@5 and nDCG@5.',
    )
    .requiredOption('--articles <file>', 'articles, one JSON object a line')
    .requiredOption('--conversations <file>', 'conversations with events, one JSON object a line')
    .addOption(
      new Option('--profile <name>', 'ranking profile').choices(Object.keys(profiles)).default('tutorial'),
    )
    .option('--limit <n>', 'measure the first n events only', wholeNumber(1, 10_000_000))
    .option('--json', 'print JSON; shares are 0..1')
    .addHelpText(
      'after',
      '\nExample:\n  cuecard rank evaluate --articles samples/articles.jsonl --conversations samples/conversations.jsonl',
    )
    .action(async (options: Options) => {
      const evaluation = await evaluate(options, context)
      if (options.json) context.terminal.out(JSON.stringify(evaluation, null, 2))
      else for (const line of linesOf(evaluation, context.terminal)) context.terminal.out(line)
    })
}

async function evaluate(options: Options, { terminal, signal }: CommandContext): Promise<Evaluation> {
  const articles = await readArticles(options.articles)
  const conversations = await readConversations(options.conversations)
  const events = conversations.flatMap((conversation) => conversation.events)
  const withGold = events.filter(({ goldArticleIds }) => goldArticleIds.length > 0).length
  if (withGold === 0)
    throw new CuecardError(
      'data.invalid',
      `${options.conversations} holds no event with a gold article, so there is nothing to measure`,
    )
  const total = Math.min(options.limit ?? withGold, withGold)
  const bar = terminal.isErrorWatched
    ? new SingleBar({ format: 'ranking {bar} {value}/{total} events, {eta_formatted} left' })
    : undefined
  const known = new Set(articles.map(({ id }) => id))
  const judged: JudgedEvent[] = []
  const ports = { profile: profiles[options.profile] ?? tutorialProfile, clock: systemClock }
  try {
    bar?.start(total, 0)
    for (const event of judgeEvents(new ArticleIndex(articles), conversations, ports).take(total)) {
      judged.push(event)
      bar?.update(judged.length)
      // Lets Ctrl-C through.
      if (judged.length % 16 === 0) await nextTurn()
      signal.throwIfAborted()
    }
  } finally {
    bar?.stop()
  }
  return {
    articles: articles.length,
    conversations: conversations.length,
    ...summaryOf(judged),
    eventsWithoutGold: events.length - withGold,
    eventsWithUnknownGold: judged.filter(({ gold }) => !gold.isSubsetOf(known)).length,
    profile: ports.profile.name,
  }
}

function summaryOf(
  judged: readonly JudgedEvent[],
): Pick<Evaluation, 'events' | 'metrics' | 'intervals' | 'timings'> {
  const events = judged.length
  const metrics = metricsOf(judged)
  const times = judged.map(({ ms }) => ms)
  const interval = (share: number) => wilsonInterval(Math.round(share * events), events)
  return {
    events,
    metrics,
    intervals: { r1: interval(metrics.r1), r5: interval(metrics.r5) },
    timings: {
      queriesPerSecond: Math.round((1000 * events) / (times.reduce((a, b) => a + b, 0) || 1)),
      p50Ms: roundTo(2, percentileOf(times, 0.5)),
      p99Ms: roundTo(2, percentileOf(times, 0.99)),
    },
  }
}

function roundTo(digits: number, value: number): number {
  return Number(value.toFixed(digits))
}

function linesOf({ metrics, intervals, timings, ...rest }: Evaluation, { paint }: Terminal): string[] {
  const percent = (share: number) => (100 * share).toFixed(1).padStart(5)
  const row = (name: string, share: number, interval?: readonly [number, number]) => {
    const range = interval === undefined ? '' : `  ${percent(interval[0])} ..${percent(interval[1])}`
    return `  ${name.padEnd(8)}${paint('bold', percent(share))}${range}`
  }
  const notes = [
    rest.eventsWithoutGold > 0 &&
      `${counted(rest.eventsWithoutGold, 'event')} without a gold article left out`,
    rest.eventsWithUnknownGold > 0 &&
      `${counted(rest.eventsWithUnknownGold, 'event')} with a gold article that is not in the file: it counts as not found`,
  ].filter((note) => note !== false)
  return [
    `Profile ${paint('bold', rest.profile)}: ${counted(rest.articles, 'article')}, ${counted(rest.conversations, 'conversation')}, ${counted(rest.events, 'event')}`,
    '',
    paint('dim', '              %    95% interval'),
    row('R@1', metrics.r1, intervals.r1),
    row('R@5', metrics.r5, intervals.r5),
    row('MRR@5', metrics.mrr5),
    row('nDCG@5', metrics.ndcg5),
    '',
    `${timings.queriesPerSecond.toLocaleString('en')} queries/s on one core, p50 ${timings.p50Ms} ms, p99 ${timings.p99Ms} ms`,
    ...notes.map((note) => paint('yellow', note)),
  ]
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
