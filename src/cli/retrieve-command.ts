// `cuecard retrieve`: one retrieval against the configured organisation.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Command } from 'commander'
import { loadConfig } from '../config/load-config.ts'
import { createCuecard } from '../create-cuecard.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import type { Retrieval } from '../retrieval/retrieval.ts'
import { parseRetrievalRequest, type RetrievalRequestInput } from '../retrieval/retrieval-request.ts'
import { degradationInWords, freshnessBadge, itemLines, paragraph, refusedInWords } from './answer-lines.ts'
import type { CommandContext } from './command-context.ts'
import { decimalNumber, several, wholeNumber } from './option-value.ts'
import type { Terminal } from './terminal.ts'

interface Options {
  readonly interaction?: string
  readonly agent: string
  readonly entity?: readonly string[]
  readonly tag?: readonly string[]
  readonly query?: string
  readonly language?: string
  readonly maxResults: number
  readonly contentType?: readonly string[]
  readonly minRelevance?: number
  readonly availableFrom?: string
  readonly availableUntil?: string
  readonly complianceBoost: boolean
  readonly timeout?: number
  readonly config?: string
  readonly json?: true
}

/** A process that has just started has an empty cache, so it may wait longer than an agent would. */
const defaultTimeoutMs = 3000

export function addRetrieveCommand(program: Command, context: CommandContext): void {
  program
    .command('retrieve')
    .summary('retrieve ranked knowledge once')
    .description('Retrieves knowledge for one interaction and prints it ranked, with the reasons.')
    .option('--query <text>', 'what to search for, 3 to 2000 characters')
    .option('--entity <id>', 'what it is about, such as a product; may be repeated', several)
    .option('--tag <tag>', 'a tag of the interaction; may be repeated', several)
    .option('--interaction <id>', 'Genesys conversation id (default: a new one)')
    .option('--agent <id>', 'the agent who asks', 'cli')
    .option('--language <tag>', 'BCP 47 language (default: en-US)')
    .option('--max-results <n>', 'items at most', wholeNumber(1, 50), 10)
    .option('--content-type <type>', 'article, procedure, ...; may be repeated', several)
    .option('--min-relevance <n>', "least relevance by the source's own judgement", decimalNumber(0, 1))
    .option('--available-from <time>', 'only items in force after this ISO 8601 time')
    .option('--available-until <time>', 'only items in force before this ISO 8601 time')
    .option('--no-compliance-boost', 'rank compliant items like others')
    .option(
      '--timeout <ms>',
      `latency budget (default: latencyBudgetMs where it is set, else ${defaultTimeoutMs})`,
      wholeNumber(20, 60_000),
    )
    .option('--config <file>', 'settings as YAML or JSON')
    .option('--json', 'print the reply as JSON')
    .addHelpText(
      'after',
      '\nNeeds GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and GENESYS_REGION; `cuecard simulate` prints a set to try. Own articles alone, as `mirror.sources` names them, are found without, in the copy that `cuecard mirror sync` or a service keeps.\n\nExample:\n  cuecard retrieve --query "my card was stolen abroad" --tag card --entity card-classic',
    )
    .action((options: Options) => run(options, context))
}

async function run(options: Options, { terminal, environment, signal, exitWith }: CommandContext) {
  const request = requestOf(options)
  const config = loadConfig(environment, options.config, { latencyBudgetMs: defaultTimeoutMs })
  const latencyBudgetMs = options.timeout ?? config.latencyBudgetMs
  // A copy is left to those who run for longer.
  const mirror = { ...config.mirror, intervalSeconds: 0 }
  const cuecard = await createCuecard({ ...config, latencyBudgetMs, mirror })
  try {
    // What goes wrong here goes wrong again below, and is told there, source by source.
    const warm = cuecard.warmUp({ timeoutMs: latencyBudgetMs }).catch(() => {})
    await Promise.race([warm, once(signal, 'abort')])
    const reply = await cuecard.retrieve(request, { signal })
    if (options.json) terminal.out(JSON.stringify(reply, null, 2))
    else for (const line of replyLines(reply, terminal)) terminal.out(line)
    if (reply.freshness.status !== 'none') return
    exitWith(1)
    if (!options.json) terminal.err('Run `cuecard doctor` to see what is wrong.')
  } finally {
    await cuecard.close()
  }
}

/** Checked here, before anything is sent. @throws CuecardError `request.invalid`, in the words of the options. */
function requestOf(options: Options): RetrievalRequestInput {
  const { availableFrom: start, availableUntil: end } = options
  if (options.query === undefined && options.entity === undefined && options.tag === undefined)
    throw new CuecardError('request.invalid', 'Nothing to look for: give --query, --entity or --tag')
  if (start === undefined ? end !== undefined : end === undefined)
    throw new CuecardError('request.invalid', '--available-from and --available-until need each other')
  const request: RetrievalRequestInput = {
    interactionId: options.interaction ?? randomUUID(),
    agentId: options.agent,
    entityIds: options.entity,
    query: options.query,
    contextTags: options.tag,
    language: options.language,
    maxResults: options.maxResults,
    filters: {
      contentTypes: options.contentType,
      minRelevanceScore: options.minRelevance,
      availabilityWindow: start === undefined || end === undefined ? undefined : { start, end },
    },
    boostCompliance: options.complianceBoost,
  }
  try {
    parseRetrievalRequest(request)
    return request
  } catch (error) {
    throw isCuecardError(error, 'request.invalid') ? inWordsOfOptions(error) : error
  }
}

const optionOfField: readonly (readonly [field: string, option: string])[] = [
  ['interactionId', '--interaction'],
  ['agentId', '--agent'],
  ['entityIds', '--entity'],
  ['contextTags', '--tag'],
  ['filters.contentTypes', '--content-type'],
  ['filters.availabilityWindow.start', '--available-from'],
  ['filters.availabilityWindow.end', '--available-until'],
  ['query', '--query'],
  ['language', '--language'],
]

function inWordsOfOptions(error: CuecardError): CuecardError {
  const { field = '' } = error.details
  const option = optionOfField.find(([name]) => field.startsWith(name))?.[1]
  if (option === undefined) return error
  const problem = error.message.slice(field.length).replace('after start', 'after --available-from')
  return new CuecardError('request.invalid', `${option}${problem}`, error.details)
}

function replyLines({ freshness, timings, items, ...rest }: Retrieval, terminal: Terminal): string[] {
  const ms = (time: number) => `${Math.round(time)} ms`
  const took = `answered in ${ms(timings.totalMs)} (Genesys ${ms(timings.upstreamMs)}, waiting for quota ${ms(timings.queuedMs)})`
  return [
    ...itemLines(items, terminal),
    ...(items.length > 0 ? [''] : []),
    `${freshnessBadge(freshness, terminal)}  ${took}`,
    ...paragraph(refusedInWords(rest.refused), 0, 'dim', terminal),
    ...paragraph(degradationInWords(rest.degraded), 0, 'yellow', terminal),
  ]
}
