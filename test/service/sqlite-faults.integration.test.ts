// What can befall a SQLite file under a running service: each is told in one sentence and ends without a restart.
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { expectRecovered, expectRefused, expectUnrecorded, question } from './outage-expectations.ts'
import { type Service, ServiceWorld, type StartOptions } from './service-world.ts'

const preloaded = ['--import', fileURLToPath(new URL('./faulty-store.ts', import.meta.url))]

interface Fault {
  /** Makes it so, before or after the start; gives back what makes it well again. */
  begin(world: ServiceWorld): () => void
  readonly says: RegExp
  readonly start?: StartOptions
}

const inWorld = (world: ServiceWorld, name: string) => join(world.folder, name)
const database = (world: ServiceWorld) => inWorld(world, 'cuecard.db')

function flag(name: string): Fault['begin'] {
  return (world) => {
    writeFileSync(inWorld(world, name), '')
    return () => rmSync(inWorld(world, name))
  }
}

function moved(world: ServiceWorld): () => void {
  renameSync(database(world), inWorld(world, 'elsewhere.db'))
  return () => renameSync(inWorld(world, 'elsewhere.db'), database(world))
}

const whileRunning: Record<string, Fault> = {
  'a full disk': { begin: flag('full'), says: /the disk is full; make room/ },
  'a file that another process keeps locked': {
    begin(world) {
      const other = new DatabaseSync(database(world), { timeout: 5000 })
      other.exec('begin immediate')
      return () => other.close()
    },
    says: /did not answer within|another process keeps it locked/,
  },
  'a file that was moved away or deleted': { begin: moved, says: /was moved or deleted; put it back/ },
  'the death of the thread that writes': {
    begin: flag('die'),
    says: /thread failed: it ended; it is started again/,
  },
}

function otherwise(sql: string, back: string): Fault['begin'] {
  return (world) => {
    const run = (text: string) => {
      const direct = new DatabaseSync(database(world))
      direct.exec(text)
      direct.close()
    }
    run(sql)
    return () => run(back)
  }
}

/** The superuser may write everything, unless that is taken from it. */
const bound =
  process.getuid?.() === 0
    ? { shellPrefix: 'set -- setpriv --inh-caps=-dac_override --bounding-set=-dac_override -- "$@"' }
    : {}

const atTheStart: Record<string, Fault> = {
  'a database of a newer version': {
    begin: otherwise(
      `insert into cuecard_migration values ('2099-01-01-future', '2099')`,
      `delete from cuecard_migration where name like '2099%'`,
    ),
    says: /is of a newer version of cuecard; start that version/,
  },
  'a file that is no database': {
    begin(world) {
      const back = moved(world)
      writeFileSync(database(world), 'hello '.repeat(2000))
      return back
    },
    says: /it is no SQLite database/,
  },
  'a read-only file': {
    begin(world) {
      chmodSync(database(world), 0o444)
      return () => chmodSync(database(world), 0o644)
    },
    says: /it is read-only; give this user the right/,
    start: bound,
  },
  'a read-only folder': {
    begin(world) {
      // Nothing of the service is left beside the file that it could use.
      rmSync(`${database(world)}-wal`, { force: true })
      rmSync(`${database(world)}-shm`, { force: true })
      chmodSync(world.folder, 0o555)
      return () => chmodSync(world.folder, 0o755)
    },
    says: /cannot be used: it (is read-only|cannot be opened)/,
    start: bound,
  },
  'a folder that is not there': {
    begin(world) {
      const folder = inWorld(world, 'deleted')
      rmSync(folder, { recursive: true })
      return () => mkdirSync(folder)
    },
    says: /it cannot be opened; check that the folder exists/,
    start: { environment: {} },
  },
}

describe.each(['required', 'available'] as const)('with audit: %s', (audit) => {
  let world: ServiceWorld
  beforeEach(async () => {
    world = await ServiceWorld.make({ settings: { audit, delivery: { timeoutSeconds: 1 } } })
  })
  afterEach(() => world.close())

  const flags = () => ({
    TEST_DISK_FULL_FILE: inWorld(world, 'full'),
    TEST_THREAD_DIES_FILE: inWorld(world, 'die'),
  })

  async function suffers(service: Service, fault: Fault, end: () => void): Promise<void> {
    const missed =
      audit === 'required'
        ? await expectRefused(service, fault.says)
        : await expectUnrecorded(service, fault.says)
    end()
    await expectRecovered(service, missed)
  }

  test.each(Object.entries(whileRunning))('%s is told, and over when it is over', async (_, fault) => {
    const service = await world.start({ environment: flags(), nodeArguments: preloaded })
    await service.until('/readyz', ({ status }) => status === 200)
    expect((await service.ask('POST', '/v1/retrievals', question)).status).toBe(200)
    await suffers(service, fault, fault.begin(world))
    expect(await service.stop()).toMatchObject({ status: 0 })
  })

  // What a fault does does not depend on when it began: with `available` one is enough.
  const faults = Object.entries(atTheStart).slice(0, audit === 'required' ? undefined : 1)
  test.each(faults)('it starts on %s, and works when that is over', async (name, fault) => {
    const elsewhere = name === 'a folder that is not there'
    const url = `sqlite:${inWorld(world, 'deleted/cuecard.db')}`
    const start = elsewhere ? { environment: { CUECARD_DATABASE_URL: url } } : (fault.start ?? {})
    if (elsewhere) mkdirSync(inWorld(world, 'deleted'))
    const first = await world.start(start)
    await first.until('/readyz', ({ status }) => status === 200)
    const keys = elsewhere ? readFileSync(inWorld(world, 'deleted/cuecard-keys.json')) : undefined
    await first.stop()
    const end = fault.begin(world)
    // The keys are no part of what was lost.
    const keysFile = inWorld(world, 'keys.json')
    if (keys !== undefined) writeFileSync(keysFile, keys)
    const service = await world.start({
      ...start,
      environment: { ...start.environment, ...(keys && { CUECARD_API_KEYS_FILE: keysFile }) },
    })
    await suffers(service, fault, end)
    expect(await service.stop()).toMatchObject({ status: 0 })
  })
})

test('another audit key is told and nothing is written under it; a wrong setting ends it with one sentence', async () => {
  const world = await ServiceWorld.make()
  try {
    const first = await world.start()
    expect((await first.ask('POST', '/v1/retrievals', question)).status).toBe(200)
    await first.stop()
    const right = readFileSync(inWorld(world, 'audit.key'))
    writeFileSync(inWorld(world, 'audit.key'), Buffer.alloc(32, 3).toString('base64'))
    const wrong = await world.start()
    await expectRefused(wrong, /The audit key is another one than this log was made with; put the right file/)
    await wrong.stop()
    writeFileSync(inWorld(world, 'audit.key'), right)
    const again = await world.start()
    await expectRecovered(again)

    const ended = await world.run({ environment: { CUECARD_DURABILITY: 'maybe' } })
    expect(ended.status).toBe(2)
    expect(JSON.parse(ended.stderr).error.message).toBe('durability: must be strict or relaxed.')
  } finally {
    await world.close()
  }
})
