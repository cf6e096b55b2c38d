import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { explainFileError } from '../src/explain-file-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'cuecard-'))
afterAll(() => rmSync(folder, { recursive: true }))

function errorOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

test('what the system says is told in words', () => {
  const missing = join(folder, 'no', 'such')
  expect(explainFileError(errorOf(() => readFileSync(missing)))).toBe('there is no such file')
  expect(
    explainFileError(
      errorOf(() => writeFileSync(missing, '')),
      'written',
    ),
  ).toBe('its folder is not there')
  expect(explainFileError(errorOf(() => readFileSync(folder)))).toBe('it is a folder')
})

test('a code without words stands for itself, and no code for an unknown reason', () => {
  expect(explainFileError(Object.assign(new Error('x'), { code: 'EIO' }))).toBe('EIO')
  expect(explainFileError('x')).toBe('for an unknown reason')
})
