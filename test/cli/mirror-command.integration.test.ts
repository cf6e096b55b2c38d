// `cuecard mirror` against a simulated organisation, and after that organisation is gone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Environment } from '../../src/config/load-config.ts'
import { takeSyncLock } from '../../src/mirror/sync-lock.ts'
import { type Running, runHere, startHere } from './run-here.ts'

let folder: string
let simulator: Running | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-mirror-'))
})

afterEach(async () => {
  simulator?.interrupt()
  await simulator?.ended
  simulator = undefined
  rmSync(folder, { recursive: true })
})

async function simulate(): Promise<Environment> {
  simulator = startHere(['simulate', '--latency', '0', '--json', '--port', '0'])
  const [line] = await simulator.terminal.find(/^.*"environment".*\n/)
  return { ...JSON.parse(line).environment, CUECARD_MIRROR_PATH: join(folder, 'mirror.db') }
}

const words = ['my', 'card', 'was', 'stolen', 'abroad']

test('what was synced is found when Genesys is gone, by the service as by the command, in time', async () => {
  const environment = await simulate()
  const synced = await runHere(['mirror', 'sync', '--json'], environment)
  const lines = synced.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(synced.status).toBe(0)
  expect(lines[0]).toEqual({
    progress: { title: expect.any(String), done: expect.any(Number), total: expect.any(Number) },
  })
  expect(lines.at(-1)).toEqual({ articles: 93, problems: [] })

  simulator?.interrupt()
  await simulator?.ended
  const found = await runHere(['mirror', 'search', ...words, '--tag', 'card', '--json'], environment)
  expect(found.status).toBe(0)
  const asked = await runHere(['retrieve', '--query', words.join(' '), '--tag', 'card', '--json'], {
    ...environment,
    CUECARD_MIRROR: 'true',
    CUECARD_LATENCY_BUDGET_MS: '200',
  })
  const reply = JSON.parse(asked.stdout)
  expect(reply.items[0]).toEqual(JSON.parse(found.stdout).items[0])
  expect(reply.items[0].title).toMatch(/stolen abroad/)
  expect(reply.freshness.status).toBe('mirror')
  expect(reply.timings.totalMs).toBeLessThan(200)
})

test('status tells of each origin, and why it is not in step', async () => {
  const environment = await simulate()
  const none = await runHere(['mirror', 'status'], environment)
  expect(none).toMatchObject({ status: 1, stderr: expect.stringContaining('`cuecard mirror sync` makes it') })
  await runHere(['mirror', 'sync'], environment)
  const { status, stdout } = await runHere(['mirror', 'status'], environment)
  expect(status).toBe(0)
  expect(stdout).toMatch(/Simulated Organisation \(en\) {2}genesys:\S+\n {2}57 in force; in step \d+ s ago/)
  expect(await runHere(['mirror', 'search', 'elephants'], environment)).toMatchObject({ status: 1 })
})

test('own articles need no access to Genesys', async () => {
  const config = join(folder, 'cuecard.yaml')
  writeFileSync(
    join(folder, 'own.jsonl'),
    JSON.stringify({ id: 'a', title: 'Lost badge', body: 'Call the desk.' }),
  )
  writeFileSync(
    config,
    `mirror: { path: ${join(folder, 'own.db')}, sources: [{ file: ${join(folder, 'own.jsonl')} }] }`,
  )
  const synced = await runHere(['mirror', 'sync', '--config', config])
  expect(synced).toMatchObject({ status: 0, stdout: '1 article, in step.\n', stderr: '' })
  const { stdout } = await runHere(['mirror', 'search', 'badge', '--config', config])
  expect(stdout).toMatch(/^ 1\. .* {2}Lost badge\n {10} *\+\d+\.\d\d {2}\w[ \w,]+\n/)
  writeFileSync(join(folder, 'own.jsonl'), '{"id": ')
  const broken = await runHere(['mirror', 'sync', '--config', config])
  expect(broken).toMatchObject({ status: 1, stderr: expect.stringContaining('line 1') })
})

test('a damaged copy is replaced only when a full sync is asked for', async () => {
  const environment = await simulate()
  writeFileSync(join(folder, 'mirror.db'), 'damaged '.repeat(1000))
  for (const command of ['sync', 'status'])
    expect(await runHere(['mirror', command], environment)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('run `cuecard mirror sync --full`'),
    })
  const synced = await runHere(['mirror', 'sync', '--full'], environment)
  expect(synced).toMatchObject({ status: 0, stdout: '93 articles, in step.\n' })
})

test('one process at a time syncs', async () => {
  const environment = await simulate()
  const release = takeSyncLock(join(folder, 'mirror.db'))
  const busy = await runHere(['mirror', 'sync'], environment)
  expect(busy).toMatchObject({ status: 1, stderr: expect.stringContaining('Another process is syncing') })
  release?.()
  expect(await runHere(['mirror', 'sync'], environment)).toMatchObject({ status: 0 })
})
