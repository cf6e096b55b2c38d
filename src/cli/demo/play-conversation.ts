// Plays a sample conversation turn by turn, as an agent's desktop would see it, with an outage in the middle.
import type { Article, Conversation } from '../../articles/article.ts'
import type { Cuecard } from '../../cuecard.ts'
import type { Retrieval } from '../../retrieval/retrieval.ts'
import { faultPreset, type Simulator } from '../../simulator/index.ts'
import { freshnessBadge, itemLines, paragraph, refusedInWords, textColumn } from '../answer-lines.ts'
import type { Terminal } from '../terminal.ts'
import { printable, wrap } from '../text-width.ts'
import type { MovableClock } from './movable-clock.ts'
import { demoAgentId } from './sample-world.ts'
import type { CountedAnswer } from './tally.ts'
import { topicsAt } from './topics.ts'

export interface Stage {
  readonly cuecard: Cuecard
  readonly simulator: Simulator
  readonly articles: readonly Article[]
  readonly terminal: Terminal
  /** Between two turns. */
  readonly turnMs: number
  /** The one that `cuecard` goes by. */
  readonly clock: MovableClock
  /** @throws when the user ends the demo. */
  pause(ms: number): Promise<void>
}

const itemsShown = 3

/** The default time to live in the cache, and longer than any breaker stays open. */
const cacheLifeMs = 300_000
const anyPauseMs = 60_000

export async function playConversation(stage: Stage, conversation: Conversation): Promise<CountedAnswer[]> {
  const answers: CountedAnswer[] = []
  const { down, up } = outageOf(conversation)
  let isDown = false
  stage.terminal.out(headline(conversation, stage.terminal))
  try {
    for (const [index, turn] of conversation.turns.entries()) {
      if (index === down) {
        isDown = true
        await takeDown(stage)
      }
      if (index === up) {
        isDown = false
        await bringBack(stage)
      }
      await speak(stage, conversation, index)
      if (turn.speaker === 'customer') {
        const reply = await stage.cuecard.retrieve({
          interactionId: conversation.id,
          agentId: demoAgentId,
          query: turn.text.length < 3 ? undefined : turn.text,
          entityIds: conversation.entityIds.length === 0 ? undefined : conversation.entityIds,
          maxResults: itemsShown,
        })
        answers.push({ ms: reply.timings.totalMs, items: reply.items.length, duringOutage: isDown })
        for (const line of answerLines(reply, stage.terminal)) stage.terminal.out(line)
      }
      await stage.pause(stage.turnMs)
    }
  } finally {
    stage.simulator.setFaults(undefined)
  }
  return answers
}

/** The turns before which Genesys goes down and comes back: customer turns near 3/8 and 3/4 of the talk. */
export function outageOf({ turns }: Conversation): { down: number | undefined; up: number | undefined } {
  const customer = [...turns.keys()].filter((index) => turns[index]?.speaker === 'customer')
  const down = Math.max(1, Math.floor((customer.length * 3) / 8))
  return { down: customer[down], up: customer[Math.max(down + 1, Math.floor((customer.length * 3) / 4))] }
}

/** Shows a turn and tells both sides of it: the simulated Genesys hears it, cuecard is told. */
async function speak(
  { cuecard, simulator, articles, terminal }: Stage,
  conversation: Conversation,
  index: number,
): Promise<void> {
  const turn = conversation.turns[index]
  if (turn === undefined) return
  const name = turn.speaker === 'customer' ? 'Customer' : 'Agent'
  const [first = '', ...rest] = wrap(turn.text, terminal.columns - textColumn)
  terminal.out()
  terminal.out(
    terminal.paint(turn.speaker === 'customer' ? ['bold', 'blue'] : 'dim', name.padEnd(textColumn)) + first,
  )
  for (const line of rest) terminal.out(' '.repeat(textColumn) + line)

  simulator.setConversations([{ ...conversation, turns: conversation.turns.slice(0, index + 1) }])
  const topics = topicsAt(conversation, articles, index)
  const before = topicsAt(conversation, articles, index - 1)
  if (topics.join() !== before.join())
    terminal.out(' '.repeat(textColumn) + terminal.paint('magenta', `topics: ${topics.join(', ')}`))
  await cuecard.updateContext(conversation.id, {
    utterance: turn,
    language: conversation.language,
    queueId: conversation.queue,
    tags: topics.length === 0 ? undefined : topics,
  })
}

async function takeDown({ simulator, terminal, clock, turnMs, pause }: Stage): Promise<void> {
  simulator.setFaults(faultPreset('outage'))
  clock.putForward(cacheLifeMs)
  announce('Genesys Cloud is down', 'red', terminal)
  terminal.out('Every call fails. Five minutes are skipped, so that the cache is past its time.')
  await pause(turnMs)
}

async function bringBack({ simulator, terminal, clock, turnMs, pause }: Stage): Promise<void> {
  simulator.setFaults(undefined)
  clock.putForward(anyPauseMs)
  announce('Genesys Cloud is back', 'green', terminal)
  terminal.out('A minute is skipped, so that the circuit breakers let a call through again.')
  await pause(turnMs)
}

function headline({ queue, language, entityIds }: Conversation, { paint }: Terminal): string {
  const parts = [queue ?? 'Service', language ?? 'en', ...entityIds]
  return `A call comes in: ${paint('bold', parts.join(', '))}`
}

function announce(text: string, style: 'red' | 'green', { columns, out, paint }: Terminal): void {
  out()
  out(paint(['bold', style], `── ${text} ${'─'.repeat(columns - text.length - 4)}`))
}

function answerLines(reply: Retrieval, terminal: Terminal): string[] {
  const took = `answered in ${Math.round(reply.timings.totalMs)} ms`
  return [
    ...itemLines(reply.items, terminal),
    `${' '.repeat(textColumn)}${freshnessBadge(reply.freshness, terminal)}, ${took}`,
    ...paragraph(printable(reply.degraded?.message ?? ''), textColumn, 'yellow', terminal),
    ...paragraph(refusedInWords(reply.refused), textColumn, 'dim', terminal),
  ]
}
