// The examples run as they are, against the package as it is built.
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const says: Readonly<Record<string, RegExp>> = {
  'examples/library.ts': /Fees abroad/,
  'examples/own-source.ts': /Branch in Lisbon/,
  'examples/record.ts': /^1 of 1 shown items used\nverified: 4 entries\n$/,
  'examples/service.ts': /^200 Lost card/,
}

test('every example in TypeScript is tried', () => {
  expect(globSync('examples/*.ts', { cwd: root }).sort()).toEqual(Object.keys(says))
})

test.each(Object.entries(says))('%s runs', async (example, what) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [example], { cwd: root })
  expect(stdout).toMatch(what)
  expect(stderr).toBe('')
})
