// The configuration: defaults, limits, and one clear sentence for each mistake.
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config-schema.ts'
import { CuecardError } from '../../src/errors.ts'
import { regions } from '../../src/genesys/regions.ts'

const secret = 'aHighly$ecretValue'
const genesys = { clientId: 'client', clientSecret: secret, region: 'mypurecloud.de' }
const withGenesys = (more: object) => ({ genesys: { ...genesys, ...more } })

function refusalOf(input: unknown): CuecardError {
  try {
    parseConfig(input)
  } catch (error) {
    if (error instanceof CuecardError) return error
    throw error
  }
  throw new Error('accepted')
}

describe('what is complete', () => {
  test('three settings are enough', () => {
    const config = parseConfig({ genesys })
    expect(config).toMatchObject({
      genesys: {
        apiUrl: 'https://api.mypurecloud.de',
        loginUrl: 'https://login.mypurecloud.de',
        quotaPerMinute: 300,
      },
      latencyBudgetMs: 200,
      profile: 'tutorial',
      learning: { exploration: 0 },
      cache: { ttlSeconds: 300, staleSeconds: 300, graceSeconds: 86_400, maxMegabytes: 64 },
      sources: {
        'assist-content': { enabled: true, share: 'interaction' },
        'knowledge-search': { enabled: true },
        'copilot-suggestions': { enabled: true, ttlSeconds: 60 },
      },
      audiences: [],
      context: { maxInteractions: 20_000, idleMinutes: 240 },
    })
  })

  test('checking a complete configuration changes nothing', () => {
    const config = parseConfig({
      genesys,
      audiences: [{ name: 'a', agents: ['x'] }],
      cache: { ttlSeconds: 5 },
    })
    expect(parseConfig(config)).toEqual(config)
  })

  test('both addresses stand in for a region', () => {
    const addresses = { apiUrl: 'http://127.0.0.1:8080/', loginUrl: 'https://gateway.example.com/genesys//' }
    expect(parseConfig(withGenesys({ region: undefined, ...addresses })).genesys).toMatchObject({
      apiUrl: 'http://127.0.0.1:8080',
      loginUrl: 'https://gateway.example.com/genesys',
    })
    expect(parseConfig(withGenesys({ apiUrl: addresses.apiUrl })).genesys?.loginUrl).toBe(
      'https://login.mypurecloud.de',
    )
  })

  test('agents and queues are in the form in which requests name them', () => {
    const [rule] = parseConfig({
      genesys,
      audiences: [{ name: 'a', agents: [' Jose\u0301'], queues: ['q '] }],
    }).audiences
    expect(rule).toMatchObject({ agents: ['Jos\u00e9'], queues: ['q'] })
  })
})

describe('regions', () => {
  test('there are 18, each known by domain, by key and by AWS name, in any case', () => {
    expect(Object.keys(regions)).toHaveLength(18)
    for (const [key, domain] of Object.entries(regions))
      for (const region of [domain, key, key.replaceAll('_', '-'), ` ${domain.toUpperCase()} `])
        expect(parseConfig(withGenesys({ region })).genesys?.apiUrl).toBe(`https://api.${domain}`)
  })

  test.each([
    'mypurecloud',
    'example.com',
    'us-east-9',
    'api.mypurecloud.de',
    '',
    'constructor',
    '__proto__',
    'toString',
  ])('%j is none', (region) => {
    expect(refusalOf(withGenesys({ region }))).toMatchObject({
      code: 'config.invalid',
      details: { field: 'genesys.region' },
    })
  })
})

describe('addresses', () => {
  test.each([
    'http://localhost:4300',
    'http://127.0.0.1',
    'http://127.8.9.10:1',
    'http://[::1]:80',
    'http://127.1',
    'https://gateway.example.com',
  ])('%s may carry the secret', (apiUrl) => {
    expect(parseConfig(withGenesys({ apiUrl, loginUrl: apiUrl })).genesys?.loginUrl).toBe(apiUrl)
  })

  test.each([
    'http://gateway.example.com',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'http://[::2]',
    'http://localhost@example.com',
    'https://user:pass@example.com',
    'https://example.com?x=1',
    'https://example.com#x',
    'ftp://localhost',
    'javascript:alert(1)',
    'example.com',
    '',
    7,
  ])('%s may not', (apiUrl) => {
    expect(refusalOf(withGenesys({ apiUrl })).message).toMatch(/^genesys\.apiUrl: must /)
    expect(refusalOf(withGenesys({ loginUrl: apiUrl })).message).toMatch(/^genesys\.loginUrl: must /)
  })
})

test('own articles alone need no Genesys', () => {
  const mirror = { enabled: true, sources: [{ folder: 'x' }, { file: 'y.jsonl' }] }
  const config = parseConfig({ mirror })
  expect([config.genesys, config.profile]).toEqual([undefined, 'context'])
  expect(parseConfig(config)).toEqual(config)
})

