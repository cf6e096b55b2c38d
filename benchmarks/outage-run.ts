// The same floor, with each fault of the simulator in turn for a minute.
import { seededRandom } from '../src/random.ts'
import { FAULTS, faultPreset } from '../src/simulator/index.ts'
import { FakeClock } from '../src/testing/index.ts'
import { cuecardOn, floor, simulatedGenesys } from './quota-run.ts'
import { type Asked, workFloor } from './simulated-floor.ts'

const warmUpMinutes = 2

export async function outageRun(): Promise<Record<string, number>> {
  const clock = new FakeClock()
  const { simulator } = simulatedGenesys(clock)
  const { cuecard, ask } = await cuecardOn(simulator, clock, 7)
  FAULTS.forEach((name, index) => {
    clock.after((warmUpMinutes + index) * 60_000, () => simulator.setFaults(faultPreset(name)))
  })
  const minutes = warmUpMinutes + FAULTS.length
  const asked = await workFloor({ ...floor, clock, random: seededRandom(42), minutes }, ask)
  await cuecard.close()
  const faulty = asked.filter(({ atMs }) => atMs >= warmUpMinutes * 60_000)
  const { seen, unseen } = emptyByHistory(asked)
  return {
    faults: FAULTS.length,
    'answers under a fault': faulty.length,
    'within 200 ms %': (100 * faulty.filter(({ tookMs }) => tookMs <= 200).length) / faulty.length,
    'fresh %': share(faulty, 'fresh'),
    'stale %': share(faulty, 'stale'),
    'empty, key answered before': seen.length,
    'empty, key never answered before': unseen.length,
    'empty without a reason': [...seen, ...unseen].filter(({ why }) => why === null).length,
  }
}

function share(asked: readonly Asked[], status: string): number {
  return (100 * asked.filter((answer) => answer.status === status).length) / asked.length
}

/** Empty answers under a fault, told apart by whether the key had been answered before. */
function emptyByHistory(asked: readonly Asked[]): { seen: Asked[]; unseen: Asked[] } {
  const answeredAt = new Map<string, number>()
  for (const { key, empty, atMs, tookMs } of asked)
    if (!empty) answeredAt.set(key, Math.min(answeredAt.get(key) ?? Number.POSITIVE_INFINITY, atMs + tookMs))
  const empty = asked.filter((answer) => answer.empty && answer.atMs >= warmUpMinutes * 60_000)
  const isSeen = ({ key, atMs }: Asked) => (answeredAt.get(key) ?? Number.POSITIVE_INFINITY) < atMs
  return { seen: empty.filter(isSeen), unseen: empty.filter((answer) => !isSeen(answer)) }
}
