// `cuecard rank evaluate --learn-from-use`: what learning from past use brings, on categories that it was not learnt from.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SingleBar } from 'cli-progress'
import type { Article, Conversation } from '../articles/article.ts'
import { evaluateUse } from '../learning/evaluate-use.ts'
import { type Change, changesOf, type LearntEvaluation } from '../ranking/evaluation.ts'
import { KnowledgeIndex } from '../search/knowledge-index.ts'
import type { CommandContext } from './command-context.ts'
import { counted } from './counted.ts'
import { percent, points } from './figures.ts'
import type { Terminal } from './terminal.ts'

/** What is measured. */
export interface EvaluatedFiles {
  readonly articles: readonly Article[]
  readonly conversations: readonly Conversation[]
}

/** What is printed with `--json`. */
interface Report extends LearntEvaluation {
  readonly articles: number
  readonly conversations: number
}

export async function evaluateUseAndTell(
  files: EvaluatedFiles,
  context: CommandContext,
  { json }: { readonly json?: true },
): Promise<void> {
  const report = await evaluated(files, context)
  const { terminal } = context
  if (json) terminal.out(JSON.stringify(report, null, 2))
  else for (const line of linesOf(report, terminal)) terminal.out(line)
}

async function evaluated(
  { articles, conversations }: EvaluatedFiles,
  { terminal, signal }: CommandContext,
): Promise<Report> {
  const bar = terminal.isErrorWatched
    ? new SingleBar({ format: 'ranking and learning {bar} {percentage} %' })
    : undefined
  try {
    bar?.start(1, 0)
    const work = evaluateUse(new KnowledgeIndex(articles), conversations)
    let step = work.next()
    for (; !step.done; step = work.next()) {
      bar?.update(step.value)
      // Lets Ctrl-C through.
      await nextTurn()
      signal.throwIfAborted()
    }
    const changes = changesOf(step.value, articles)
    return { articles: articles.length, conversations: conversations.length, ...changes }
  } finally {
    bar?.stop()
  }
}

function linesOf(report: Report, { paint }: Pick<Terminal, 'paint'>): string[] {
  const { articles, conversations, events, groups, by } = report
  const row = (name: string, { before, after, gain, interval: [low, high] }: Change) =>
    `  ${name.padEnd(8)}${wide(percent(before))}${paint('bold', wide(percent(after)))}${wide(points(gain))}${wide(points(low))} ..${wide(points(high))}`
  return [
    `Learning from use: ${counted(articles, 'article')}, ${counted(conversations, 'conversation')}, ${counted(events, 'event')}`,
    '',
    paint(
      'dim',
      `            before   after    gain   its 95% interval, ${counted(groups, 'group')} by ${by}`,
    ),
    row('R@1', report.r1),
    row('R@5', report.r5),
    row('MRR@5', report.mrr5),
    '',
    'What ranks an event was learnt from the right articles of other categories, as if agents had used them.',
  ]
}

function wide(text: string): string {
  return text.padStart(8)
}
