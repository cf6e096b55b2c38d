// docs/reference/audit-log.md against the code.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { verifyExport } from '../../src/audit/index.ts'
import { exampleExports, workedExample } from './worked-example.ts'

const page = readFileSync(new URL('../../docs/reference/audit-log.md', import.meta.url), 'utf8')

test('the worked example is what the code makes', () => {
  expect(
    page
      .split('\n')
      .slice(-workedExample().split('\n').length - 1)
      .join('\n')
      .trimEnd(),
  ).toBe(workedExample())
})

test.each(['whole', 'part'] as const)('the export of the example verifies: %s', async (name) => {
  const { publicKey, [name]: text } = exampleExports
  async function* input(): AsyncGenerator<string> {
    yield text
  }
  expect(await verifyExport(input(), { publicKey })).toMatchObject({ failure: null, erased: 1, size: 3 })
})
