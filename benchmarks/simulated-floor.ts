// A contact-centre floor on simulated time: who asks what, when, and what came back.

import type { Random } from '../src/random.ts'
import type { FakeClock } from '../src/testing/index.ts'
import { entityId } from './synthetic-articles.ts'

export interface FloorOptions {
  readonly clock: FakeClock
  readonly random: Random
  readonly agents: number
  /** Each agent asks once in this many milliseconds. */
  readonly everyMs: number
  readonly minutes: number
  /** Each contact lasts this long; then the agent's next one begins. */
  readonly contactMs: number
  /** Entity pairs, drawn by Zipf's law with exponent 1. */
  readonly pairs: number
}

/** One question on the floor. */
export interface Question {
  readonly interactionId: string
  readonly agentId: string
  readonly entityIds: readonly string[]
}

export interface Answer {
  readonly empty: boolean
  readonly status: string
  /** Why it is empty or degraded. */
  readonly why: string | null
}

export interface Asked extends Answer {
  readonly key: string
  /** Milliseconds since the floor opened. */
  readonly atMs: number
  readonly tookMs: number
}

/** Lets the floor work, and returns every answer. `ask` runs on the same clock. */
export async function workFloor(
  options: FloorOptions,
  ask: (question: Question) => Promise<Answer>,
): Promise<Asked[]> {
  const { clock, random, agents, everyMs, minutes, contactMs } = options
  const drawPair = zipf(options.pairs, random)
  const opened = clock.now()
  const closes = opened + minutes * 60_000
  const asked: Asked[] = []
  const pending: Promise<unknown>[] = []
  const work = (agent: number) => {
    const startedAt = clock.now()
    const pair = drawPair()
    const contact = Math.floor((startedAt - opened) / contactMs)
    const question = {
      interactionId: `contact-${agent}-${contact}`,
      agentId: `agent-${agent}`,
      entityIds: [entityId(pair), entityId((pair * 3 + 1) % options.pairs)].sort(),
    }
    const answered = ask(question).then((answer) =>
      asked.push({
        ...answer,
        key: question.entityIds.join('+'),
        atMs: startedAt - opened,
        tookMs: clock.now() - startedAt,
      }),
    )
    pending.push(answered)
    if (startedAt + everyMs < closes) clock.after(everyMs, () => work(agent))
  }
  for (let agent = 0; agent < agents; agent++) clock.after((agent * everyMs) / agents, () => work(agent))
  await clock.advance(minutes * 60_000)
  // What was asked last may still be under way.
  await clock.advance(60_000)
  await Promise.all(pending)
  return asked
}

/** Draws 0..count-1 with probability proportional to 1 / (rank + 1). */
function zipf(count: number, random: Random): () => number {
  const cumulative: number[] = []
  let sum = 0
  for (let rank = 1; rank <= count; rank++) {
    sum += 1 / rank
    cumulative.push(sum)
  }
  return () => {
    const target = random() * sum
    const index = cumulative.findIndex((value) => value > target)
    return index < 0 ? count - 1 : index
  }
}
