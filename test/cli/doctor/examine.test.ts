// The examination of a simulated organisation, well and unwell.
import { expect, test } from 'vitest'
import { checkClock, checkHost } from '../../../src/cli/doctor/check-hosts.ts'
import { examineAccess } from '../../../src/cli/doctor/examine.ts'
import type { Finding } from '../../../src/cli/doctor/finding.ts'
import { type CuecardConfigInput, parseConfig } from '../../../src/config/config-schema.ts'
import { CuecardError } from '../../../src/errors.ts'
import { createSimulator, faultPreset, type SimulatorOptions } from '../../../src/simulator/index.ts'
import { FakeClock } from '../../../src/testing/fake-clock.ts'
import { articles } from '../../simulator/sample-organisation.ts'

interface Patient {
  readonly options?: Partial<SimulatorOptions>
  readonly genesys?: object
  readonly sources?: CuecardConfigInput['sources']
  readonly notifications?: CuecardConfigInput['notifications']
  readonly mirror?: CuecardConfigInput['mirror']
}

/** All findings by name; time passes until the examination is over. */
async function examine({ options, genesys, sources, notifications, mirror }: Patient = {}) {
  const clock = new FakeClock()
  const simulator = createSimulator({ articles, clock, ...options })
  const config = parseConfig({
    genesys: {
      apiUrl: 'http://127.0.0.1:1',
      loginUrl: 'http://127.0.0.1:2',
      clientId: 'simulator',
      clientSecret: 'simulator-secret',
      ...genesys,
    },
    sources,
    notifications,
    mirror,
  })
  const findings: Finding[] = []
  let over = false
  const examination = (async () => {
    for await (const finding of examineAccess(config, { transport: simulator.transport(), clock }))
      findings.push(finding)
  })().finally(() => {
    over = true
  })
  for (let second = 0; second < 60 && !over; second++) await clock.advance(1000)
  await examination
  expect(JSON.stringify(findings)).not.toContain('simulator-secret')
  return Object.fromEntries(findings.map((finding) => [finding.name, finding]))
}

test('a healthy organisation passes', async () => {
  const findings = await examine()
  const results = Object.fromEntries(Object.values(findings).map(({ name, result }) => [name, result]))
  expect(results).toEqual({
    'login host': 'passed',
    'API host': 'passed',
    clock: 'noted',
    credentials: 'passed',
    scopes: 'noted',
    'knowledge bases': 'passed',
    'source knowledge-search': 'passed',
    'source copilot-suggestions': 'passed',
    'source assist-content': 'passed',
    notifications: 'noted',
    quota: 'passed',
  })
  expect(findings.credentials?.message).toBe('a token was issued, valid for 24 h')
  expect(findings['knowledge bases']?.message).toBe('2 found: en, de')
  expect(findings.quota?.message).toBe('296 of 300 calls left this minute')
})

test('a wrong secret fails the credentials, and nothing further is asked', async () => {
  const findings = await examine({ genesys: { clientSecret: 'wrong-secret' } })
  expect(findings.credentials).toMatchObject({
    result: 'failed',
    advice: expect.stringContaining('Integrations > OAuth'),
  })
  expect(findings.permissions?.result).toBe('noted')
  expect(findings['source knowledge-search']).toBeUndefined()
})

test('a login that is down fails the credentials alone', async () => {
  const findings = await examine({ options: { faultPlan: faultPreset('login-down') } })
  expect(findings['API host']?.result).toBe('passed')
  expect(findings.credentials).toMatchObject({ result: 'failed', message: expect.stringContaining('503') })
})

test('an outage fails the hosts', async () => {
  const findings = await examine({ options: { faultPlan: faultPreset('outage') } })
  expect(findings['API host']).toMatchObject({ result: 'failed', message: '127.0.0.1:1 answers 503' })
  expect(findings.credentials?.result).toBe('noted')
})

test('hosts that hang fail within seconds', async () => {
  const findings = await examine({ options: { faultPlan: faultPreset('hang') } })
  expect(findings['login host']).toMatchObject({
    result: 'failed',
    message: '127.0.0.1:2 did not answer within 5 s',
  })
})

test('a missing permission fails its source and is named', async () => {
  const permissions = ['knowledge:knowledgebase:view', 'knowledge:knowledgebase:search']
  const findings = await examine({ options: { permissions } })
  expect(findings['source knowledge-search']?.result).toBe('passed')
  expect(findings['source copilot-suggestions']).toMatchObject({
    result: 'failed',
    message: expect.stringContaining('conversation:suggestion:view'),
    advice: expect.stringContaining('role'),
  })
})

