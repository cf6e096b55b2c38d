// The tables of the reference that are made from the code are up to date, and tell something of every row.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { pages, pageWithTable } from '../scripts/reference-tables.ts'
import { variables } from '../src/config/load-config.ts'

describe.each(pages)('%s', (name, table) => {
  const page = readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8')

  test('has the table of this code; if not, run: node scripts/reference-tables.ts', () => {
    expect(page).toBe(pageWithTable(page, table()))
  })

  test('gives every row a meaning', () => {
    const rows = table().split('\n').slice(2)
    expect(rows.length).toBeGreaterThan(20)
    expect(rows.filter((row) => row.endsWith('| |'))).toEqual([])
  })
})

test('every variable of the environment stands beside its setting', () => {
  const [, table] = pages[0] ?? []
  expect(variables.filter(({ name }) => !table?.().includes(`| \`${name}\` |`))).toEqual([])
})
