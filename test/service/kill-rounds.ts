// The service under load, killed again and again, and what is left of its record in the end.
import { type Random, seededRandom } from '../../src/random.ts'
import { faultPreset } from '../../src/simulator/index.ts'
import { type CheckedRecord, checkRecord, undelivered } from './check-record.ts'
import { ServiceLoad } from './service-load.ts'
import type { ServiceWorld } from './service-world.ts'

export interface KillOptions {
  readonly kills: number
  readonly seed: number
  readonly onKill?: (kills: number, acknowledged: number) => void
}

export interface KillResult {
  readonly kills: number
  readonly retrievals: number
  readonly events: number
  readonly entries: number
  /** Sent more than once. */
  readonly repeated: number
  readonly record: CheckedRecord
  readonly checkpoints: readonly string[]
  readonly publicKey: string
  readonly statuses: Readonly<Record<number, number>>
  /** In one sentence each; none when all is well. */
  readonly faults: readonly string[]
}

const agents = 24
/** The lease of a message that a killed service had claimed, with a receiver's time limit of 1 s, and room to send. */
const deliveredWithinMs = 30_000

export async function killRounds(world: ServiceWorld, options: KillOptions): Promise<KillResult> {
  const { kills, seed, onKill } = options
  const random = seededRandom(seed)
  const load = new ServiceLoad(random)
  const checkpoints: string[] = []
  for (let round = 1; round <= kills; round++) {
    // Genesys is down in some rounds, and a round after those.
    world.simulator.setFaults(round % 4 === 3 ? faultPreset('outage') : undefined)
    checkpoints.push(await killedUnderLoad(world, load, random))
    onKill?.(round, load.acknowledged)
  }
  world.simulator.setFaults(undefined)
  const service = await world.start()
  await load.reportAgain(service)
  const { text: publicKey } = await service.ask('GET', '/v1/audit/key')
  const record = await checkRecord(service, load, { publicKey: publicKey.trim(), checkpoints })
  const faults = [...record.faults, ...(await undelivered(record.entries, world.receiver, deliveredWithinMs))]
  const { status, stderr } = await service.stop()
  if (status !== 0) faults.push(`the service ended with ${status}: ${stderr}`)
  return {
    kills,
    retrievals: load.retrievals.length,
    events: load.events.filter(({ receipt }) => receipt !== undefined).length,
    entries: record.entries.length,
    repeated: [...world.receiver.messages.values()].filter(({ times }) => times > 1).length,
    statuses: load.statuses,
    publicKey: publicKey.trim(),
    ...{ record, checkpoints, faults },
  }
}

/** Kills it some milliseconds after the n-th answer, while others are on their way. The checkpoint that somebody kept just before. */
async function killedUnderLoad(world: ServiceWorld, load: ServiceLoad, random: Random): Promise<string> {
  const service = await world.start()
  // On a busy machine the first answers may be shed.
  const { text } = await service.until('/v1/audit/checkpoint', ({ status }) => status === 200)
  const lethal = load.acknowledged + 1 + Math.floor(random() * 400)
  const delayMs = random() * 20
  let isDoomed = false
  await load.work(service, agents, () => {
    if (load.acknowledged >= lethal && !isDoomed) {
      isDoomed = true
      setTimeout(() => service.kill(), delayMs)
    }
    // Until it is gone.
    return false
  })
  await service.kill()
  return text
}