describe('mistakes', () => {
  const missing = 'is missing; set GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and GENESYS_REGION'
  const own = { enabled: true, sources: [{ folder: 'x' }] }
  const secretMissing = 'is missing; set GENESYS_CLIENT_SECRET, or GENESYS_CLIENT_SECRET_FILE'
  test.each<[unknown, string]>([
    [undefined, `genesys: ${missing}`],
    [{}, `genesys: ${missing}`],
    [{ genesys: 'x' }, 'genesys: must be an object'],
    [{ mirror: { enabled: true } }, `genesys: ${missing}, or name own articles alone in mirror.sources`],
    [
      { mirror: { sources: [{ folder: 'x' }] } },
      `genesys: ${missing}, or mirror.enabled to serve own articles alone`,
    ],
    [{ mirror: own, writeBack: { enabled: true } }, `writeBack.enabled: needs Genesys; ${missing.slice(12)}`],
    [
      { genesys: { region: 'mypurecloud.de' }, mirror: own },
      'genesys.clientId: is missing; set GENESYS_CLIENT_ID',
    ],
    ['x', 'The configuration must be an object'],
    [[], 'The configuration must be an object'],
    [withGenesys({ clientId: undefined }), 'genesys.clientId: is missing; set GENESYS_CLIENT_ID'],
    [withGenesys({ clientId: '' }), 'genesys.clientId: is missing; set GENESYS_CLIENT_ID'],
    [withGenesys({ clientId: 'a:b' }), 'genesys.clientId: must be printable ASCII without spaces and colons'],
    [withGenesys({ clientSecret: undefined }), `genesys.clientSecret: ${secretMissing}`],
    [withGenesys({ clientSecret: '' }), `genesys.clientSecret: ${secretMissing}`],
    [withGenesys({ clientSecret: 7 }), 'genesys.clientSecret: must be a string'],
    [
      withGenesys({ clientSecret: 'x'.repeat(1025) }),
      'genesys.clientSecret: must have at most 1024 characters',
    ],
    [withGenesys({ password: secret }), 'genesys.password: unknown key'],
    [
      withGenesys({ quotaPerMinute: '300' }),
      'genesys.quotaPerMinute: must be a whole number from 1 to 100000',
    ],
    [
      withGenesys({ quotaPerMinute: Number.NaN }),
      'genesys.quotaPerMinute: must be a whole number from 1 to 100000',
    ],
    [withGenesys({ knowledgeBaseIds: [] }), 'genesys.knowledgeBaseIds: must not be empty'],
    [withGenesys({ knowledgeBaseIds: [''] }), 'genesys.knowledgeBaseIds[0]: must not be empty'],
    [{ genesys, ttl: 5 }, 'ttl: unknown key'],
    [{ genesys, cache: { ttl: 5 } }, 'cache.ttl: unknown key'],
    [{ genesys, cache: null }, 'cache: must be an object'],
    [{ genesys, cache: { ttlSeconds: 0 } }, 'cache.ttlSeconds: must be a whole number from 1 to 86400'],
    [{ genesys, cache: { ttlSeconds: 1.5 } }, 'cache.ttlSeconds: must be a whole number from 1 to 86400'],
    [{ genesys, sources: { other: {} } }, 'sources.other: unknown key'],
    [
      { genesys, sources: { 'assist-content': { enabled: 'no' } } },
      'sources.assist-content.enabled: must be true or false',
    ],
    [
      { genesys, sources: { 'assist-content': { share: 'all' } } },
      'sources.assist-content.share: must be interaction or audience',
    ],
    [{ genesys, profile: 'best' }, 'profile: must be one of tutorial, context, or a .json or .yaml file'],
    [{ genesys, learning: { exploration: 0.2 } }, 'learning.exploration: must be a number from 0 to 0.1'],
    [{ genesys, latencyBudgetMs: 19 }, 'latencyBudgetMs: must be a whole number from 20 to 60000'],
    [{ genesys, audiences: {} }, 'audiences: must be a list'],
    [{ genesys, audiences: [7] }, 'audiences[0]: must be an object'],
    [{ genesys, audiences: [{}] }, 'audiences[0].name: is missing'],
    [{ genesys, audiences: [{ name: 'a', agents: [] }] }, 'audiences[0].agents: must not be empty'],
    [{ genesys, audiences: [{ name: 'a', label: ['x'] }] }, 'audiences[0].label: unknown key'],
    [{ genesys, audiences: [{ name: 'a' }, { name: 'a' }] }, 'audiences: must have different names'],
    [JSON.parse('{"__proto__":{},"genesys":{}}'), 'genesys.clientId: is missing; set GENESYS_CLIENT_ID'],
  ])('%o: %s', (input, message) => {
    const { code, message: told } = refusalOf(input)
    expect([code, told]).toEqual(['config.invalid', message])
  })

  test('the secret is in no error, whatever else is wrong, and in no picture of the configuration', () => {
    const wrong = [
      withGenesys({ clientId: secret.repeat(20) }),
      withGenesys({ apiUrl: `https://u:${secret}@x` }),
      withGenesys({ loginUrl: secret }),
      withGenesys({ region: 5 }),
      { genesys, profile: secret },
      { genesys, cache: secret },
    ]
    for (const error of wrong.map(refusalOf))
      expect(`${error.stack} ${JSON.stringify(error)} ${inspect(error, { depth: 9 })}`).not.toContain(secret)
    const config = parseConfig({ genesys })
    expect(
      `${inspect(config, { depth: 9 })} ${JSON.stringify(config)} ${config.genesys?.clientSecret}`,
    ).not.toContain(secret)
    expect(config.genesys?.clientSecret.reveal()).toBe(secret)
  })
})
