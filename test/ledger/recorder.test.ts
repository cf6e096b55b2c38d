// What the whole library records: before its reply, completely, and in a form that proves itself.
import { expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { isCanonical } from '../../src/audit/canonical-json.ts'
import { verifyExport } from '../../src/audit/verify-export.ts'
import { startRecorded } from './start-recorded.ts'

const ann: Actor = { id: 'u-ann', roles: ['agent'], agentId: 'ann', divisions: [], via: 'genesys_token' }
const ben: Actor = { id: 'u-ben', roles: ['agent'], agentId: 'ben', divisions: [], via: 'genesys_token' }

test('records each retrieval with all that was shown and why, so that each score can be recomputed', async () => {
  const { cuecard, retrieve, settled } = await startRecorded()
  const retrieval = await retrieve({ query: 'refund the late fee' })
  const { entries } = await settled(cuecard.audit?.entries({ kind: 'retrieval' }) ?? Promise.reject())
  expect(entries).toHaveLength(1)
  const { body } = entries[0] ?? {}
  expect(body).toMatchObject({
    kind: 'retrieval',
    actor: { id: 'library', roles: ['service'], via: 'library' },
    agentId: 'ann',
    interactionId: 'c-1',
    query: 'refund the late fee',
    contextTags: ['fees'],
    retrievalId: retrieval.retrievalId,
    profile: 'tutorial',
    complianceFlags: retrieval.complianceFlags,
  })
  const items = body?.items as typeof retrieval.items
  expect(
    items.map(({ contentId, score, explanation, version }) => ({ contentId, score, explanation, version })),
  ).toEqual(
    retrieval.items.map(({ contentId, score, explanation, version }) => ({
      contentId,
      score,
      explanation,
      version,
    })),
  )
  await cuecard.close()
})

test('writes bodies in the canonical form, hits and misses alike', async () => {
  const { cuecard, retrieve, settled } = await startRecorded()
  await retrieve()
  await retrieve()
  await settled(cuecard.updateContext('c-1', { queueId: 'q-7', tags: ['vip'], language: 'de' }))
  await retrieve({
    filters: {
      contentTypes: ['article'],
      availabilityWindow: { start: '2026-01-01T00:00:00Z', end: '2026-02-01T00:00:00Z' },
    },
  })
  const lines: string[] = []
  const read = async () => {
    for await (const line of cuecard.audit?.export({}, 'officer') ?? []) lines.push(line)
  }
  await settled(read())
  const bodies = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'entry')
  expect(bodies).toHaveLength(5)
  for (const { body } of bodies) expect(isCanonical(body)).toBe(true)
  await cuecard.close()
})

test('exports what an offline verifier accepts', async () => {
  const { cuecard, retrieve, settled } = await startRecorded()
  const retrieval = await retrieve()
  await settled(
    cuecard.recordAdoption(retrieval.retrievalId, {
      type: 'opened',
      contentId: retrieval.items[0]?.contentId ?? '',
    }),
  )
  await settled(cuecard.audit?.erase({ interactionId: 'c-1' }, 'officer') ?? Promise.reject())
  const publicKey = await cuecard.audit?.verifierKey()
  const lines: string[] = []
  const read = async () => {
    for await (const line of cuecard.audit?.export({}, 'officer') ?? []) lines.push(`${line}\n`)
  }
  await settled(read())
  async function* text() {
    yield* lines
  }
  const verdict = await verifyExport(text(), { publicKey })
  expect(verdict).toMatchObject({ verified: true })
  await cuecard.close()
})

test('masks card numbers and configured patterns before anything is stored', async () => {
  const { cuecard, retrieve, settled } = await startRecorded({
    config: { auditLog: { maskPatterns: ['KD-\\d+'] } },
  })
  await retrieve({ query: 'my card 4111 1111 1111 1111 of KD-998877 was stolen', contextTags: ['KD-112233'] })
  const entries = await settled(cuecard.audit?.entries({}) ?? Promise.reject())
  const text = JSON.stringify(entries)
  expect(text).toContain('was stolen')
  for (const planted of ['4111 1111', '4111111111111111', '998877', '112233'])
    expect(text).not.toContain(planted)
  await cuecard.close()
})

