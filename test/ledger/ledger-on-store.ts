// A ledger on a real database, on a clock that only the test moves.
import { randomBytes } from 'node:crypto'
import { canonicalJson } from '../../src/audit/canonical-json.ts'
import { AuditKey } from '../../src/ledger/audit-key.ts'
import { AuditReader } from '../../src/ledger/audit-reader.ts'
import type { EntryDraft } from '../../src/ledger/entry-draft.ts'
import { type LedgerSettings, openLedger } from '../../src/ledger/ledger-calls.ts'
import { openStore, type StoreSettings } from '../../src/storage/open-store.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

export const secret = randomBytes(32)

export const settings: LedgerSettings = {
  origin: 'test.example/log',
  endpoints: [],
  retentionMonths: 13,
  searchableDays: 90,
}

/** Opens what lies in a database, or begins it. */
export async function ledgerOn(database: StoreSettings, options: Partial<LedgerSettings> = {}) {
  const clock = new FakeClock()
  const auditKey = new AuditKey(secret)
  const store = await openStore(database)
  const ledger = await openLedger(store, auditKey, clock, { ...settings, ...options })
  const readStore = await openStore(database, { readOnly: true })
  return {
    clock,
    auditKey,
    store,
    ledger,
    reader: new AuditReader(readStore, auditKey),
    async close() {
      await readStore.close()
      await ledger.close()
    },
  }
}

/** The draft of a retrieval that showed `contentIds`. */
export function retrievalDraft(
  retrievalId: string,
  { agentId = 'ann', interactionId = 'c-1', contentIds = ['a', 'b'], at = 0, query = 'late fee' } = {},
): EntryDraft {
  const body = canonicalJson({
    kind: 'retrieval',
    agentId,
    at: new Date(at).toISOString(),
    complianceFlags: { accessValidated: true, availabilityChecked: true },
    freshness: { ageSeconds: 0, source: 'test', status: 'fresh' },
    interactionId,
    items: contentIds.map((contentId) => ({ contentId, source: 'test', version: '1' })),
    language: 'en-US',
    profile: 'tutorial',
    query,
    queueId: 'q-1',
    retrievalId,
    timings: { queuedMs: 0, totalMs: 12, upstreamMs: 0 },
  })
  return {
    kind: 'retrieval',
    at,
    agentId,
    interactionId,
    body,
    retrieval: {
      retrievalId,
      queueId: 'q-1',
      language: 'en-US',
      freshness: 'fresh',
      degraded: '',
      latencyUs: 12_000,
      items: contentIds.length,
      profile: 'tutorial',
      query,
    },
  }
}

/** The export of the whole log as one text. */
export async function exportOf({ ledger, reader }: Awaited<ReturnType<typeof ledgerOn>>): Promise<string> {
  const { origin, verifierKey } = await ledger.identity()
  const newest = await ledger.checkpoint()
  const lines: string[] = []
  for await (const some of reader.export({ first: 0, end: newest.size }, newest, {
    origin,
    publicKey: verifierKey,
  }))
    lines.push(...some)
  return lines.map((line) => `${line}\n`).join('')
}
