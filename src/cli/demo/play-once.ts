// The demo in the terminal: one call, with an outage half-way, and what came of it.
import { setTimeout as sleep } from 'node:timers/promises'
import type { CuecardConfigInput } from '../../config/config-schema.ts'
import { createCuecard } from '../../create-cuecard.ts'
import type { CommandContext } from '../command-context.ts'
import type { Terminal } from '../terminal.ts'
import { movableClock } from './movable-clock.ts'
import { playConversation } from './play-conversation.ts'
import { budgetMs, demoAgentId, openSampleWorld, quotaPerMinute } from './sample-world.ts'
import { summaryLines } from './tally.ts'

/** Between two turns, at the natural pace. */
const turnMs = 1200

export async function playOnce({ terminal, signal }: CommandContext, speed: number): Promise<void> {
  const { articles, conversations, simulator, server, config } = await openSampleWorld()
  try {
    await rehearse(config)
    const clock = movableClock()
    const cuecard = await createCuecard(config, { clock })
    try {
      await cuecard.warmUp()
      introduce(terminal, server.url)
      const [conversation] = conversations
      if (conversation === undefined) throw new Error('the samples have no conversation')
      const stage = {
        cuecard,
        simulator,
        articles,
        terminal,
        turnMs: turnMs / speed,
        clock,
        pause: async (ms: number) => void (await sleep(ms, undefined, { signal })),
      }
      const answers = await playConversation(stage, conversation)
      conclude(summaryLines(answers, cuecard.stats(), { budgetMs, quotaPerMinute }), terminal)
    } finally {
      await cuecard.close()
    }
  } finally {
    await server.close()
  }
}

/** Nobody watches the first answers of a fresh process, which wait for its code to be compiled. */
async function rehearse(config: CuecardConfigInput): Promise<void> {
  const cuecard = await createCuecard(config)
  try {
    await cuecard.warmUp()
    for (const query of ['lost card', 'fees abroad', 'new phone'])
      await cuecard.retrieve({ interactionId: 'rehearsal', agentId: demoAgentId, query, entityIds: [query] })
  } finally {
    await cuecard.close()
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
  out('  npx cuecard demo        # the same in a browser, with a button for the outage')
  out('  npx cuecard simulate')
}
