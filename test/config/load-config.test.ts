// Where settings come from: file, environment, files of secrets, and who goes before whom.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { CuecardError } from '../../src/errors.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-config-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function file(content: string, name = `file-${++files}`): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const secret = 'aHighly$ecretValue'
const environment = {
  GENESYS_CLIENT_ID: 'client',
  GENESYS_CLIENT_SECRET: secret,
  GENESYS_REGION: 'eu_central_1',
}

function refusalOf(...args: Parameters<typeof loadConfig>): string {
  try {
    loadConfig(...args)
  } catch (error) {
    if (error instanceof CuecardError && error.code === 'config.invalid') return error.message
    throw error
  }
  return 'accepted'
}

describe('the environment', () => {
  test('every variable has its setting', () => {
    const config = loadConfig({
      ...environment,
      GENESYS_API_URL: 'http://localhost:1',
      GENESYS_LOGIN_URL: 'http://localhost:2/',
      GENESYS_KNOWLEDGE_BASE_IDS: 'a, b,,c ',
      GENESYS_QUOTA_PER_MINUTE: '600',
      CUECARD_LATENCY_BUDGET_MS: '150',
      CUECARD_CACHE_TTL_SECONDS: '60',
      CUECARD_PROFILE: 'tutorial',
      UNRELATED: 'x',
    })
    expect(config).toMatchObject({
      genesys: {
        clientId: 'client',
        region: 'eu_central_1',
        apiUrl: 'http://localhost:1',
        loginUrl: 'http://localhost:2',
        knowledgeBaseIds: ['a', 'b', 'c'],
        quotaPerMinute: 600,
      },
      latencyBudgetMs: 150,
      cache: { ttlSeconds: 60, staleSeconds: 300 },
      profile: 'tutorial',
    })
    expect(config.genesys?.clientSecret.reveal()).toBe(secret)
  })

  test.each([
    ['value\n', 'value'],
    ['value\r\n', 'value'],
    ['value', 'value'],
    [' value \n', ' value '],
    ['two\nlines\n', 'two\nlines'],
  ])('X_FILE names a file with the value of X: %j', (content, value) => {
    const { GENESYS_CLIENT_SECRET: _, ...rest } = environment
    const config = loadConfig({ ...rest, GENESYS_CLIENT_SECRET_FILE: file(content) })
    expect(config.genesys?.clientSecret.reveal()).toBe(value)
  })

  test('X goes before X_FILE, which is then not even read; empty variables are none', () => {
    const config = loadConfig({
      ...environment,
      GENESYS_CLIENT_SECRET_FILE: '/no/such/file',
      GENESYS_API_URL: '',
      CUECARD_CONFIG_FILE: '',
    })
    expect(config.genesys).toMatchObject({ apiUrl: 'https://api.mypurecloud.de' })
    expect(
      loadConfig({ ...environment, GENESYS_REGION: '', GENESYS_REGION_FILE: file('mypurecloud.ie\n') })
        .genesys?.region,
    ).toBe('mypurecloud.ie')
  })

  test.each([
    [
      { GENESYS_CLIENT_SECRET: '' },
      'genesys.clientSecret: is missing; set GENESYS_CLIENT_SECRET, or GENESYS_CLIENT_SECRET_FILE',
    ],
    [{ GENESYS_CLIENT_ID: undefined }, 'genesys.clientId: is missing; set GENESYS_CLIENT_ID'],
    [
      { GENESYS_REGION: undefined },
      'genesys.region: is missing; set GENESYS_REGION (such as mypurecloud.de), or GENESYS_API_URL and GENESYS_LOGIN_URL',
    ],
    [{ GENESYS_QUOTA_PER_MINUTE: 'many' }, 'GENESYS_QUOTA_PER_MINUTE must be a number'],
    [{ CUECARD_LATENCY_BUDGET_MS: ' ' }, 'CUECARD_LATENCY_BUDGET_MS must be a number'],
    [{ CUECARD_LATENCY_BUDGET_MS: 'Infinity' }, 'CUECARD_LATENCY_BUDGET_MS must be a number'],
    [{ CUECARD_CACHE_TTL_SECONDS: '-1' }, 'cache.ttlSeconds: must be a whole number from 1 to 86400'],
    [{ GENESYS_KNOWLEDGE_BASE_IDS: ',' }, 'genesys.knowledgeBaseIds: must not be empty'],
    [
      { GENESYS_API_URL: 'http://example.com' },
      'genesys.apiUrl: must be https, unless it is on this machine: the client secret travels over it',
    ],
  ])('%o: %s', (more, message) => {
    expect(refusalOf({ ...environment, ...more })).toBe(message)
  })

  test('a file of a secret that cannot be read is named, with its variable', () => {
    const { GENESYS_CLIENT_SECRET: _, ...rest } = environment
    expect(refusalOf({ ...rest, GENESYS_CLIENT_SECRET_FILE: '/no/such/file' })).toBe(
      'GENESYS_CLIENT_SECRET_FILE names a file that cannot be read: /no/such/file',
    )
    expect(refusalOf({ ...rest, GENESYS_CLIENT_SECRET_FILE: file('\n') })).toMatch(
      /^genesys\.clientSecret: is missing/,
    )
  })
})

