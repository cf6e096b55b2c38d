// `cuecard demo`: a live conversation against a simulated Genesys Cloud, which goes down half-way.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { readArticles, readConversations } from '../articles/article.ts'
import type { CuecardConfigInput } from '../config/config-schema.ts'
import { createCuecard } from '../create-cuecard.ts'
import { createSimulator } from '../simulator/index.ts'
import type { CommandContext } from './command-context.ts'
import { movableClock } from './demo/movable-clock.ts'
import { playConversation, type Stage } from './demo/play-conversation.ts'
import { type CountedAnswer, summaryLines } from './demo/tally.ts'
import { decimalNumber } from './option-value.ts'
import { sampleArticles, sampleConversations } from './sample-files.ts'
import type { Terminal } from './terminal.ts'

interface Options {
  readonly once?: true
  readonly speed?: number
}

const turnMs = 1200
const onceSpeed = 10
const quotaPerMinute = 300
const budgetMs = 200

export function addDemoCommand(program: Command, context: CommandContext): void {
  program
    .command('demo')
    .summary('watch it work, with nothing but this machine')
    .description(
      'Plays a sample conversation against a simulated Genesys Cloud, with the ranked knowledge and its reasons at each customer turn, and takes Genesys down half-way.',
    )
    .option('--once', 'play one conversation, fast, and end')
    .option(
      '--speed <n>',
      `how fast, 1 being natural (default: 1, with --once ${onceSpeed})`,
      decimalNumber(0.1, 100),
    )
    .addHelpText('after', '\nExample:\n  cuecard demo --speed 2')
    .action((options: Options) => run(options, context))
}

async function run(options: Options, context: CommandContext): Promise<void> {
  const { terminal, signal, exitWith } = context
  const speed = options.speed ?? (options.once ? onceSpeed : 1)
  const articles = await readArticles(sampleArticles)
  const conversations = await readConversations(sampleConversations)
  const simulator = createSimulator({ articles, quotaPerMinute, latency: { medianMs: 30, p99Ms: 90 } })
  const server = await simulator.listen()
  try {
    await rehearse(server.url)
    const clock = movableClock()
    const cuecard = await createCuecard(configFor(server.url), { clock })
    try {
      await cuecard.warmUp()
      const stage: Stage = {
        cuecard,
        simulator,
        articles,
        terminal,
        turnMs: turnMs / speed,
        clock,
        pause: async (ms) => void (await sleep(ms, undefined, { signal })),
      }
      introduce(terminal, server.url)
      const answers: CountedAnswer[] = []
      for (const [index, conversation] of conversations.entries()) {
        answers.push(...(await playConversation(stage, conversation)))
        conclude(summaryLines(answers, cuecard.stats(), { budgetMs, quotaPerMinute }), terminal)
        if (options.once || index === conversations.length - 1) break
        if (!(await wantsAnother(context))) {
          exitWith(0)
          break
        }
      }
    } finally {
      await cuecard.close()
    }
  } finally {
    await server.close()
  }
}

function configFor(url: string): CuecardConfigInput {
  return {
    genesys: {
      apiUrl: url,
      loginUrl: url,
      clientId: 'simulator',
      clientSecret: 'simulator-secret',
      quotaPerMinute,
    },
    latencyBudgetMs: budgetMs,
    // What one agent has been shown about a product serves the next one, also while Genesys is down.
    sources: { 'assist-content': { share: 'audience' } },
  }
}

/** Nobody watches the first answers of a fresh process, which wait for its code to be compiled. */
async function rehearse(url: string): Promise<void> {
  const cuecard = await createCuecard(configFor(url))
  try {
    await cuecard.warmUp()
    for (const query of ['lost card', 'fees abroad', 'new phone'])
      await cuecard.retrieve({ interactionId: 'rehearsal', agentId: 'demo-agent', query, entityIds: [query] })
  } finally {
    await cuecard.close()
  }
}

/** Asks where someone can answer; Ctrl-C is a no. */
async function wantsAnother({ terminal, signal }: CommandContext): Promise<boolean> {
  const { stdin } = process
  if (!terminal.isWatched || !stdin.isTTY || signal.aborted) return false
  terminal.out('\nPress Enter to play another conversation, Ctrl-C to end.')
  try {
    // Paused after the question before.
    stdin.resume()
    await once(stdin, 'data', { signal })
    return true
  } catch {
    return false
  } finally {
    stdin.pause()
  }
}

function introduce({ out, paint }: Terminal, url: string): void {
  out(`${paint('bold', 'cuecard demo')}: the right knowledge for a call to an invented bank.`)
  out(`Genesys Cloud is simulated on this machine, at ${paint('cyan', url)}.`)
  out()
}

function conclude(summary: readonly string[], { columns, out, paint }: Terminal): void {
  out(paint('bold', `\n── Summary ${'─'.repeat(columns - 11)}`))
  for (const line of summary) out(`  ${line}`)
  out(paint('bold', '\nNext, with your own organisation:'))
  out('  export GENESYS_REGION=mypurecloud.de   # yours')
  out('  export GENESYS_CLIENT_ID=... GENESYS_CLIENT_SECRET=...')
  out('  npx cuecard doctor')
  out('  npx cuecard retrieve --query "my card was stolen abroad"')
  out(paint('bold', 'Without one:'))
  out('  npx cuecard simulate')
}
