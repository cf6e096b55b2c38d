// What the doctor says of a database and its key, on real databases.
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { checkRecord } from '../../../src/cli/doctor/check-record.ts'
import { systemClock } from '../../../src/clock.ts'
import { composeRecord } from '../../../src/compose-record.ts'
import { parseRecordConfig, type RecordConfig } from '../../../src/config/config-schema.ts'
import { realDatabases } from '../../storage/real-stores.ts'
import { findingsOf } from './findings-of.ts'

const folder = mkdtempSync(join(tmpdir(), 'cuecard-doctor-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0

function keyFile(fill = 1, mode = 0o600): string {
  const file = join(folder, `key-${++count}`)
  writeFileSync(file, Buffer.alloc(32, fill).toString('base64'), { mode })
  chmodSync(file, mode)
  return file
}

const configOf = (url: string, key?: string) =>
  parseRecordConfig({ database: { url }, auditLog: { origin: 'doctor.test/log', keyFile: key } })

/** Begins the log that a service would. */
async function begin(config: RecordConfig): Promise<void> {
  const record = await composeRecord(config, {
    clock: systemClock,
    newId: () => 'id',
    random: Math.random,
    isInline: true,
    onSettled: () => {},
    onCommitted: () => {},
  })
  await record?.recorder.audit.checkpoint()
  await record?.close()
}

describe.each(realDatabases)('on %s', (_, make) => {
  async function fresh() {
    const database = await make()
    onTestFinished(() => database.drop())
    return database.settings.url.reveal()
  }

  test('a log with its key passes, and its size is told', async () => {
    const config = configOf(await fresh(), keyFile())
    await begin(config)
    expect(await findingsOf(checkRecord(config))).toMatchObject({
      'audit key': { result: 'passed' },
      database: { result: 'passed', message: 'can be written; 1 entry in the log doctor.test/log' },
    })
  })

  test('another key fails', async () => {
    const url = await fresh()
    await begin(configOf(url, keyFile(1)))
    const { database } = await findingsOf(checkRecord(configOf(url, keyFile(2))))
    expect(database).toMatchObject({
      result: 'failed',
      message: expect.stringContaining('another one than this log was made with'),
      advice: expect.stringContaining('CUECARD_AUDIT_KEY_FILE'),
    })
  })

  test('a database without a log is left as it is', async () => {
    const config = configOf(await fresh(), keyFile())
    for (const time of ['first', 'second'])
      expect((await findingsOf(checkRecord(config))).database, time).toMatchObject({ result: 'noted' })
  })
})

test('no file is made', async () => {
  const empty = mkdtempSync(join(folder, 'empty-'))
  const { database } = await findingsOf(checkRecord(configOf(`sqlite:${join(empty, 'cuecard.db')}`)))
  expect(database).toMatchObject({ result: 'noted', message: expect.stringContaining('not there yet') })
  expect(readdirSync(empty)).toEqual([])
})

test('an empty file is as good as none', async () => {
  const file = join(folder, 'empty.db')
  writeFileSync(file, '')
  const { database } = await findingsOf(checkRecord(configOf(`sqlite:${file}`)))
  expect(database).toMatchObject({
    result: 'noted',
    message: expect.stringContaining('not there yet or empty'),
  })
})

test('a folder that is missing fails before the first start', async () => {
  const { database } = await findingsOf(checkRecord(configOf(`sqlite:${join(folder, 'nowhere', 'a.db')}`)))
  expect(database).toMatchObject({ result: 'failed', message: expect.stringContaining('cannot be made') })
})

test('a log whose key is gone fails, and no new key is made', async () => {
  const file = join(folder, 'lost.db')
  const config = configOf(`sqlite:${file}`)
  await begin(config)
  rmSync(`${file}.key`)
  expect(await findingsOf(checkRecord(config))).toMatchObject({
    'audit key': { result: 'failed', advice: expect.stringContaining('CUECARD_AUDIT_KEY_FILE') },
    database: { result: 'noted' },
  })
  expect(existsSync(`${file}.key`)).toBe(false)
})

test.each([
  [0o600, 'passed'],
  [0o440, 'passed'],
  [0o644, 'failed'],
  [0o660, 'failed'],
])('a key of mode %o %s', async (mode, result) => {
  const config = configOf(`sqlite:${join(folder, 'unmade.db')}`, keyFile(1, mode))
  expect((await findingsOf(checkRecord(config)))['audit key']).toMatchObject({ result })
})

test('PostgreSQL without a key, and a server that is away, fail in one sentence without the password', async () => {
  const url = 'postgres://cuecard:hush-hush@127.0.0.1:1/cuecard'
  const keyless = await findingsOf(checkRecord(configOf(url)))
  expect(keyless['audit key']).toMatchObject({ result: 'failed' })
  const away = await findingsOf(checkRecord(configOf(url, keyFile())))
  expect(away.database).toMatchObject({ result: 'failed', advice: expect.any(String) })
  expect(JSON.stringify([keyless, away])).not.toContain('hush-hush')
})

test('a file that is no database fails', async () => {
  const file = join(folder, 'novel.db')
  writeFileSync(file, 'It was a dark and stormy night. '.repeat(100))
  const { database } = await findingsOf(checkRecord(configOf(`sqlite:${file}`, keyFile())))
  expect(database).toMatchObject({ result: 'failed', message: expect.stringContaining('no SQLite database') })
})

test('without a database nothing is checked', async () => {
  expect(await findingsOf(checkRecord(parseRecordConfig({})))).toEqual({
    database: { name: 'database', result: 'noted', message: 'not configured' },
  })
})
