// 200 agents who type free text, each utterance another one, on a quota of 300 calls a minute: with the mirror and without.
import { createCuecard } from '../src/index.ts'
import { seededRandom } from '../src/random.ts'
import { FakeClock } from '../src/testing/index.ts'
import { assistContentOnly } from './canned-genesys.ts'
import { floor, mostWithin, quota, simulatedGenesys } from './quota-run.ts'
import { type Asked, type Question, workFloor } from './simulated-floor.ts'
import { percentile } from './statistics.ts'

export async function mirrorRun(): Promise<Record<string, number>> {
  const mirrored = await run(true)
  const searched = await run(false)
  return {
    answers: mirrored.asked.length,
    'empty answers': mirrored.empty,
    'answered from the mirror %': mirrored.fromMirror,
    'calls to Genesys for 1,000 answers, the first copy included': mirrored.callsPer1000,
    [`most calls in any 60 s (quota ${quota})`]: mirrored.mostCalls,
    'within 200 ms %': mirrored.inTime,
    'processor time for an answer, ms, p50': mirrored.p50,
    'processor time for an answer, ms, p99': mirrored.p99,
    'without the mirror: empty answers': searched.empty,
    'without the mirror: calls to Genesys for 1,000 answers': searched.callsPer1000,
    'without the mirror: within 200 ms %': searched.inTime,
  }
}

async function run(enabled: boolean) {
  const clock = new FakeClock()
  const { simulator, callTimes } = simulatedGenesys(clock)
  const cuecard = await createCuecard(
    {
      ...assistContentOnly,
      genesys: { ...assistContentOnly.genesys, clientId: 'simulator', clientSecret: 'simulator-secret' },
      sources: {},
      mirror: { enabled, path: ':memory:' },
    },
    { clock, random: seededRandom(7), transport: simulator.transport() },
  )
  // The first copy is made when the floor opens.
  while (enabled && cuecard.stats().mirror?.syncs.ok === 0) await clock.advance(100)
  const took: number[] = []
  let count = 0
  const asked = await workFloor(
    { ...floor, clock, random: seededRandom(42), minutes: 10 },
    async ({ interactionId, agentId, entityIds }) => {
      const started = performance.now()
      const query = utterance(entityIds, ++count)
      const { items, freshness, degraded } = await cuecard.retrieve({ interactionId, agentId, query })
      took.push(performance.now() - started)
      return { empty: items.length === 0, status: freshness.status, why: degraded?.message ?? null }
    },
  )
  await cuecard.close()
  const share = (of: (answer: Asked) => boolean) => (100 * asked.filter(of).length) / asked.length
  return {
    asked,
    empty: asked.filter(({ empty }) => empty).length,
    fromMirror: share(({ status }) => status === 'mirror'),
    inTime: share(({ tookMs }) => tookMs <= 200),
    callsPer1000: (1000 * callTimes.length) / asked.length,
    mostCalls: mostWithin(callTimes),
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
  }
}

/** Never the same twice, so that no cache knows it; an article matches each. */
function utterance([entity = '']: Question['entityIds'], count: number): string {
  return `Call ${count}: my ${entity.replace('-', ' ')} was not as I was told, what are its terms and where is it sold?`
}
