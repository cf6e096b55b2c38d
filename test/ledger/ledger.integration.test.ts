// The ledger on SQLite and PostgreSQL: one suite for both.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { verifyConsistency, verifyInclusion } from '../../src/audit/merkle-proof.ts'
import { Frontier, leafHash } from '../../src/audit/merkle-tree.ts'
import type { Adoption } from '../../src/ledger/adoption-desk.ts'
import { backlogOf } from '../../src/ledger/outbox-backlog.ts'
import type { InclusionProof } from '../../src/ledger/record.ts'
import { type RealDatabase, realDatabases } from '../storage/real-stores.ts'
import { ledgerOn, retrievalDraft } from './ledger-on-store.ts'

const adoption = (about: Partial<Adoption>): Adoption => ({
  retrievalId: 'r-1',
  event: { type: 'opened', contentId: 'a' },
  eventId: 'e-1',
  at: 1000,
  actor: { id: 'key-1', roles: ['service'], via: 'api_key' },
  boundTo: undefined,
  idempotencyKey: 'k-1',
  ...about,
})

describe.each(realDatabases)('the ledger on %s', (_, make) => {
  let database: RealDatabase
  const opened: { close(): Promise<void> }[] = []

  async function open(options: Parameters<typeof ledgerOn>[1] = {}) {
    const ledger = await ledgerOn(database.settings, options)
    opened.push(ledger)
    return ledger
  }

  beforeEach(async () => {
    database = await make()
  })

  afterEach(async () => {
    for (const ledger of opened.splice(0)) await ledger.close()
    await database.drop()
  })

  const rootAt = async ({ store }: Awaited<ReturnType<typeof open>>, size: number) => {
    const frontier = new Frontier()
    const rows = await store.db
      .selectFrom('entries')
      .select('commitment')
      .where('idx', '<', size)
      .orderBy('idx')
      .execute()
    for (const { commitment } of rows) frontier.appendLeaf(leafHash(commitment))
    return frontier.root()
  }
  const bytes = (hex: string) => Buffer.from(hex, 'hex')
  const proves = ({ index, size, leafHash, hashes, checkpoint }: InclusionProof) =>
    verifyInclusion({ index, size, leaf: bytes(leafHash), root: rootOfNote(checkpoint) }, hashes.map(bytes))
  const rootOfNote = (note: string) => Buffer.from(note.split('\n')[2] ?? '', 'base64')

  test('keeps entries in order, with bodies that can be read again', async () => {
    const { ledger, reader } = await open()
    await Promise.all([
      ledger.append([retrievalDraft('r-1'), retrievalDraft('r-2')]),
      ledger.append([retrievalDraft('r-3')]),
    ])
    const { entries } = await reader.entries({}, 0)
    expect(entries.map(({ index, body }) => [index, body?.retrievalId])).toEqual([
      [2, 'r-3'],
      [1, 'r-2'],
      [0, 'r-1'],
    ])
  })

  test('signs the root of all entries, across tiles and restarts', async () => {
    const first = await open()
    for (let count = 0; count < 3; count++)
      await first.ledger.append(
        Array.from({ length: 217 }, (_, index) => retrievalDraft(`r-${count}-${index}`)),
      )
    await first.close()
    opened.pop()
    const second = await open()
    await second.ledger.append([retrievalDraft('last')])
    const { size, note } = await second.ledger.checkpoint()
    expect(size).toBe(3 * 217 + 1)
    expect(rootOfNote(note)).toEqual(await rootAt(second, size))
    for (const index of [0, 255, 256, 511, 512, 650, 651]) {
      const proof = await second.reader.inclusion(index, { size, note })
      expect(proves(proof)).toBe(true)
    }
    const proof = await second.reader.consistency(300, { size, note })
    const roots = { fromRoot: await rootAt(second, 300), toRoot: rootOfNote(note) }
    expect(verifyConsistency({ from: 300, to: size, ...roots }, proof.hashes.map(bytes))).toBe(true)
  })

  test('is one log for two processes that write at the same time', async () => {
    const [a, b] = [await open(), await open()]
    const append = async ({ ledger }: typeof a, name: string) => {
      for (let count = 0; count < 20; count++)
        await ledger.append(
          Array.from({ length: 31 }, (_, index) => retrievalDraft(`${name}-${count}-${index}`)),
        )
    }
    await Promise.all([append(a, 'a'), append(b, 'b')])
    const { size, note } = await a.ledger.checkpoint()
    expect(size).toBe(2 * 20 * 31)
    expect(rootOfNote(note)).toEqual(await rootAt(a, size))
    expect(await b.ledger.checkpoint()).toMatchObject({ size })
    const proof = await b.reader.inclusion(700, { size, note })
    expect(proves(proof)).toBe(true)
  })

  test('records an event once for one key, and refuses the key for another event', async () => {
    const { ledger, reader } = await open()
    await ledger.append([retrievalDraft('r-1')])
    const receipt = await ledger.adopt(adoption({}))
    expect(receipt).toMatchObject({ eventId: 'e-1', type: 'opened', contentId: 'a' })
    expect(await ledger.adopt(adoption({ eventId: 'e-2', at: 2000 }))).toEqual(receipt)
    await expect(ledger.adopt(adoption({ event: { type: 'copied', contentId: 'a' } }))).rejects.toMatchObject(
      {
        code: 'idempotency.conflict',
      },
    )
    const other = adoption({ actor: { id: 'key-2', roles: ['service'], via: 'api_key' }, eventId: 'e-3' })
    expect(await ledger.adopt(other)).toMatchObject({ eventId: 'e-3' })
    const { entries } = await reader.entries({ kind: 'adoption' }, 0)
    expect(entries.map(({ body }) => [body?.eventId, body?.position])).toEqual([
      ['e-3', 0],
      ['e-1', 0],
    ])
  })

  test('gives one answer to the same event sent twice at once, through two processes', async () => {
    const [a, b] = [await open(), await open()]
    await a.ledger.append([retrievalDraft('r-1')])
    const receipts = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 ? a : b).ledger.adopt(adoption({ eventId: `e-${index}` })),
      ),
    )
    expect(new Set(receipts.map(({ eventId }) => eventId)).size).toBe(1)
    expect((await a.reader.entries({ kind: 'adoption' }, 0)).entries).toHaveLength(1)
  })

  test('forgets a key after 24 hours', async () => {
    const { ledger } = await open()
    await ledger.append([retrievalDraft('r-1')])
    await ledger.adopt(adoption({}))
    const later = adoption({
      event: { type: 'copied', contentId: 'b' },
      at: 1000 + 24 * 3_600_000,
      eventId: 'e-2',
    })
    expect(await ledger.adopt(later)).toMatchObject({ eventId: 'e-2' })
  })

  test('refuses events of items that were not shown, of other agents and of unknown retrievals', async () => {
    const { ledger } = await open()
    await ledger.append([retrievalDraft('r-1')])
    const refused = (about: Partial<Adoption>) =>
      ledger.adopt(adoption(about)).then(
        () => 'taken',
        (error) => error.code,
      )
    expect(await refused({ event: { type: 'opened', contentId: 'z' } })).toBe('adoption.not_shown')
    expect(await refused({ boundTo: 'ben' })).toBe('access.denied')
    expect(await refused({ retrievalId: 'r-9' })).toBe('retrieval.unknown')
    // A refused event leaves its key free.
    expect(await refused({})).toBe('taken')
  })

  test('takes an event that overtakes the entry of its retrieval', async () => {
    const { ledger } = await open()
    const [, receipt] = await Promise.all([
      ledger.append([retrievalDraft('r-1')]),
      ledger.adopt(adoption({})),
    ])
    expect(receipt).toMatchObject({ eventId: 'e-1' })
  })

  test('erases a person: the log still proves every entry, and nobody can read them', async () => {
    const { ledger, reader, store } = await open()
    await ledger.append([
      retrievalDraft('r-1', { agentId: 'ann', interactionId: 'c-1' }),
      retrievalDraft('r-2', { agentId: 'ben', interactionId: 'c-1' }),
      retrievalDraft('r-3', { agentId: 'ben', interactionId: 'c-2' }),
    ])
    expect(await ledger.erase({ interactionId: 'c-1' }, 'officer')).toEqual({ keys: 2, entries: 2 })
    const { entries } = await reader.entries({}, 0)
    expect(entries.map(({ body }) => body?.retrievalId ?? body?.kind)).toEqual([
      'erasure',
      'r-3',
      undefined,
      undefined,
    ])
    expect(JSON.stringify(entries)).not.toContain('c-1')
    expect(
      await store.db.selectFrom('retrievals').select('query_digest').where('idx', '<', 2).execute(),
    ).toEqual([{ query_digest: null }, { query_digest: null }])
    const { size, note } = await ledger.checkpoint()
    const proof = await reader.inclusion(0, { size, note })
    expect(proves(proof)).toBe(true)
    await expect(ledger.adopt(adoption({}))).rejects.toMatchObject({ code: 'retrieval.unknown' })
  })

  test('finds and erases one of many persons whose entries lie between those of others', async () => {
    const { ledger, reader, store } = await open()
    const agents = ['ann', 'ben', 'cyd']
    const drafts = Array.from({ length: 600 }, (_, index) =>
      retrievalDraft(`r-${index}`, {
        agentId: agents[index % 3] ?? '',
        interactionId: `c-${(index * 7) % 200}`,
      }),
    )
    for (let from = 0; from < drafts.length; from += 90) await ledger.append(drafts.slice(from, from + 90))
    const idsOf = (has: (draft: (typeof drafts)[number]) => boolean) =>
      drafts
        .filter(has)
        .map(({ retrieval }) => retrieval?.retrievalId)
        .reverse()
    const found = async (query: { agentId?: string; interactionId?: string }) =>
      (await reader.entries({ ...query, limit: 600 }, 0)).entries.map(({ body }) => body?.retrievalId)
    expect(await found({ agentId: 'ben' })).toEqual(idsOf(({ agentId }) => agentId === 'ben'))
    expect(await found({ interactionId: 'c-63' })).toEqual(idsOf((draft) => draft.interactionId === 'c-63'))
    const ofAnn = idsOf(({ agentId }) => agentId === 'ann')
    expect(await ledger.erase({ agentId: 'ann' }, 'officer')).toMatchObject({ entries: ofAnn.length })
    const empty = await store.db.selectFrom('entries').select('idx').where('box', 'is', null).execute()
    expect(empty.map(({ idx }) => idx % 3)).toEqual(ofAnn.map(() => 0))
  })

  test('takes a new key for a person that another process erased', async () => {
    const [a, b] = [await open(), await open()]
    await a.ledger.append([retrievalDraft('r-1')])
    await b.ledger.erase({ agentId: 'ann' }, 'officer')
    await a.ledger.append([retrievalDraft('r-2')])
    expect((await a.reader.entries({ retrievalId: 'r-2' }, 0)).entries[0]?.body).toMatchObject({
      retrievalId: 'r-2',
    })
    expect((await a.reader.entries({ retrievalId: 'r-1' }, 0)).entries[0]?.body).toBeNull()
  })

  test('lets go of bodies after their time, of keys with their last body, and of nothing in the tree', async () => {
    const { ledger, reader, clock, store } = await open()
    const now = Date.UTC(2026, 10, 22)
    clock.jump(now - clock.wallTime())
    const old = Date.UTC(2025, 9, 1)
    await ledger.append([
      retrievalDraft('old', { at: old, interactionId: 'c-old' }),
      retrievalDraft('new', { at: now - 1000 }),
    ])
    expect(await ledger.retain()).toBe(1)
    expect(await ledger.retain()).toBe(0)
    const { entries } = await reader.entries({}, 0)
    expect(entries.map(({ body }) => body?.retrievalId)).toEqual(['new', undefined])
    expect(await store.db.selectFrom('person_keys').select('interaction_id').execute()).toEqual([
      { interaction_id: 'c-1' },
    ])
    // The key of a person whose last body went is not used any more.
    await ledger.append([retrievalDraft('again', { at: now, interactionId: 'c-old' })])
    expect((await reader.entries({}, 0)).entries[0]?.body).toMatchObject({ retrievalId: 'again' })
    expect((await ledger.checkpoint()).size).toBe(3)
  })

  test('leases messages, settles them, keeps dead letters and replays them', async () => {
    const { ledger, clock, store } = await open({ endpoints: [{ name: 'hook', kinds: ['retrieval'] }] })
    const at = clock.wallTime()
    await ledger.append([retrievalDraft('r-1', { at }), retrievalDraft('r-2', { at })])
    const first = await ledger.claim('hook', 10, 1000)
    expect(first).toEqual([
      { entryIndex: 0, attempts: 0 },
      { entryIndex: 1, attempts: 0 },
    ])
    expect(await ledger.claim('hook', 10, 1000)).toEqual([])
    const { messagePrefix } = await ledger.identity()
    await ledger.settle([
      { id: `${messagePrefix}0`, endpoint: 'hook', result: 'delivered' },
      { id: `${messagePrefix}1`, endpoint: 'hook', result: 'dead', error: 'gone' },
    ])
    expect(await backlogOf(store)).toEqual([
      { endpoint: 'hook', pending: 0, dead: 1, oldestAt: null, disabled: null },
    ])
    expect(await ledger.listDeliveries({ state: 'dead' })).toEqual([
      {
        id: `${messagePrefix}1`,
        endpoint: 'hook',
        state: 'dead',
        attempts: 1,
        entryIndex: 1,
        dueAt: null,
        lastError: 'gone',
      },
    ])
    expect(await ledger.replay([`${messagePrefix}1`])).toBe(1)
    expect(await ledger.claim('hook', 10, 1000)).toEqual([{ entryIndex: 1, attempts: 0 }])
    await clock.advance(1001)
    expect(await ledger.claim('hook', 10, 1000)).toEqual([{ entryIndex: 1, attempts: 0 }])
    await ledger.disable('hook', 'it answered 410')
    await clock.advance(1001)
    expect(await ledger.claim('hook', 10, 1000)).toEqual([])
  })

  test('tells of a configuration when it is another one', async () => {
    for (const profile of ['tutorial', 'tutorial', 'context']) await open({ configuration: { profile } })
    const { reader } = await open()
    expect(
      (await reader.entries({ kind: 'configuration' }, 0)).entries.map(({ body }) => body?.settings),
    ).toEqual([{ profile: 'context' }, { profile: 'tutorial' }])
  })

  test('finds entries by person, kind, time and page', async () => {
    const { ledger, reader } = await open()
    await ledger.append(
      Array.from({ length: 25 }, (_, index) =>
        retrievalDraft(`r-${index}`, { agentId: index % 2 ? 'ann' : 'ben', at: index * 1000 }),
      ),
    )
    const first = await reader.entries({ agentId: 'ann', limit: 5 }, 0)
    expect(first.entries.map(({ index }) => index)).toEqual([23, 21, 19, 17, 15])
    const second = await reader.entries({ agentId: 'ann', limit: 50, before: first.next ?? 0 }, 0)
    expect(second.entries.map(({ index }) => index)).toEqual([13, 11, 9, 7, 5, 3, 1])
    expect(second.next).toBeNull()
    const some = await reader.entries({ from: 3000, to: 6000 }, 0)
    expect(some.entries.map(({ index }) => index)).toEqual([5, 4, 3])
    // Older than what may be searched.
    expect((await reader.entries({ from: 0 }, 23_000)).entries.map(({ index }) => index)).toEqual([24, 23])
  })
})
