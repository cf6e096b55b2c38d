// A database whose audit key is gone: another key could read nothing, and must not be made in its place.
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startRecorded } from './start-recorded.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-key-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('is refused, keeps no new key, and opens again with the old one', async () => {
  const database = join(folder, 'cuecard.db')
  const keyFile = `${database}.key`
  const open = () => startRecorded({ config: { database: { url: `sqlite:${database}` } } })
  const first = await open()
  const { retrievalId } = await first.retrieve()
  await first.cuecard.close()

  renameSync(keyFile, join(folder, 'backup'))
  await expect(open()).rejects.toMatchObject({
    code: 'config.invalid',
    message: `The database ${database} is there, and its audit key ${keyFile} is not: put it back from your backup, since nothing can be read without it`,
  })
  expect(existsSync(keyFile)).toBe(false)

  renameSync(join(folder, 'backup'), keyFile)
  const { cuecard, settled } = await open()
  const { entries } = await settled(cuecard.audit?.entries({ retrievalId }) ?? Promise.reject())
  expect(entries).toHaveLength(1)
  await cuecard.close()
})
