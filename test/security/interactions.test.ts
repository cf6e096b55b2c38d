// Particular ways into what is another one's: found once, and closed.
import { expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import type { AuditEntry } from '../../src/ledger/record.ts'
import { faultPreset } from '../../src/simulator/index.ts'
import { stableId } from '../../src/simulator/stable-id.ts'
import { fakeService } from '../http/fake-parts.ts'
import { startRecorded } from '../ledger/start-recorded.ts'
import { only, start } from '../retrieval/start-cuecard.ts'
import { errorOf } from '../testing/outcome.ts'

const agent = (agentId: string, divisions: readonly string[] = []): Actor => ({
  id: agentId,
  agentId,
  roles: ['agent'],
  divisions,
  via: 'jwt',
})
/** The user that the simulated conversation `c-1` names. */
const owner = stableId('Simulated Organisation', 'user', 'c-1')

test('an interaction that is moved while Genesys is asked who takes part is judged by where it is then', async () => {
  const { clock, cuecard, settled } = await start({
    config: {
      sources: { ...only('assist-content'), 'assist-content': { share: 'audience' } },
      audiences: [{ name: 'retail', queues: ['retail'], labels: ['retail'] }],
      restrictedLabels: ['retail'],
    },
  })
  const ask = (agentId: string, interactionId: string) =>
    cuecard.retrieve(
      { interactionId, agentId, entityIds: ['product:credit-card'] },
      { actor: agent(agentId) },
    )
  await cuecard.updateContext('c-1', { queueId: 'retail' })
  await cuecard.updateContext('c-2', { queueId: 'retail' })
  const shown = await settled(ask('ann', 'c-2'))
  expect(shown.items.map(({ contentId }) => contentId)).toContain('late-fee')
  await settled(ask('ben', 'c-1'))
  const late = ask(owner, 'c-1')
  await clock.advance(10)
  await cuecard.updateContext('c-1', { queueId: 'other' })
  expect((await settled(late)).items).toEqual([])
  await cuecard.close()
})

test('the record names the audience that judged, not the one that asked', async () => {
  const { clock, cuecard, settled } = await startRecorded({
    config: {
      sources: only('assist-content'),
      audiences: [
        { name: 'retail', queues: ['retail'] },
        { name: 'rest', labels: [] },
      ],
    },
  })
  await cuecard.updateContext('c-1', { queueId: 'retail' })
  const asked = cuecard.retrieve({ interactionId: 'c-1', agentId: 'ann', entityIds: ['product:credit-card'] })
  await clock.advance(10)
  await cuecard.updateContext('c-1', { queueId: 'other' })
  await settled(asked)
  const page = await settled(cuecard.audit?.entries({ kind: 'retrieval' }) ?? Promise.reject())
  expect(page.entries[0]?.body).toMatchObject({ audience: 'rule:rest', queueId: 'other' })
  await cuecard.close()
})

test.each([
  ['in capitals', 'C-1'],
  ['with spaces around it', ' c-1 '],
  ['in another Unicode form', 'café-1', 'cafe\u0301-1'],
])('an id %s is no way into another one’s interaction', async (_, ...ids) => {
  const [first = '', other = first] = ids
  const { cuecard, settled } = await start()
  const own = first === 'C-1' || first === ' c-1 ' ? 'c-1' : first
  await settled(
    cuecard.retrieve({ interactionId: own, agentId: 'ann', query: 'late fee' }, { actor: agent('ann') }),
  )
  const ben = { actor: agent('ben') }
  const attempts = [
    () => cuecard.retrieve({ interactionId: other, agentId: 'ben', query: 'late fee' }, ben),
    () => cuecard.updateContext(other, { tags: ['x'] }, ben),
    () => cuecard.updateContext(other, { utterance: 'words' }, ben),
  ]
  for (const attempt of attempts)
    expect((await errorOf(settled<unknown>(attempt()))).code).toBe('access.denied')
  await cuecard.close()
})

test('whoever is early is out when the one who takes part has come, and stays out when Genesys is gone', async () => {
  const { cuecard, settled, simulator, clock } = await start()
  const ask = (agentId: string) =>
    settled(cuecard.retrieve({ interactionId: 'c-1', agentId, query: 'late fee' }, { actor: agent(agentId) }))
  await ask('ben')
  await ask(owner)
  await expect(ask('ben')).rejects.toThrow(/takes no part/)
  simulator.setFaults(faultPreset('outage'))
  await clock.advance(61_000)
  await expect(ask('ben')).rejects.toThrow(/cannot say now/)
  expect((await ask(owner)).items.length).toBeGreaterThan(0)
  await cuecard.close()
})

test('a flood of interactions does not make a live one anyone’s with all that was said in it', async () => {
  const { cuecard, settled } = await start({ config: { context: { maxInteractions: 10 } } })
  const ask = (agentId: string, interactionId: string, query?: string) =>
    settled(cuecard.retrieve({ interactionId, agentId, ...(query && { query }) }, { actor: agent(agentId) }))
  await ask('ann', 'c-1', 'late fee')
  await cuecard.updateContext('c-1', { utterance: 'refund the late fee' }, { actor: agent('ann') })
  for (let one = 0; one < 20; one++) await ask('ben', `flood-${one}`, 'late fee')
  await expect(ask('ben', 'c-1')).rejects.toThrow(/needs at least one of/)
  await cuecard.close()
})

test('a request that is repeated word for word by another one is that one’s own', async () => {
  const { cuecard, settled } = await start({
    config: {
      sources: only('assist-content'),
      audiences: [{ name: 'retail', divisions: ['retail'], labels: ['retail'] }],
      restrictedLabels: ['retail'],
    },
  })
  const same = { interactionId: 'c-1', agentId: 'ann', entityIds: ['product:credit-card'] }
  const ask = (actor: Actor) => settled(cuecard.retrieve(same, { actor }))
  const idsOf = async (actor: Actor) => (await ask(actor)).items.map(({ contentId }) => contentId)
  const retail = agent('ann', ['retail'])
  for (let round = 0; round < 2; round++) {
    expect(await idsOf(retail)).toContain('late-fee')
    expect(await idsOf(agent('ann'))).toEqual([])
    expect(await idsOf(agent('ann', ['other']))).toEqual([])
    await expect(ask(agent('ben', ['retail']))).rejects.toThrow(/for itself only/)
  }
  await cuecard.close()
})

test('an agent reads no insight, no audit log and no deliveries; each role reads what is its own', async () => {
  const { cuecard, settled } = await startRecorded()
  const { get, post } = fakeService(
    {},
    {
      audit: cuecard.audit,
      insights: cuecard.insights,
      deliveries: cuecard.deliveries,
      recordRefusal: (refusal) => cuecard.recordRefusal(refusal),
    },
  )
  const paths = {
    '/v1/audit/entries': ['compliance'],
    '/v1/audit/entries/0': ['compliance'],
    '/v1/audit/checkpoint': ['compliance'],
    '/v1/audit/key': ['compliance'],
    '/v1/audit/proofs/inclusion/0': ['compliance'],
    '/v1/audit/proofs/consistency/1': ['compliance'],
    '/v1/audit/export': ['compliance'],
    '/v1/insights/content': ['supervisor', 'compliance'],
    '/v1/insights/gaps': ['supervisor', 'compliance'],
    '/v1/deliveries': ['supervisor', 'compliance'],
  }
  for (const [path, allowed] of Object.entries(paths))
    for (const role of ['agent', 'supervisor', 'compliance', 'service']) {
      const { statusCode } = await settled(get(path, { authorization: `Bearer ${role}:ann` }))
      expect([path, role, statusCode]).toEqual([path, role, allowed.includes(role) ? 200 : 403])
    }
  for (const [path, allowed] of Object.entries({
    '/v1/audit/erasures': 'compliance',
    '/v1/deliveries/replay': 'supervisor',
  }))
    for (const role of ['agent', 'supervisor', 'compliance', 'service']) {
      const body = path.endsWith('replay') ? {} : { agentId: 'nobody' }
      const { statusCode } = await settled(post(path, body, { authorization: `Bearer ${role}` }))
      expect([path, role, statusCode]).toEqual([path, role, role === allowed ? 200 : 403])
    }
  await cuecard.close()
})

test('a denied request is recorded under who asked, in the one spelling of ids, and names nobody else', async () => {
  const { cuecard, settled } = await startRecorded()
  const { post } = fakeService(
    {},
    {
      retrieve: (request, options) => cuecard.retrieve(request as never, options),
      recordRefusal: (refusal) => cuecard.recordRefusal(refusal),
    },
  )
  const headers = { authorization: 'Bearer agent:ann' }
  const question = { interactionId: 'cafe\u0301', agentId: 'ben', query: 'late fee' }
  expect((await settled(post('/v1/retrievals', question, headers))).statusCode).toBe(403)
  expect((await settled(post('/v1/audit/erasures', { agentId: 'ben' }, headers))).statusCode).toBe(403)
  const entries = async (query: object): Promise<readonly AuditEntry[]> =>
    (await settled(cuecard.audit?.entries({ kind: 'refusal', ...query }) ?? Promise.reject())).entries
  expect(JSON.stringify(await entries({}))).not.toContain('ben')
  expect((await entries({ agentId: 'ann' })).map(({ body }) => body?.interactionId)).toEqual(['', 'café'])
  await settled(cuecard.audit?.erase({ agentId: 'ann' }, 'test') ?? Promise.reject())
  expect((await entries({})).map(({ body }) => body)).toEqual([null, null])
  await cuecard.close()
})
