// The demo, as someone sees it who has just installed the package.
import { expect, test } from 'vitest'
import { widthOf } from '../../src/cli/text-width.ts'
import { runHere } from './run-here.ts'

test('it plays a conversation through an outage and sums up', async () => {
  const { status, stdout, stderr } = await runHere(['demo', '--once'])
  expect(stderr).toBe('')
  expect(status).toBe(0)
  for (const line of stdout.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80)
  const [before = '', during = '', after = ''] = stdout.split(/── Genesys Cloud is .*/)
  expect(before).toMatch(/\n 1\. \d\.\d\d {2}\S.*\n +relevance \d\.\d\d \+ \d tags? match/)
  expect(before).toMatch(/● fresh, answered in \d+ ms/)
  expect(during).toMatch(/◐ stale, 30\d(\.\d)? s old, answered in \d+ ms/)
  expect(during).not.toMatch(/● fresh|○ none/)
  expect(during).toMatch(/knowledge-search: /)
  expect(after).toMatch(/● fresh, answered in \d+ ms/)
  expect(after).toMatch(/8 answers, \d+(\.\d)?% within 200 ms/)
  expect(after).toMatch(/\d+ calls to Genesys, which allows 300 a minute/)
  expect(after).toMatch(/3 answers during the outage, none of them empty/)
  expect(after).toContain('npx cuecard doctor')
})
