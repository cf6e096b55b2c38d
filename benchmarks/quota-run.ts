// 200 agents on a quota of 300 calls a minute, on simulated time; beside it the tutorial's own design.
import { type Cuecard, createCuecard } from '../src/index.ts'
import { seededRandom } from '../src/random.ts'
import { createSimulator, type Simulator } from '../src/simulator/index.ts'
import { FakeClock } from '../src/testing/index.ts'
import { assistContentOnly } from './canned-genesys.ts'
import { type Answer, type Asked, type Question, workFloor } from './simulated-floor.ts'
import { percentile } from './statistics.ts'
import { syntheticArticles } from './synthetic-articles.ts'
import { tutorialDesign } from './tutorial-design.ts'

export const floor = { agents: 200, everyMs: 6000, contactMs: 240_000, pairs: 500 }
export const quota = 300

/** A simulator on a fake clock, which reports the time of each call that counts against the quota. */
export function simulatedGenesys(clock: FakeClock): { simulator: Simulator; callTimes: number[] } {
  const callTimes: number[] = []
  const simulator = createSimulator({
    articles: syntheticArticles(500),
    quotaPerMinute: quota,
    latency: { medianMs: 80, p99Ms: 400 },
    clock,
  })
  const inner = simulator.transport()
  return {
    callTimes,
    simulator: {
      ...simulator,
      transport: () => ({
        close: () => inner.close(),
        send: (request) => {
          if (request.url.includes('/api/')) callTimes.push(clock.now())
          return inner.send(request)
        },
      }),
    },
  }
}

/** A cuecard on that simulator. */
export async function cuecardOn(simulator: Simulator, clock: FakeClock, seed: number) {
  const cuecard = await createCuecard(
    {
      ...assistContentOnly,
      genesys: { ...assistContentOnly.genesys, clientId: 'simulator', clientSecret: 'simulator-secret' },
    },
    { clock, random: seededRandom(seed), transport: simulator.transport() },
  )
  const ask = async (question: Question): Promise<Answer> => {
    const { items, freshness, degraded } = await cuecard.retrieve(question)
    return { empty: items.length === 0, status: freshness.status, why: degraded?.message ?? null }
  }
  return { cuecard, ask }
}

export async function quotaRun(): Promise<Record<string, number>> {
  let cuecard: Cuecard | undefined
  const ours = await run(async (simulator, clock) => {
    const made = await cuecardOn(simulator, clock, 7)
    cuecard = made.cuecard
    return made.ask
  })
  const { prepared = 0, at_hand = 0 } = cuecard?.stats().push.answers ?? {}
  const tutorial = await run(async (simulator, clock) => tutorialDesign(simulator.transport(), clock))
  return {
    answers: ours.answers,
    'within 200 ms %': ours.inTime,
    'empty after the first minute %': ours.empty,
    'calls to Genesys for 1,000 answers': ours.callsPer1000,
    'most calls in any 60 s': ours.mostCalls,
    'refused by Genesys (429)': ours.refused,
    'already prepared or at hand %': (100 * (prepared + at_hand)) / ours.answers,
    'p50 ms': ours.p50,
    'p99.9 ms': ours.p999,
    'tutorial: within 200 ms %': tutorial.inTime,
    'tutorial: empty after the first minute %': tutorial.empty,
    'tutorial: calls to Genesys for 1,000 answers': tutorial.callsPer1000,
    'tutorial: most calls in any 60 s': tutorial.mostCalls,
    'tutorial: refused by Genesys (429)': tutorial.refused,
    'tutorial: p50 ms': tutorial.p50,
    'tutorial: p99.9 ms': tutorial.p999,
  }
}

async function run(
  design: (simulator: Simulator, clock: FakeClock) => Promise<(question: Question) => Promise<Answer>>,
) {
  const clock = new FakeClock()
  const { simulator, callTimes } = simulatedGenesys(clock)
  const ask = await design(simulator, clock)
  const asked = await workFloor({ ...floor, clock, random: seededRandom(42), minutes: 10 }, ask)
  const calls = simulator.stats().calls['assist-content'] ?? {}
  return {
    ...summary(asked),
    callsPer1000: (1000 * callTimes.length) / asked.length,
    mostCalls: mostWithin(callTimes),
    refused: calls[429] ?? 0,
  }
}

function summary(asked: readonly Asked[]) {
  const later = asked.filter(({ atMs }) => atMs >= 60_000)
  const times = asked.map(({ tookMs }) => tookMs)
  return {
    answers: asked.length,
    inTime: (100 * times.filter((ms) => ms <= 200).length) / asked.length,
    empty: (100 * later.filter(({ empty }) => empty).length) / later.length,
    p50: percentile(times, 0.5),
    p999: percentile(times, 0.999),
  }
}

/** The most calls that any 60 seconds saw. */
export function mostWithin(times: readonly number[]): number {
  let most = 0
  let first = 0
  times.forEach((time, index) => {
    while ((times[first] ?? time) <= time - 60_000) first++
    most = Math.max(most, index - first + 1)
  })
  return most
}
