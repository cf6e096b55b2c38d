// The write-ahead log is copied away while somebody writes.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { keepWalShort, walBytes } from '../../src/storage/wal-keeper.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

test('a long log is copied into the file, so that the next writer begins it anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cuecard-wal-'))
  const file = join(folder, 'x.db')
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal; pragma wal_autocheckpoint = 0; create table t (b blob)')
  const insert = database.prepare('insert into t values (zeroblob(1000000))')
  const clock = new FakeClock()
  const stop = keepWalShort(file, clock)
  for (let count = 0; count < 8; count++) insert.run()
  const long = walBytes(file)
  expect(long).toBeGreaterThan(8_000_000)
  expect(statSync(file).size).toBeLessThan(1_000_000)
  await clock.advance(200)
  expect(statSync(file).size).toBeGreaterThan(8_000_000)
  for (let count = 0; count < 4; count++) insert.run()
  expect(walBytes(file)).toBe(long)
  stop()
  database.close()
  rmSync(folder, { recursive: true })
})
