// Roles and what they allow; the page that tells of them.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  type Actor,
  demand,
  isBoundToItself,
  may,
  type Permission,
  permissions,
  roles,
} from '../../src/access/actor.ts'
import { readApiKeys } from '../../src/access/api-key-file.ts'
import { parseConfig } from '../../src/config/config-schema.ts'
import { errorOf } from '../testing/outcome.ts'
import { tempFolder } from './temp-folder.ts'

const { file } = tempFolder()

const actor = (more: Partial<Actor>): Actor => ({
  id: 'x',
  roles: ['agent'],
  divisions: [],
  via: 'api_key',
  ...more,
})

test('a refusal names who may, and who asked', async () => {
  const error = await errorOf((async () => demand(actor({ roles: ['agent'] }), 'audit.export'))())
  expect(error.code).toBe('access.denied')
  expect(error.message).toBe('audit.export is for the role compliance; this caller is agent')
  expect(() => demand(actor({ roles: ['agent', 'compliance'] }), 'audit.export')).not.toThrow()
})

test.each<[Partial<Actor>, boolean]>([
  [{ roles: ['agent'], agentId: 'a' }, true],
  [{ roles: ['agent'] }, true],
  [{ roles: ['agent', 'supervisor'], agentId: 'a' }, true],
  [{ roles: ['service'] }, false],
  [{ roles: ['agent', 'service'], agentId: 'a' }, false],
])('%j is bound to itself: %s', (more, bound) => {
  expect(isBoundToItself(actor(more))).toBe(bound)
})

describe('docs/reference/access.md', () => {
  const page = readFileSync(new URL('../../docs/reference/access.md', import.meta.url), 'utf8')

  test('has a row for each permission, with the roles that have it', () => {
    const [table = ''] = page.split('\n## ')
    const rows = [...table.matchAll(/^\| `([a-z.]+)` \|(.+)\|$/gm)].map(([, name = '', marks = '']) => [
      name,
      marks.split('|').map((mark) => mark.trim() !== ''),
    ])
    const expected = (Object.keys(permissions) as Permission[]).map((permission) => [
      permission,
      roles.map((role) => may(actor({ roles: [role] }), permission)),
    ])
    expect(rows).toEqual(expected)
    expect(table).toContain(`| | ${roles.map((role) => `\`${role}\``).join(' | ')} |`)
  })

  test('has examples that are taken as they stand', () => {
    const [keys = '', ...rules] = [...page.matchAll(/```yaml\n(.+?)```/gs)].map(([, text = '']) => text)
    expect(readApiKeys(file(keys)).map(({ id }) => id)).toEqual(['desktop', 'ada'])
    const genesys = { clientId: 'id', clientSecret: 'secret', region: 'mypurecloud.de' }
    for (const text of rules) expect(parseConfig({ genesys, ...parse(text) }).audiences).not.toEqual([])
    expect(rules).toHaveLength(2)
  })
})
