// A gap that is not in the log when the process ends: it is told all the same, or enters the log at the last moment.
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startRecorded } from './start-recorded.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-gap-'))
  writeFileSync(join(folder, 'audit.key'), randomBytes(32).toString('base64'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A library on a database that cannot be opened, since a folder stands in its place, after two unrecorded answers. */
async function startWithGap() {
  const database = join(folder, 'cuecard.db')
  mkdirSync(database)
  const told: (string | undefined)[] = []
  const config = {
    audit: 'available',
    database: { url: `sqlite:${database}` },
    auditLog: { keyFile: join(folder, 'audit.key') },
  } as const
  const ports = { onRecordFailure: (failure: string | undefined) => told.push(failure) }
  const started = await startRecorded({ config, ports })
  for (let count = 0; count < 2; count++) expect((await started.retrieve()).items).not.toEqual([])
  return { ...started, config, told, repair: () => rmdirSync(database) }
}

test('the end tells what was never recorded', async () => {
  const { cuecard, settled, told } = await startWithGap()
  await settled(cuecard.close())
  expect(told.at(-1)).toMatch(
    /^2 entries from \d{4}-\d\d-\d\dT[\d:.]+Z to \d{4}-\d\d-\d\dT[\d:.]+Z were never recorded$/,
  )
})

test('the end writes the gap into a log that can be written again', async () => {
  const { cuecard, settled, told, clock, config, repair } = await startWithGap()
  repair()
  // For a second it is not tried again.
  await clock.advance(1001)
  await settled(cuecard.close())
  expect(told.at(-1)).toBeUndefined()
  const again = await startRecorded({ config })
  const { entries } = await again.settled(again.cuecard.audit?.entries({ kind: 'gap' }) ?? Promise.reject())
  expect(entries.map(({ body }) => body?.missed)).toEqual([2])
  await again.cuecard.close()
})
