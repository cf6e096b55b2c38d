// The same floor as in the quota run, where customers speak before agents ask: what is prepared for them by then.
import { createCuecard } from '../src/index.ts'
import { seededRandom } from '../src/random.ts'
import { FakeClock } from '../src/testing/index.ts'
import { assistContentOnly } from './canned-genesys.ts'
import { floor, mostWithin, simulatedGenesys } from './quota-run.ts'
import { type Answer, type Question, workFloor } from './simulated-floor.ts'
import { percentile } from './statistics.ts'

/** From the customer's last word until the agent's desktop asks. */
const askedAfterMs = 1500

export async function pushRun(): Promise<Record<string, number>> {
  const prepared = await run({ prefetch: true, follows: false })
  const unprepared = await run({ prefetch: false, follows: false })
  const followed = await run({ prefetch: true, follows: true })
  return {
    ...named('prefetch: ', prepared),
    ...named('without it: ', unprepared),
    ...named('followed by a stream: ', followed),
  }
}

function named(prefix: string, figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [prefix + name, value]))
}

async function run({ prefetch, follows }: { readonly prefetch: boolean; readonly follows: boolean }) {
  const clock = new FakeClock()
  const { simulator, callTimes } = simulatedGenesys(clock)
  const cuecard = await createCuecard(
    {
      genesys: { ...assistContentOnly.genesys, clientId: 'simulator', clientSecret: 'simulator-secret' },
      sources: { 'assist-content': { enabled: false }, 'copilot-suggestions': { enabled: false } },
      push: { prefetch },
    },
    { clock, random: seededRandom(7), transport: simulator.transport() },
  )
  const waits: number[] = []
  const pushedAfter: number[] = []
  const followed = new Map<string, { saidAt: number }>()
  const follow = async (interactionId: string, agentId: string) => {
    const desk = { saidAt: clock.now() }
    followed.set(interactionId, desk)
    const answer = () => void pushedAfter.push(clock.now() - desk.saidAt)
    await cuecard.follow({ interactionId, agentId }, { answer, beat() {}, end() {} })
  }
  const ask = async ({ interactionId, agentId, entityIds }: Question): Promise<Answer> => {
    const text = `I would like to know the terms of ${entityIds.join(' and ').replaceAll('-', ' ')}`
    if (follows && !followed.has(interactionId)) await follow(interactionId, agentId)
    const desk = followed.get(interactionId)
    if (desk) desk.saidAt = clock.now()
    await cuecard.updateContext(interactionId, { utterance: { speaker: 'customer', text } })
    await new Promise<void>((resolve) => clock.after(askedAfterMs, resolve))
    const askedAt = clock.now()
    const { items, freshness, degraded } = await cuecard.retrieve({ interactionId, agentId })
    waits.push(clock.now() - askedAt)
    return { empty: items.length === 0, status: freshness.status, why: degraded?.message ?? null }
  }
  const asked = await workFloor({ ...floor, clock, random: seededRandom(42), minutes: 10 }, ask)
  const { answers, pushes } = cuecard.stats().push
  await cuecard.close()
  const share = (count: number) => (100 * count) / asked.length
  return {
    'answers to agents who asked': asked.length,
    'already prepared %': share(answers.prepared),
    'at hand for another reason %': share(answers.at_hand),
    'waited %': share(answers.waited),
    'empty %': share(asked.filter(({ empty }) => empty).length),
    'calls to Genesys for 1,000 answers': (1000 * callTimes.length) / asked.length,
    'most calls in any 60 s': mostWithin(callTimes),
    'p99 ms': percentile(waits, 0.99),
    'p99.9 ms': percentile(waits, 0.999),
    ...(follows && {
      'answers pushed': pushes.sent,
      'p50 ms from the turn to the push': percentile(pushedAfter, 0.5),
      'p99 ms from the turn to the push': percentile(pushedAfter, 0.99),
    }),
  }
}
