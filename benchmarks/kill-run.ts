// `node benchmarks/kill-run.ts [--kills 200] [--database sqlite|postgres] [--seed 1]`: the service killed under load again
// and again; exits 1 if anything that it had acknowledged is missing afterwards.
import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { killRounds } from '../test/service/kill-rounds.ts'
import { freshDatabase, ServiceWorld } from '../test/service/service-world.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    database: { type: 'string', default: 'sqlite' },
    seed: { type: 'string', default: '1' },
  },
})
const kills = Number(values.kills)
const database = await freshDatabase(values.database)
const world = await ServiceWorld.make({ databaseUrl: database.settings.url.reveal() })
const bar = new SingleBar({
  format: 'killed {value}/{total} {bar} {acknowledged} acknowledged, {eta_formatted} left',
  noTTYOutput: true,
  notTTYSchedule: 10_000,
})
bar.start(kills, 0, { acknowledged: 0 })
try {
  const started = performance.now()
  const onKill = (round: number, acknowledged: number) => bar.update(round, { acknowledged })
  const { record, checkpoints, publicKey, faults, ...figures } = await killRounds(world, {
    kills,
    seed: Number(values.seed),
    onKill,
  })
  bar.stop()
  console.log({
    database: values.database,
    seed: Number(values.seed),
    ...figures,
    checkpoints: checkpoints.length,
    verified: record.verdict.verified,
    seconds: Math.round((performance.now() - started) / 1000),
    faults: faults.length,
  })
  for (const fault of faults.slice(0, 50)) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
} finally {
  bar.stop()
  await world.close()
  await database.drop()
}
