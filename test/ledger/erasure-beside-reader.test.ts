// What was erased leaves the write-ahead log, too, even where somebody reads from it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Secret } from '../../src/secret.ts'
import { ledgerOn, retrievalDraft } from './ledger-on-store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-scrub-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const agentId = 'agent-with-a-name-of-its-own'

async function begin() {
  const file = join(folder, 'cuecard.db')
  const { ledger, clock, close } = await ledgerOn({ url: new Secret(`sqlite:${file}`), connections: 1 })
  await ledger.append([retrievalDraft('r-1', { agentId }), retrievalDraft('r-2', { agentId: 'ben' })])
  const reader = new DatabaseSync(file, { readOnly: true })
  reader.exec('begin')
  reader.prepare('select * from person_keys').all()
  return {
    ledger,
    clock,
    isLeft: () => ['', '-wal'].some((end) => readFileSync(file + end).includes(agentId)),
    stopReading: () => reader.close(),
    async close() {
      if (reader.isOpen) reader.close()
      await close()
    },
  }
}

test('it is tried again until the reader has read', async () => {
  const { ledger, clock, isLeft, stopReading, close } = await begin()
  const erased = ledger.erase({ agentId }, 'officer')
  await clock.advance(200)
  expect(isLeft()).toBe(true)
  stopReading()
  await clock.advance(200)
  expect(await erased).toEqual({ keys: 1, entries: 1 })
  expect(isLeft()).toBe(false)
  await close()
})

test('a reader who does not end is told of, and erasing again finishes it', async () => {
  const { ledger, clock, isLeft, stopReading, close } = await begin()
  const refused = expect(ledger.erase({ agentId }, 'officer')).rejects.toThrow(
    /keys are destroyed.*another program reads.*erase again/,
  )
  await clock.advance(11_000)
  await refused
  stopReading()
  await ledger.erase({ agentId }, 'officer')
  expect(isLeft()).toBe(false)
  await close()
})
