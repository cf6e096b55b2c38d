// `cuecard insights`: what the record tells of missing answers, and of articles that need looking after.
import { SingleBar } from 'cli-progress'
import type { Command } from 'commander'
import type { HygieneQuery, InsightReports } from '../insight/hygiene.ts'
import type { CommandContext } from './command-context.ts'
import { gapLines, hygieneLines } from './insight-lines.ts'
import { isoTime, wholeNumber } from './option-value.ts'
import type { RecordOptions } from './record-of-command.ts'

/**
 * Opens the record and, where there is one, the mirror that the configuration names.
 * @throws CuecardError `config.invalid`, `record.off`, `record.unavailable`, `mirror.unavailable`.
 */
export type OpenInsights = (
  context: CommandContext,
  options: RecordOptions,
) => Promise<{ readonly insights: InsightReports; close(): Promise<void> }>

interface Options extends RecordOptions {
  readonly from?: number
  readonly to?: number
  readonly queue?: string
  readonly language?: string
  readonly limit: number
  readonly json?: true
}

export function addInsightsCommand(program: Command, context: CommandContext, open: OpenInsights): void {
  const { terminal } = context
  const insights = program
    .command('insights')
    .description('see what is missing, and what needs looking after')
  const add = <T>(
    name: string,
    texts: { readonly summary: string; readonly description: string },
    ask: (insights: InsightReports, query: HygieneQuery) => Promise<T>,
    linesOf: (report: T) => readonly string[],
  ) =>
    insights
      .command(name)
      .summary(texts.summary)
      .description(texts.description)
      .option('--from <time>', 'retrievals from this time on (default: 7 days before --to)', isoTime)
      .option('--to <time>', 'and before this one (default: now)', isoTime)
      .option('--queue <id>', 'only of this queue')
      .option('--language <tag>', 'only in this BCP 47 language')
      .option('--limit <n>', 'length of each list, 1 to 200', wholeNumber(1, 200), 20)
      .option('--config <file>', 'settings as YAML or JSON')
      .option('--json', 'print JSON')
      .addHelpText('after', `\nExample:\n  cuecard insights ${name} --from 2026-03-01`)
      .action(async ({ config, json, queue, ...query }: Options) => {
        const opened = await open(context, { config })
        try {
          const report = await ask(opened.insights, { ...query, queueId: queue })
          if (json) terminal.out(JSON.stringify(report, null, 2))
          else for (const line of linesOf(report)) terminal.out(line)
        } finally {
          await opened.close()
        }
      })
  add(
    'gaps',
    {
      summary: 'list the queries that found nothing',
      description: 'Lists the queries to which there was no item, and those after which nothing was used.',
    },
    (reports, query) => reports.gaps(query),
    (report) => gapLines(report, terminal),
  )
  add(
    'hygiene',
    {
      summary: 'list the articles that need looking after',
      description:
        'Lists articles that were shown and never used, that were dismissed, and, with a mirror, those never shown and those that say nearly the same. Shares come with their 95 % interval.',
    },
    (reports, query) => {
      const bar = terminal.isErrorWatched
        ? new SingleBar({ format: 'comparing {bar} {percentage} %', clearOnComplete: true })
        : undefined
      bar?.start(1, 0)
      return reports.hygiene(query, (done, total) => bar?.update(done / total)).finally(() => bar?.stop())
    },
    (report) => hygieneLines(report, terminal),
  )
}
