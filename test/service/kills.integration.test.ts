// kill -9 under load, on each database: nothing that was acknowledged is missing, altered or undelivered.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cuecard } from '../cli/start-cuecard.ts'
import { realDatabases } from '../storage/real-stores.ts'
import { killRounds } from './kill-rounds.ts'
import { ServiceWorld } from './service-world.ts'

describe.concurrent.each(realDatabases)('a service on %s', (name, make) => {
  test('that is killed under load loses nothing that it had acknowledged', async () => {
    const database = await make()
    const world = await ServiceWorld.make({ databaseUrl: database.settings.url.reveal() })
    try {
      const result = await killRounds(world, { kills: 3, seed: name.length })
      expect(result.faults).toEqual([])
      expect(result.retrievals).toBeGreaterThan(30)
      expect(result.events).toBeGreaterThan(10)

      const file = (name: string, text: string) => {
        writeFileSync(join(world.folder, name), text)
        return join(world.folder, name)
      }
      const kept = result.checkpoints.flatMap((note, index) => ['--checkpoint', file(`kept-${index}`, note)])
      const exported = file('export.jsonl', result.record.text)
      const verify = ['audit', 'verify', exported, '--public-key', result.publicKey, ...kept]
      expect(await cuecard(verify)).toMatchObject({ status: 0 })
    } finally {
      await world.close()
      await database.drop()
    }
  })
})
