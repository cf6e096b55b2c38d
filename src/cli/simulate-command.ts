// `cuecard simulate`: a Genesys Cloud organisation on this machine, to develop against and to rehearse outages.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { parse as parseYaml } from 'yaml'
import { readArticles, readConversations } from '../articles/article.ts'
import { CuecardError, isCuecardError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import {
  createSimulator,
  FAULTS,
  type FaultPlan,
  faultPreset,
  type ListeningSimulator,
  parseFaultPlan,
  type RequestReport,
  type Simulator,
} from '../simulator/index.ts'
import type { CommandContext } from './command-context.ts'
import { wholeNumber } from './option-value.ts'
import { sampleArticles, sampleConversations } from './sample-files.ts'
import type { Terminal } from './terminal.ts'

interface Options {
  readonly articles?: string
  readonly conversations?: string
  readonly quota: number
  readonly latency: number
  readonly host: string
  readonly port?: number
  readonly faults?: string
  readonly seed: number
  readonly assistContent: boolean
  readonly play?: true
  readonly speed: number
  readonly clientId: string
  readonly clientSecret?: string
  readonly verbose?: true
  readonly json?: true
}

const defaultPort = 4310

/** Of talk, between the beginnings of two conversations. */
const playGapSeconds = 10

/** It guards invented data, so it may be known. */
const defaultSecret = 'simulator-secret'

export function addSimulateCommand(program: Command, context: CommandContext): void {
  program
    .command('simulate')
    .summary('run a simulated Genesys Cloud organisation')
    .description(
      'Serves a simulated Genesys Cloud organisation over HTTP until it is interrupted, with its quota, its latency and, on demand, its faults.',
    )
    .option('--articles <file>', 'articles, one JSON object a line (default: the sample bank)')
    .option('--conversations <file>', 'conversations (default: those of the sample bank, with its articles)')
    .option('--quota <n>', 'calls a minute for each token', wholeNumber(1, 1_000_000), 300)
    .option(
      '--latency <ms>',
      'median latency; the 99th percentile is 5 times that; 0: none',
      wholeNumber(0, 60_000),
      80,
    )
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', `port, 0 for any (default: ${defaultPort}, or a free one)`, wholeNumber(0, 65_535))
    .option('--faults <plan>', `a file (YAML or JSON), or one of ${FAULTS.join(', ')}`)
    .option('--seed <n>', 'the same seed gives the same run', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--no-assist-content', "leave out the tutorial's endpoint, as most organisations do")
    .option('--play', 'play the conversations over the notification channels, one every 10 seconds of talk')
    .option('--speed <n>', 'how many times faster than people talk', wholeNumber(1, 1000), 1)
    .option('--client-id <id>', 'OAuth client id to accept', 'simulator')
    .option('--client-secret <secret>', `OAuth client secret to accept (default: "${defaultSecret}")`)
    .option('--verbose', 'print each request')
    .option('--json', 'print JSON, one object a line')
    .addHelpText(
      'after',
      '\nExample:\n  cuecard simulate --latency 200 --faults flaky\n  curl -X PUT -d \'{"preset": "hang"}\' http://127.0.0.1:4310/simulator/faults',
    )
    .action((options: Options) => run(options, context))
}

async function run(options: Options, { terminal, signal, exitWith }: CommandContext): Promise<void> {
  const faultPlan = options.faults === undefined ? undefined : faultPlanOf(options.faults, options.seed)
  const articles = await readArticles(options.articles ?? sampleArticles)
  // The sample conversations speak of the sample articles only.
  const talk = options.conversations ?? (options.articles === undefined ? sampleConversations : undefined)
  const conversations = talk === undefined ? [] : await readConversations(talk)
  const log = new RequestLog(options, terminal)
  const simulator = createSimulator({
    articles,
    conversations,
    clientId: options.clientId,
    clientSecret: options.clientSecret ?? defaultSecret,
    quotaPerMinute: options.quota,
    seed: options.seed,
    assistContent: options.assistContent,
    onRequest: (report) => log.add(report),
    ...(options.latency > 0 && { latency: { medianMs: options.latency, p99Ms: 5 * options.latency } }),
    ...(faultPlan && { faultPlan }),
  })
  const server = await listen(simulator, options)
  const counter = setInterval(() => terminal.live(log.liveLine(simulator, options.quota)), 1000)
  try {
    const counts = { articles: articles.length, conversations: conversations.length }
    if (!isLoopback(options.host))
      terminal.err(
        `Warning: ${options.host} can be reached from other machines, and the control endpoints below /simulator/ ask for no credentials.`,
      )
    announce(server, counts, options, terminal)
    if (options.play) simulator.play({ speed: options.speed, gapSeconds: playGapSeconds })
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    clearInterval(counter)
    terminal.live('')
    simulator.stopPlaying()
    await server.close()
  }
  // To be interrupted is how it ends.
  exitWith(0)
}

/** @throws CuecardError `config.invalid`, `data.invalid`. */
function faultPlanOf(nameOrFile: string, seed: number): FaultPlan {
  if (FAULTS.some((name) => name === nameOrFile)) return faultPreset(nameOrFile, seed)
  let plan: unknown
  try {
    plan = parseYaml(readFileSync(nameOrFile, 'utf8'))
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException
    const missing = code === 'ENOENT'
    const reason = syscall === undefined ? message.split('\n')[0] : explainFileError(error)
    throw new CuecardError(
      missing ? 'config.invalid' : 'data.invalid',
      missing
        ? `--faults: there is neither a file nor a preset "${nameOrFile}"; the presets are ${FAULTS.join(', ')}`
        : `--faults: ${nameOrFile} cannot be read: ${reason}`,
    )
  }
  return parseFaultPlan(plan)
}

async function listen(simulator: Simulator, { host, port }: Options): Promise<ListeningSimulator> {
  try {
    return await simulator.listen({ host, port: port ?? defaultPort })
  } catch (error) {
    const busy = isCuecardError(error) && (error.cause as NodeJS.ErrnoException).code === 'EADDRINUSE'
    if (!busy || port !== undefined) throw error
    return simulator.listen({ host, port: 0 })
  }
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|::1)$/.test(host)
}

function announce(
  { url, port }: ListeningSimulator,
  counts: { readonly articles: number; readonly conversations: number },
  { clientId, clientSecret, quota, latency, faults, json }: Options,
  { out, paint }: Terminal,
): void {
  // Nobody can call an address such as 0.0.0.0.
  const reachable = url.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//127.0.0.1')
  const environment = {
    GENESYS_API_URL: reachable,
    GENESYS_LOGIN_URL: reachable,
    GENESYS_CLIENT_ID: clientId,
    // A secret of the user's own is not repeated.
    GENESYS_CLIENT_SECRET: clientSecret === undefined ? defaultSecret : '<the secret you gave>',
  }
  if (json) {
    out(JSON.stringify({ url: reachable, port, ...counts, environment }))
    return
  }
  out(`${paint('bold', 'Genesys Cloud, simulated')}, at ${paint('cyan', reachable)}`)
  out(
    `${counts.articles} articles, ${counts.conversations} conversations, ${quota} calls a minute, ${latency === 0 ? 'no latency' : `latency ${latency} ms (p99 ${5 * latency} ms)`}${faults === undefined ? '' : `, faults: ${faults}`}`,
  )
  out('\nIn another terminal:\n')
  for (const [name, value] of Object.entries(environment)) out(`export ${name}=${shellQuoted(value)}`)
  out('npx cuecard retrieve --query "my card was stolen abroad"\n')
  out('To steer it:\n')
  out(`curl -X PUT -d '{"preset": "hang"}' ${reachable}/simulator/faults`)
  out(`curl -X DELETE ${reachable}/simulator/faults`)
  out(`curl ${reachable}/simulator/\n`)
  out(paint('dim', 'Ctrl-C ends it.'))
}

function shellQuoted(value: string): string {
  return /^[\w:/.@-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`
}

/** What has been asked: each request with `--verbose`, and the totals for the live line. */
class RequestLog {
  readonly #options: Options
  readonly #terminal: Terminal
  #total = 0
  #faults = 0
  #sinceLast = 0

  constructor(options: Options, terminal: Terminal) {
    this.#options = options
    this.#terminal = terminal
  }

  add(report: RequestReport): void {
    if (report.operation === 'control') return
    this.#total++
    this.#sinceLast++
    if (report.fault !== undefined) this.#faults++
    if (!this.#options.verbose) return
    const time = new Date().toISOString()
    const { operation, status, ms, fault } = report
    const { live, out } = this.#terminal
    live('')
    if (this.#options.json) out(JSON.stringify({ time, operation, status, ms: Math.round(ms), fault }))
    else
      out(
        `${time.slice(11, 23)}  ${String(status || 'none').padEnd(4)}  ${`${Math.round(ms)} ms`.padStart(8)}  ${operation}${fault === undefined ? '' : `  (${fault})`}`,
      )
  }

  /** For the second that has just passed. */
  liveLine(simulator: Simulator, quota: number): string {
    const left = Math.min(quota, ...simulator.stats().tokens.map(({ quotaLeft }) => quotaLeft))
    const line = `${this.#sinceLast} calls/s, ${this.#total} in all, ${this.#faults} with a fault, quota left ${left} of ${quota}`
    this.#sinceLast = 0
    return line
  }
}
