// The key file: what is refused and how, and that a change leaves the rest as it was.
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ApiKey,
  apiKeyHash,
  apiKeyIdOf,
  apiKeyText,
  changeApiKeys,
  readApiKeys,
} from '../../src/access/api-key-file.ts'
import { errorOf } from '../testing/outcome.ts'
import { keyText, tempFolder } from './temp-folder.ts'

const { file, path } = tempFolder()
const hash = apiKeyHash('x')
const failure = (work: () => unknown) => errorOf((async () => work())())

describe('the text of a key', () => {
  test('gives its id back, whatever the secret', () => {
    const id = fc.stringMatching(/^[a-z0-9]{1,32}$/)
    fc.assert(
      fc.property(id, fc.uint8Array({ minLength: 32, maxLength: 32 }), (id, secret) => {
        expect(apiKeyIdOf(apiKeyText(id, Buffer.from(secret)))).toBe(id)
      }),
    )
  })

  test.each([
    '',
    'ck_',
    'ck_a',
    `ck__${'A'.repeat(43)}`,
    `ck_A_${'A'.repeat(43)}`,
    `ck_a_${'A'.repeat(42)}`,
    `ck_a_${'A'.repeat(44)}`,
    `ck_a_${'A'.repeat(42)}=`,
    `ck_a_${'A'.repeat(43)}\n`,
    ` ck_a_${'A'.repeat(43)}`,
    `ck_${'a'.repeat(33)}_${'A'.repeat(43)}`,
    `ck___proto___${'A'.repeat(43)}`,
    'ck_'.repeat(5000),
  ])('%j is none', (text) => {
    expect(apiKeyIdOf(text)).toBeUndefined()
  })
})

describe('a file that breaks a rule', () => {
  const good = `- id: a\n  hash: ${hash}\n  roles: [service]\n`
  test.each<[string, string, RegExp]>([
    ['no text', '', /must be an object/],
    ['a list', '[]', /must be an object/],
    ['no keys', '{}', /keys is missing/],
    ['half a JSON', '{"keys": [', /neither YAML nor JSON at line 1/],
    ['a tab', `keys:\n\t- id: a`, /neither YAML nor JSON at line 2/],
    ['an unknown field', `keys:\n${good}  key: x\n`, /keys\[0\]\.key unknown key \(line 2\)/],
    [
      'an unknown role',
      `keys:\n${good}- id: b\n  hash: ${hash}\n  roles: [admin]\n`,
      /keys\[1\]\.roles\[0\] must be one of agent.*\(line 7\)/,
    ],
    [
      'no role',
      `keys:\n- id: a\n  hash: ${hash}\n  roles: []\n`,
      /keys\[0\]\.roles must not be empty \(line 4\)/,
    ],
    [
      'an id of a number',
      `keys:\n- id: 12\n  hash: ${hash}\n  roles: [service]\n`,
      /keys\[0\]\.id must be a string \(line 2\)/,
    ],
    [
      'an id with _',
      `keys:\n- id: a_b\n  hash: ${hash}\n  roles: [service]\n`,
      /keys\[0\]\.id must be 1 to 32/,
    ],
    [
      'the key itself',
      `keys:\n- id: a\n  hash: ${keyText('a')}\n  roles: [service]\n`,
      /keys\[0\]\.hash must be sha256: and 64 hexadecimal digits, as `cuecard keys create` writes them/,
    ],
    ['two of one id', `keys:\n${good}${good}`, /keys\[1\]\.id is there twice \(line 5\)/],
    [
      'a day as its end',
      `keys:\n${good}  expiresAt: 2027-01-01\n`,
      /keys\[0\]\.expiresAt must be an ISO 8601 time.*\(line 5\)/,
    ],
    [
      'an agent without its id',
      `keys:\n- id: a\n  hash: ${hash}\n  roles: [agent]\n`,
      /keys\[0\]\.agentId is missing; /,
    ],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nkeys: [*c,*c,*c,*c]`,
      /aliases/,
    ],
    ['__proto__', '{"keys": [], "__proto__": {"a": 1}}', /unknown key/],
  ])('%s', async (_, text, sentence) => {
    const name = file(text)
    const error = await failure(() => readApiKeys(name))
    expect(error.code).toBe('config.invalid')
    expect(error.message).toMatch(sentence)
    expect(error.message).toContain(name)
    expect(error.message).not.toContain(keyText('a'))
  })

  test('one that is not there', async () => {
    const error = await failure(() => readApiKeys(path()))
    expect(error.message).toMatch(/cannot be read: there is no such file$/)
  })
})

describe('a change', () => {
  const key = (id: string): ApiKey => ({ id, hash: apiKeyHash(id), roles: ['service'] })

  test('makes a file that only its owner reads', () => {
    const name = path()
    changeApiKeys(name, (keys) => [...keys, key('a')])
    expect(readApiKeys(name)).toEqual([key('a')])
    expect(statSync(name).mode & 0o777).toBe(0o600)
    expect(existsSync(`${name}.new`)).toBe(false)
  })

  test('leaves JSON as JSON, and YAML with its comments', () => {
    const json = file({ keys: [key('a')] })
    const yaml = file(`# ours\nkeys:\n  # first\n  - id: a\n    hash: ${hash} # old\n    roles: [service]\n`)
    for (const name of [json, yaml]) changeApiKeys(name, (keys) => [...keys, key('b')])
    expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual({ keys: [key('a'), key('b')] })
    const text = readFileSync(yaml, 'utf8')
    for (const comment of ['# ours', '# first', '# old']) expect(text).toContain(comment)
    expect(readApiKeys(yaml).map(({ id }) => id)).toEqual(['a', 'b'])
    changeApiKeys(yaml, (keys) => keys.filter(({ id }) => id !== 'a'))
    expect(readApiKeys(yaml)).toEqual([key('b')])
  })

  test('that fails leaves the file as it was, and no lock', async () => {
    const name = file({ keys: [key('a')] })
    const error = await failure(() =>
      changeApiKeys(name, () => {
        throw new TypeError('no')
      }),
    ).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(TypeError)
    expect(readApiKeys(name)).toEqual([key('a')])
    expect(existsSync(`${name}.new`)).toBe(false)
  })

  test('waits for nobody: a second one at the same time is refused, and harms nothing', async () => {
    const name = file({ keys: [] })
    writeFileSync(`${name}.new`, 'of another')
    const error = await failure(() => changeApiKeys(name, (keys) => [...keys, key('a')]))
    expect(error.message).toMatch(/another command is at work, or one was killed/)
    expect(readFileSync(`${name}.new`, 'utf8')).toBe('of another')
  })

  test('follows a link and keeps the rights of the group', () => {
    const name = file({ keys: [] })
    const link = path()
    symlinkSync(name, link)
    changeApiKeys(link, (keys) => [...keys, key('a')])
    expect(readApiKeys(name)).toEqual([key('a')])
    expect(statSync(name).mode & 0o007).toBe(0)
  })
})
