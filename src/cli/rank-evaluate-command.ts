// `cuecard rank evaluate`: how well a profile ranks, measured on conversations whose right articles are known.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SingleBar } from 'cli-progress'
import { type Command, Option } from 'commander'
import { readConversations } from '../articles/article.ts'
import { systemClock } from '../clock.ts'
import { readProfile } from '../config/read-profile.ts'
import { CuecardError } from '../errors.ts'
import { readFileArticles } from '../mirror/own-articles.ts'
import { type JudgedEvent, judgeEvents } from '../ranking/evaluate.ts'
import { type Ablation, type Evaluation, evaluationOf } from '../ranking/evaluation.ts'
import type { CommandContext } from './command-context.ts'
import { counted } from './counted.ts'
import { percent, points } from './figures.ts'
import { wholeNumber } from './option-value.ts'
import { type EvaluatedFiles, evaluateUseAndTell } from './rank-evaluate-use.ts'
import type { Terminal } from './terminal.ts'

interface Options {
  readonly articles: string
  readonly conversations: string
  readonly profile: string
  readonly ablation?: true
  readonly limit?: number
  readonly learnFromUse?: true
  readonly json?: true
}

/** What is printed with `--json`. */
interface Report extends Evaluation {
  readonly articles: number
  readonly conversations: number
  readonly profile: string
}

export function addRankEvaluateCommand(rank: Command, context: CommandContext): void {
  rank
    .command('evaluate')
    .summary('measure a ranking profile on conversations with known answers')
    .description(
      'Ranks the articles at each event of each conversation, from a local index, with the turns up to the event as the query, and prints R@1, R@5 (a gold article is in the top k), MRR@5 and nDCG@5; and how well turns that need no article are told apart, where the file has such.',
    )
    .requiredOption('--articles <file>', 'articles, one JSON object a line')
    .requiredOption('--conversations <file>', 'conversations with events, one JSON object a line')
    .option('--profile <name>', 'ranking profile: context, tutorial, or a profile file', 'context')
    .option('--ablation', 'also measure without each feature')
    .option('--limit <n>', 'measure the first n turns only', wholeNumber(1, 10_000_000))
    .addOption(
      new Option(
        '--learn-from-use',
        'measure what past use teaches: as if agents had used the right articles of other categories',
      ).conflicts(['profile', 'ablation', 'limit']),
    )
    .option('--json', 'print JSON; shares are 0..1')
    .addHelpText(
      'after',
      '\nExample:\n  cuecard rank evaluate --articles samples/articles.jsonl --conversations samples/conversations.jsonl',
    )
    .action(async (options: Options) => {
      if (options.learnFromUse) return evaluateUseAndTell(await readFiles(options), context, options)
      const report = await evaluate(options, context)
      if (options.json) context.terminal.out(JSON.stringify(report, null, 2))
      else for (const line of linesOf(report, context.terminal)) context.terminal.out(line)
    })
}

async function evaluate(options: Options, { terminal, signal }: CommandContext): Promise<Report> {
  const profile = readProfile(options.profile)
  const { articles, conversations } = await readFiles(options)
  const total = options.limit ?? conversations.reduce((sum, one) => sum + Math.max(1, one.events.length), 0)
  const bar = terminal.isErrorWatched
    ? new SingleBar({ format: 'ranking {bar} {value}/{total} turns, {eta_formatted} left' })
    : undefined
  const judged: JudgedEvent[] = []
  const run = judgeEvents(articles, conversations, {
    profile,
    clock: systemClock,
    ablation: options.ablation ?? false,
  })
  try {
    bar?.start(total, 0)
    for (const event of run.take(total)) {
      // Only the first are looked at, and a file may hold many events.
      judged.push({ ...event, ranked: event.ranked.slice(0, 5) })
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
    profile: profile.name,
    ...evaluationOf(judged, articles),
  }
}

/** @throws CuecardError `data.invalid`, also where there is nothing to measure. */
async function readFiles(files: Pick<Options, 'articles' | 'conversations'>): Promise<EvaluatedFiles> {
  // As the mirror keeps them: what is measured is what a reply would carry.
  const articles = (await readFileArticles(files.articles)).articles.map(({ article }) => article)
  const conversations = await readConversations(files.conversations)
  if (conversations.some(({ events }) => events.some(({ goldArticleIds }) => goldArticleIds.length > 0)))
    return { articles, conversations }
  throw new CuecardError(
    'data.invalid',
    `${files.conversations} holds no event with a gold article, so there is nothing to measure`,
  )
}

function linesOf({ metrics, intervals, silence, timings, ...rest }: Report, { paint }: Terminal): string[] {
  const row = (name: string, share: number, interval?: readonly [number, number]) => {
    const range = interval === undefined ? '' : `  ${wide(interval[0])} ..${wide(interval[1])}`
    return `  ${name.padEnd(8)}${paint('bold', wide(share))}${range}`
  }
  const lines = [
    `Profile ${paint('bold', rest.profile)}: ${counted(rest.articles, 'article')}, ${counted(rest.conversations, 'conversation')}, ${counted(rest.events, 'event')}`,
    '',
    paint('dim', `              %    95% interval, ${counted(intervals.groups, 'group')} by ${intervals.by}`),
    row('R@1', metrics.r1, intervals.r1),
    row('R@5', metrics.r5, intervals.r5),
    row('MRR@5', metrics.mrr5, intervals.mrr5),
    row('nDCG@5', metrics.ndcg5),
    '',
  ]
  if (silence !== null)
    lines.push(
      `${counted(rest.unneeded, 'turn')} that ${rest.unneeded === 1 ? 'needs' : 'need'} no article: AUC ${silence.auc.toFixed(3)}; with push.minConfidence ${silence.threshold} 95% of the needed are answered and ${percent(silence.keptQuiet)}% of the others kept quiet`,
      '',
    )
  lines.push(...ablationLines(rest.ablation, metrics))
  lines.push(
    `${timings.queriesPerSecond.toLocaleString('en')} queries/s on one core, p50 ${timings.p50Ms} ms, p99 ${timings.p99Ms} ms`,
  )
  if (rest.eventsWithUnknownGold > 0)
    lines.push(
      paint(
        'yellow',
        `${counted(rest.eventsWithUnknownGold, 'event')} with a gold article that is not in the file: it counts as not found`,
      ),
    )
  return lines
}

function ablationLines(ablation: readonly Ablation[], { r1, r5 }: Evaluation['metrics']): string[] {
  if (ablation.length === 0) return []
  const change = (share: number, whole: number) => points(share - whole).padStart(7)
  const isIdle = (without: Ablation) => without.r1 === r1 && without.r5 === r5
  const rows = ablation
    .filter((without) => !isIdle(without))
    .map(
      ({ feature, ...without }) =>
        `  ${feature.padEnd(16)}${change(without.r1, r1)}${change(without.r5, r5)}`,
    )
  const idle = ablation.filter(isIdle).map(({ feature }) => feature)
  const heading = `Without        ${'R@1'.padStart(10)}${'R@5'.padStart(7)}`
  return [heading, ...rows, `No change without ${idle.join(', ') || 'any other'}`, '']
}

function wide(share: number): string {
  return percent(share).padStart(5)
}
