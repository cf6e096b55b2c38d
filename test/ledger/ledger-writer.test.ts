// The writer over a store that fails, moves and is slow as it is told: nothing is lost, doubled or told too early.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CuecardError } from '../../src/errors.ts'
import { AuditKey } from '../../src/ledger/audit-key.ts'
import { LedgerWriter } from '../../src/ledger/ledger-writer.ts'
import { LogSigner, newHead } from '../../src/ledger/log-signer.ts'
import { Secret } from '../../src/secret.ts'
import type { Batch, LedgerStore } from '../../src/storage/ledger-store.ts'
import { openStore } from '../../src/storage/open-store.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { retrievalDraft, secret } from './ledger-on-store.ts'

/** What happens to a commit: written; refused; written and then the connection breaks; somebody else was faster. */
type Fate = 'written' | 'fails' | 'written and cut' | 'moved'

async function writerOn(commitsAtOnce: number, fates: Fate[]) {
  const inner = await openStore({ url: new Secret('sqlite::memory:'), connections: 1 })
  const clock = new FakeClock()
  const auditKey = new AuditKey(secret)
  const head = newHead('test.example/log', auditKey, 0)
  await inner.create(head)
  const cut = () => new CuecardError('record.unavailable', 'cut')
  let last: Promise<unknown> = Promise.resolve()
  const fateful = async (batch: Batch): Promise<boolean> => {
    const fate = fates.shift() ?? 'written'
    if (fate === 'fails') throw cut()
    if (fate === 'moved') {
      const other = {
        at: 0,
        kind: 0,
        keyId: 0,
        commitment: Buffer.alloc(32),
        box: Buffer.alloc(1),
        endpoints: [],
      }
      const now = await inner.head()
      const elsewhere = { size: now?.size ?? 0, keyEpoch: now?.key_epoch ?? 0, nextKey: now?.next_key ?? 0 }
      await inner.commit({ ...elsewhere, keys: [], entries: [other], tiles: [], idempotency: [] })
      return inner.commit(batch)
    }
    const isWritten = await inner.commit(batch)
    if (fate === 'written and cut') throw cut()
    return isWritten
  }
  const store: LedgerStore = {
    db: inner.db,
    dialect: 'sqlite',
    commitsAtOnce,
    head: () => inner.head(),
    create: (made) => inner.create(made),
    // One after the other, and later than asked, as over a connection.
    commit(batch) {
      const done = last.then(() => Promise.resolve()).then(() => fateful(batch))
      last = done.catch(() => {})
      return done
    },
    transaction: (work) => inner.transaction(work),
    scrub: () => inner.scrub(),
    close: () => inner.close(),
  }
  const signer = new LogSigner(head, auditKey)
  const writer = await LedgerWriter.open({ store, auditKey, signer, clock, endpoints: [] })
  return { writer, inner }
}

test('what was acknowledged is in the log once, whatever becomes of the commits', async () => {
  const fate = fc.constantFrom<Fate>('written', 'written', 'fails', 'written and cut', 'moved')
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 2),
      fc.array(fate, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 12 }),
      async (commitsAtOnce, fates, sizes) => {
        const left = [...fates]
        const { writer, inner } = await writerOn(commitsAtOnce, left)
        const acknowledged: string[] = []
        const appends: Promise<void>[] = []
        for (const [index, size] of sizes.entries()) {
          const ids = Array.from({ length: size }, (_, place) => `r-${index}-${place}`)
          const appended = writer.append(ids.map((id) => retrievalDraft(id))).then(
            () => void acknowledged.push(...ids),
            () => {},
          )
          appends.push(appended)
          if (index % 3 === 0) await Promise.resolve()
        }
        await Promise.all(appends)
        left.length = 0
        const { size } = await writer.checkpoint()
        const rows = await inner.db.selectFrom('retrievals').select('retrieval_id').execute()
        const written = rows.map((row) => row.retrieval_id)
        expect(new Set(written).size).toBe(written.length)
        expect(written).toEqual(expect.arrayContaining(acknowledged))
        const entries = await inner.db.selectFrom('entries').select('idx').orderBy('idx').execute()
        expect(entries.map(({ idx }) => idx)).toEqual(Array.from({ length: size }, (_, index) => index))
        await writer.close()
        await inner.close()
      },
    ),
  )
})
