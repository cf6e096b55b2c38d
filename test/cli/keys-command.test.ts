// `cuecard keys`: the key is shown once, its hash is kept, and the service takes it.
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { ApiKeys } from '../../src/access/api-keys.ts'
import { addKeysCommand } from '../../src/cli/keys-command.ts'
import type { Environment } from '../../src/config/load-config.ts'
import { FakeClock } from '../../src/testing/index.ts'
import { tempFolder } from '../access/temp-folder.ts'
import { errorOf } from '../testing/outcome.ts'
import { plainTerminal } from './plain-terminal.ts'

const { folder, path } = tempFolder()

async function keys(args: string, environment: Environment = {}) {
  const terminal = plainTerminal()
  const program = new Command('cuecard').exitOverride().configureOutput({ outputError: () => {} })
  addKeysCommand(program, {
    terminal,
    environment,
    signal: new AbortController().signal,
    exitWith: () => {},
  })
  await program.parseAsync(['keys', ...args.split(' ')], { from: 'user' })
  return { stdout: terminal.stdout(), stderr: terminal.stderr() }
}
const authenticate = (file: string, text: string) =>
  new ApiKeys({ file, clock: new FakeClock(), onProblem: () => {} }).authenticate(text.trim())

test('create prints the key, and nothing else, to stdout; the file gets its hash and lets it in', async () => {
  const file = path()
  const { stdout, stderr } = await keys(
    `create --id a --role agent --role supervisor --agent u-1 --division d-1 --division d-2 --expires 2126-01-01T00:00:00Z --file ${file}`,
  )
  expect(stdout).toMatch(/^ck_a_[\w-]{43}\n$/)
  expect(stderr).toContain(file)
  expect(stderr + readFileSync(file, 'utf8')).not.toContain(stdout.trim().slice(5))
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(authenticate(file, stdout)).toMatchObject({
    id: 'a',
    roles: ['agent', 'supervisor'],
    agentId: 'u-1',
    divisions: ['d-1', 'd-2'],
  })
})

test('a key is replaced by a second one, and revoked', async () => {
  const file = path()
  const environment = { CUECARD_API_KEYS_FILE: file }
  const first = await keys('create --id one --role service', environment)
  const second = await keys('create --id two --role service --note night', environment)
  expect(authenticate(file, first.stdout).id).toBe('one')
  expect((await keys('revoke one', environment)).stdout).toBe('Revoked one.\n')
  expect(authenticate(file, second.stdout).id).toBe('two')
  expect(() => authenticate(file, first.stdout)).toThrow('not known')
  expect((await keys('list', environment)).stdout).toBe('two  service · night\n')
  const { stdout } = await keys('list --json', environment)
  expect(JSON.parse(stdout)).toEqual({
    file,
    keys: [{ id: 'two', roles: ['service'], note: 'night', expired: false }],
  })
})

describe('without --file, the file is the one that `cuecard serve` takes', () => {
  const fileOf = async (args: string, environment: Environment) => {
    const { stderr } = await keys(`create --id a --role service${args}`, environment)
    return /^Its hash is in (.*?)\. /.exec(stderr)?.[1]
  }
  const settings = (text: string) => {
    const file = path()
    writeFileSync(file, text)
    return file
  }

  test('of the configuration, named by the option or the environment', async () => {
    const [named, other] = [path(), path()]
    const config = settings(`access: { apiKeysFile: ${named} }`)
    const otherConfig = settings(`access: { apiKeysFile: ${other} }`)
    expect(await fileOf(` --config ${config}`, { CUECARD_CONFIG_FILE: otherConfig })).toBe(named)
    expect(await fileOf('', { CUECARD_CONFIG_FILE: otherConfig })).toBe(other)
  })

  test('of the environment, which goes before the configuration', async () => {
    const [named, other] = [path(), path()]
    const config = settings(`access: { apiKeysFile: ${other} }`)
    expect(await fileOf(` --config ${config}`, { CUECARD_API_KEYS_FILE: named })).toBe(named)
  })

  test('beside the database, where none is named', async () => {
    const database = join(folder, 'cuecard.db')
    expect(await fileOf('', { CUECARD_DATABASE_URL: `sqlite:${database}` })).toBe(
      join(folder, 'cuecard-keys.json'),
    )
  })

  test('none, where callers show tokens', async () => {
    const jwt = 'jwt: { jwksUrl: https://login.example/keys, issuer: i, audience: a }'
    const config = settings(`access: { ${jwt} }`)
    expect((await errorOf(keys(`list --config ${config}`))).message).toMatch(
      /^access\.apiKeysFile: is missing/,
    )
  })
})

describe('bad input is one sentence with the option in it', () => {
  const missing = join(folder, 'missing.json')
  test.each([
    ['create --id A --role service', '--id: must be 1 to 32 of a-z and 0-9'],
    ['create --id a --role admin', '--role: must be one of agent, supervisor, compliance, service'],
    [
      'create --id a --role agent',
      '--agent: is missing; a key with the role agent acts for one agent, unless it is a service too',
    ],
    [
      'create --id a --role service --expires tomorrow',
      '--expires: must be an ISO 8601 time with a zone, such as 2027-03-31T22:00:00Z',
    ],
    ['create --id a --role service --expires 2020-01-01T00:00:00Z', '--expires: is in the past'],
    ['revoke a', `The key file ${missing} cannot be read: there is no such file`],
    ['list', `The key file ${missing} cannot be read: there is no such file`],
  ])('%s', async (args, sentence) => {
    expect((await errorOf(keys(`${args} --file ${missing}`))).message).toBe(sentence)
    expect(() => statSync(missing)).toThrow()
  })

  test('an id that is there, and one that is not', async () => {
    const file = path()
    await keys(`create --id a --role service --file ${file}`)
    expect((await errorOf(keys(`create --id a --role service --file ${file}`))).message).toContain(
      `--id: there is a key "a" in ${file}`,
    )
    expect((await errorOf(keys(`revoke b --file ${file}`))).message).toBe(
      `There is no key "b" in ${file}; \`cuecard keys list\` shows those there are`,
    )
  })
})
