// A commit that was made on top of another one that failed fails too, however well the head seems to fit.
import { expect, test } from 'vitest'
import { AuditKey } from '../../src/ledger/audit-key.ts'
import { newHead } from '../../src/ledger/log-signer.ts'
import type { Batch } from '../../src/storage/ledger-store.ts'
import { openStore } from '../../src/storage/open-store.ts'
import { freshDatabase } from './service-world.ts'

const entry = {
  at: 0,
  kind: 0,
  keyId: 0,
  commitment: Buffer.alloc(32),
  box: Buffer.alloc(100),
  endpoints: [],
}

const {
  key_epoch: keyEpoch,
  next_key: nextKey,
  ...head
} = newHead('test.example/log', new AuditKey(Buffer.alloc(32, 1)), 0)

const batch = (size: number): Batch => ({
  ...{ size, keyEpoch, nextKey, keys: [], entries: [entry], tiles: [], idempotency: [] },
})

test('PostgreSQL: after another process came between, neither of two commits under way is taken', async () => {
  const database = await freshDatabase('postgres')
  const [mine, other] = [await openStore(database.settings), await openStore(database.settings)]
  try {
    await mine.create({ ...head, key_epoch: keyEpoch, next_key: nextKey })
    expect(await other.commit(batch(0))).toBe(true)
    // The second was made for a log whose entry 0 is the first one's, and finds one of the same length.
    expect(await Promise.all([mine.commit(batch(0)), mine.commit(batch(1))])).toEqual([false, false])
    expect(await mine.commit(batch(1))).toBe(true)
  } finally {
    await mine.close()
    await other.close()
    await database.drop()
  }
})