test('without the right to list knowledge bases, naming them is advised', async () => {
  const findings = await examine({ options: { permissions: [] } })
  expect(findings['knowledge bases']).toMatchObject({
    result: 'failed',
    message: expect.stringContaining('GENESYS_KNOWLEDGE_BASE_IDS'),
  })
  expect(findings['source knowledge-search']?.result).toBe('noted')
})

test('an organisation without the assist-content endpoint is well', async () => {
  const findings = await examine({ options: { assistContent: false } })
  expect(findings['source assist-content']?.result).toBe('noted')
})

test('the mirror needs the right to list documents, which a search does not', async () => {
  const mirror = { enabled: true }
  expect((await examine())['mirror of Genesys']).toBeUndefined()
  expect((await examine({ mirror }))['mirror of Genesys']).toMatchObject({
    result: 'passed',
    message: expect.stringContaining('can be listed'),
  })
  const permissions = ['knowledge:knowledgebase:view', 'knowledge:knowledgebase:search']
  const denied = await examine({ mirror, options: { permissions } })
  expect(denied['source knowledge-search']?.result).toBe('passed')
  expect(denied['mirror of Genesys']).toMatchObject({
    result: 'failed',
    message: expect.stringContaining('knowledge:document:view'),
    advice: expect.stringContaining('Add the permission to a role'),
  })
  const unknown = await examine({
    mirror: { enabled: true, sources: [{ genesys: true, knowledgeBases: ['x'] }] },
  })
  expect(unknown['mirror of Genesys']).toMatchObject({ result: 'failed' })
})

test('a missing scope is named', async () => {
  const findings = await examine({ options: { scopes: ['knowledge'] } })
  expect(findings.scopes).toMatchObject({
    result: 'failed',
    message: 'missing: agentassist:content:read; granted: knowledge',
  })
})

test('a source that is switched off is not asked', async () => {
  const findings = await examine({
    options: { scopes: ['knowledge'] },
    sources: { 'assist-content': { enabled: false } },
  })
  expect(findings.scopes?.result).toBe('passed')
  expect(findings['source assist-content']?.result).toBe('noted')
})

test('a quota that is set higher than Genesys allows fails', async () => {
  const findings = await examine({ options: { quotaPerMinute: 100 } })
  expect(findings.quota).toMatchObject({ result: 'failed', advice: 'Set GENESYS_QUOTA_PER_MINUTE=100' })
})

test.each([
  ['ENOTFOUND', 'does not resolve'],
  ['ECONNREFUSED', 'Nothing listens there'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
  ['ECONNRESET', 'the firewall'],
])('a host that cannot be reached by %s gets its own advice', async (code, advice) => {
  const cause = Object.assign(new Error('connect'), { code })
  const { finding } = await checkHost('API host', 'https://api.example.com', {
    transport: {
      send: () => Promise.reject(new CuecardError('genesys.unreachable', 'no', {}, cause)),
      close: async () => {},
    },
    clock: new FakeClock(),
    timeoutMs: 5000,
  })
  expect(finding).toMatchObject({ result: 'failed', message: `api.example.com cannot be reached (${code})` })
  expect(finding.advice).toContain(advice)
})

test('a clock more than ten seconds off fails, in either direction', () => {
  const date = 'Mon, 05 Jan 2026 09:00:00 GMT'
  const at = (seconds: number) => checkClock(date, Date.UTC(2026, 0, 5, 9) + seconds * 1000 + 500)
  expect(at(0)).toMatchObject({ result: 'passed' })
  expect(at(-9)).toMatchObject({ result: 'passed' })
  expect(at(70)).toMatchObject({ result: 'failed', message: "70 s ahead of Genesys's" })
  expect(at(-11)).toMatchObject({ result: 'failed', message: "11 s behind Genesys's" })
  expect(checkClock(undefined, 0).result).toBe('noted')
  expect(checkClock('yesterday', 0).result).toBe('noted')
})

test('notifications are tried where they are switched on', async () => {
  const notifications = { enabled: true, queueIds: ['q-1'] }
  const allowed = await examine({ notifications })
  expect(allowed.notifications).toMatchObject({ result: 'passed', message: 'allowed, a channel was opened' })
  const denied = await examine({ notifications, options: { scopes: ['agentassist:content:read'] } })
  expect(denied.scopes).toMatchObject({
    result: 'failed',
    message: expect.stringMatching(/^missing: notifications;/),
  })
  expect(denied.notifications).toMatchObject({ result: 'failed' })
})