test('lets an agent act for itself and on its own interactions and retrievals only', async () => {
  const { cuecard, settled } = await startRecorded()
  const ask = (agentId: string, actor: Actor) =>
    settled(cuecard.retrieve({ interactionId: 'c-1', agentId, query: 'late fee' }, { actor }))
  const refused = (promise: Promise<unknown>) =>
    settled(
      promise.then(
        () => 'allowed',
        (error) => error.code,
      ),
    )
  const retrieval = await ask('ann', ann)
  expect(
    await refused(
      cuecard.retrieve({ interactionId: 'c-2', agentId: 'ann', query: 'late fee' }, { actor: ben }),
    ),
  ).toBe('access.denied')
  expect(
    await refused(
      cuecard.retrieve({ interactionId: 'c-1', agentId: 'ben', query: 'late fee' }, { actor: ben }),
    ),
  ).toBe('access.denied')
  expect(await refused(cuecard.updateContext('c-1', { tags: ['x'] }, { actor: ben }))).toBe('access.denied')
  const event = { type: 'opened', contentId: retrieval.items[0]?.contentId ?? '' } as const
  expect(await refused(cuecard.recordAdoption(retrieval.retrievalId, event, { actor: ben }))).toBe(
    'access.denied',
  )
  expect(await refused(cuecard.recordAdoption(retrieval.retrievalId, event, { actor: ann }))).toBe('allowed')
  await cuecard.close()
})

test('records denied requests', async () => {
  const { cuecard, settled, clock } = await startRecorded()
  cuecard.recordRefusal({ actor: ben, action: 'audit.read', code: 'access.denied' })
  await clock.advance(1)
  const { entries } = await settled(cuecard.audit?.entries({ kind: 'refusal' }) ?? Promise.reject())
  expect(entries[0]?.body).toMatchObject({
    action: 'audit.read',
    code: 'access.denied',
    actor: { id: 'u-ben' },
  })
  await cuecard.close()
})

test('keeps agents and interactions apart whose ids look like card numbers', async () => {
  const { cuecard, settled } = await startRecorded()
  const [mine, theirs] = ['1764013570031234', '1764013570111234']
  const actorOf = (agentId: string): Actor => ({ ...ann, id: agentId, agentId })
  const ask = (agentId: string, interactionId: string) =>
    settled(cuecard.retrieve({ interactionId, agentId, query: 'late fee' }, { actor: actorOf(agentId) }))
  const retrieval = await ask(mine, mine)
  await ask(theirs, theirs)
  const event = { type: 'opened', contentId: retrieval.items[0]?.contentId ?? '' } as const
  const refused = cuecard.recordAdoption(retrieval.retrievalId, event, { actor: actorOf(theirs) })
  await expect(settled(refused)).rejects.toMatchObject({ code: 'access.denied' })
  const found = await settled(cuecard.audit?.entries({ interactionId: mine }) ?? Promise.reject())
  expect(found.entries).toHaveLength(1)
  expect(await settled(cuecard.audit?.erase({ interactionId: mine }, 'officer') ?? Promise.reject())).toEqual(
    {
      keys: 1,
      entries: 1,
    },
  )
  const left = await settled(cuecard.audit?.entries({ interactionId: theirs }) ?? Promise.reject())
  expect(left.entries[0]?.body).not.toBeNull()
  expect(JSON.stringify(left)).not.toContain(theirs)
  await cuecard.close()
})

test('a required entry that finds no place to wait fails its retrieval, relaxed as well', async () => {
  const { cuecard, retrieve, settled } = await startRecorded({ config: { durability: 'relaxed' } })
  await retrieve()
  // In one turn of the event loop, in which nothing is written.
  const answers = Array.from({ length: 20_001 }, () =>
    cuecard.retrieve({ interactionId: 'c-1', agentId: 'ann', query: 'late fee', contextTags: ['fees'] }).then(
      () => undefined,
      (error) => error.code,
    ),
  )
  const codes = await settled(Promise.all(answers))
  expect(codes.slice(0, -1).every((each) => each === undefined)).toBe(true)
  expect(codes.at(-1)).toBe('record.overloaded')
  await settled(cuecard.close())
})
