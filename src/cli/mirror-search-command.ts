// `cuecard mirror search`: what an agent is shown when the mirror answers.
import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import { audiencesOf } from '../access/audience.ts'
import { systemClock } from '../clock.ts'
import { searchMirror } from '../compose-mirror.ts'
import { loadMirrorConfig } from '../config/load-config.ts'
import { CuecardError } from '../errors.ts'
import type { Turn } from '../search/knowledge-query.ts'
import { degradationInWords, freshnessBadge, paragraph, refusedInWords } from './answer-lines.ts'
import type { CommandContext } from './command-context.ts'
import { several, wholeNumber } from './option-value.ts'
import { explainedItemLines } from './reason-lines.ts'

interface Options {
  readonly turn?: readonly string[]
  readonly tag?: readonly string[]
  readonly entity?: readonly string[]
  readonly language?: string
  readonly agent?: string
  readonly queue?: string
  readonly limit: number
  readonly config?: string
  readonly json?: true
}

export function addMirrorSearchCommand(mirror: Command, context: CommandContext): void {
  mirror
    .command('search')
    .summary('search the copy as a retrieval does')
    .description(
      'Searches the copy, without Genesys, and shows what an agent would be shown, ranked, with the reasons.',
    )
    .argument('[words...]', 'what the agent types')
    .option(
      '--turn <text>',
      'what was said before, oldest first: by the customer, or with "agent:" before it by the agent; may be repeated',
      several,
    )
    .option('--tag <tag>', 'a tag of the interaction; may be repeated', several)
    .option('--entity <id>', 'what it is about, such as a product; may be repeated', several)
    .option('--language <tag>', 'BCP 47 language (default: en-US)')
    .option('--agent <id>', 'search as this agent (default: as somebody who may see everything)')
    .option('--queue <id>', 'with --agent: in this queue')
    .option('--limit <n>', 'items at most', wholeNumber(1, 50), 10)
    .option('--config <file>', 'settings as YAML or JSON')
    .option('--json', 'print the reply as JSON')
    .addHelpText('after', '\nExample:\n  cuecard mirror search my card was stolen abroad --tag card')
    .action((words: readonly string[], options: Options) => run(words, options, context))
}

async function run(
  words: readonly string[],
  options: Options,
  { terminal, environment, exitWith }: CommandContext,
) {
  const { turn, tag, entity } = options
  if (words.length === 0 && turn === undefined && tag === undefined && entity === undefined)
    throw new CuecardError('request.invalid', 'Nothing to look for: give words, --turn, --tag or --entity')
  const config = loadMirrorConfig(environment, options.config)
  const { agent, queue } = options
  const audienceOf = audiencesOf(agent === undefined ? [] : config.audiences, config.restrictedLabels)
  const reply = await searchMirror(config, {
    clock: systemClock,
    audienceOf: (agentId) => audienceOf(agentId, queue),
    turns: (turn ?? []).map(turnOf),
    request: {
      interactionId: randomUUID(),
      agentId: agent ?? 'cli',
      query: words.length === 0 ? undefined : words.join(' '),
      contextTags: tag,
      entityIds: entity,
      language: options.language,
      maxResults: options.limit,
    },
  })
  if (reply.items.length === 0) exitWith(1)
  if (options.json) {
    terminal.out(JSON.stringify(reply, null, 2))
    return
  }
  for (const line of explainedItemLines(reply.items, terminal)) terminal.out(line)
  terminal.out(freshnessBadge(reply.freshness, terminal))
  for (const line of paragraph(refusedInWords(reply.refused), 0, 'dim', terminal)) terminal.out(line)
  for (const line of paragraph(degradationInWords(reply.degraded), 0, 'yellow', terminal)) terminal.out(line)
}

function turnOf(text: string): Turn {
  const said = /^(agent|customer):\s*(.*)$/s.exec(text)
  if (said === null) return { speaker: 'customer', text }
  return { speaker: said[1] === 'agent' ? 'agent' : 'customer', text: said[2] ?? '' }
}