describe('the file', () => {
  const yaml =
    'genesys:\n  region: mypurecloud.ie\n  quotaPerMinute: 100\ncache: { ttlSeconds: 7 }\nlatencyBudgetMs: 90\n'
  const json = JSON.stringify(
    {
      genesys: { region: 'mypurecloud.ie', quotaPerMinute: 100 },
      cache: { ttlSeconds: 7 },
      latencyBudgetMs: 90,
    },
    null,
    '\t',
  )
  const { GENESYS_REGION: _, ...withoutRegion } = environment

  test.each([
    ['YAML', yaml],
    ['JSON', json],
  ])('%s, named by argument or by CUECARD_CONFIG_FILE', (_name, content) => {
    const path = file(content)
    const expected = {
      genesys: { region: 'mypurecloud.ie', quotaPerMinute: 100 },
      cache: { ttlSeconds: 7 },
      latencyBudgetMs: 90,
    }
    expect(loadConfig(withoutRegion, path)).toMatchObject(expected)
    expect(loadConfig({ ...withoutRegion, CUECARD_CONFIG_FILE: path })).toMatchObject(expected)
  })

  test('environment before file before defaults, setting by setting', () => {
    const defaults = { latencyBudgetMs: 3000, cache: { ttlSeconds: 1 }, genesys: { quotaPerMinute: 5 } }
    const config = loadConfig({ ...environment, CUECARD_CACHE_TTL_SECONDS: '60' }, file(yaml), defaults)
    expect(config).toMatchObject({
      genesys: { region: 'eu_central_1', quotaPerMinute: 100 },
      cache: { ttlSeconds: 60 },
      latencyBudgetMs: 90,
    })
    loadConfig(environment, undefined, defaults)
    expect(defaults.genesys).toEqual({ quotaPerMinute: 5 })
  })

  test.each(['', '# only a comment\n', '---\n', 'genesys:\n', 'genesys: null'])(
    'an empty one is none: %j',
    (content) => {
      expect(loadConfig(environment, file(content)).genesys?.clientId).toBe('client')
    },
  )

  test.each([
    [`genesys:\n  clientSecret: ${secret}\n`],
    [`{"genesys":{"clientSecret":"${secret}"}}`],
    ['genesys: { clientSecret: null }'],
    [`x: &s { clientSecret: ${secret} }\ngenesys: *s`],
  ])('a secret in it is refused, in the environment or not', (content) => {
    const path = file(content)
    const message = `genesys.clientSecret must not stand in ${path}; set it in the environment, or in a file named by its variable with _FILE`
    expect(refusalOf(environment, path)).toBe(message)
    expect(refusalOf({}, path)).toBe(message)
  })

  test.each([
    ['genesys: [', 'it is neither YAML nor JSON at line 1, column 11'],
    [`a: *${secret}`, 'it is neither YAML nor JSON'],
    [`genesys:\n  clientId: "${secret}`, 'it is neither YAML nor JSON at line 2'],
    [`{"genesys": {"clientId": "${secret}"`, 'it is neither YAML nor JSON at line 1'],
    [`a: !${secret} x\na: 1`, 'it is neither YAML nor JSON at line 2'],
    [
      `a: &a [x]\n${Array.from({ length: 30 }, (_, n) => `b${n}: &b${n} [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]`).join('\n')}`,
      'it is neither YAML nor JSON',
    ],
  ])(
    'one that cannot be parsed is named, with the place and not a word of its content: %j',
    (content, reason) => {
      const path = file(content)
      const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
      const message = refusalOf(environment, path)
      expect(message).toContain(`${path} cannot be read: ${reason}`)
      expect(`${message} ${JSON.stringify(warn.mock.calls)}`).not.toContain(secret)
      warn.mockRestore()
    },
  )

  test('one that is not there, or is no file', () => {
    expect(refusalOf(environment, '/no/such.yaml')).toBe(
      'The configuration file /no/such.yaml cannot be read: there is no such file',
    )
    expect(refusalOf(environment, folder)).toBe(
      `The configuration file ${folder} cannot be read: it is a folder`,
    )
  })

  test.each(['- a\n- b\n', 'text', '7', '[]'])('one that holds no settings by name: %j', (content) => {
    const path = file(content)
    expect(refusalOf(environment, path)).toBe(`The configuration file ${path} must hold settings by name`)
  })

  test.each([
    ['genesis: {}', 'genesis: unknown key'],
    ['genesys: { clientID: x }', 'genesys.clientID: unknown key'],
    ['genesys: text', 'genesys: must be an object'],
    ['genesys: [1]', 'genesys: must be an object'],
    ['cache: { ttlSeconds: "60" }', 'cache.ttlSeconds: must be a whole number from 1 to 86400'],
    ['__proto__: { profile: x }', '__proto__: unknown key'],
  ])('%s: %s', (content, message) => {
    expect(refusalOf(environment, file(content))).toBe(message)
  })
})
