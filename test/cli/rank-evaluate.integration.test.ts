// `cuecard rank evaluate` on files.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { runHere } from './run-here.ts'

const folder = mkdtempSync(join(tmpdir(), 'cuecard-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, rows: readonly object[]): string {
  const path = join(folder, name)
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'))
  return path
}

const articles = file('articles.jsonl', [
  { id: 'card', title: 'Lost card', body: 'Block the card.' },
  { id: 'fee', title: 'Late fee', body: 'Refund the fee.' },
])
const conversations = file('conversations.jsonl', [
  {
    id: 'c1',
    turns: [
      { speaker: 'customer', text: 'my card is lost' },
      { speaker: 'agent', text: 'and the fee?' },
    ],
    events: [
      { turnIndex: 0, goldArticleIds: ['card'] },
      { turnIndex: 0, goldArticleIds: [] },
      { turnIndex: 1, goldArticleIds: ['withdrawn'] },
      { turnIndex: 1, goldArticleIds: ['fee', 'withdrawn'] },
    ],
  },
])
const files = ['--articles', articles, '--conversations', conversations]

test('--json gives shares from 0 to 1, and counts what was left out or cannot be found', async () => {
  const { status, stdout, stderr } = await runHere(['rank', 'evaluate', ...files, '--json'])
  expect(stderr).toBe('')
  expect(status).toBe(0)
  const evaluation = JSON.parse(stdout)
  expect(evaluation).toMatchObject({
    articles: 2,
    conversations: 1,
    events: 3,
    eventsWithoutGold: 1,
    eventsWithUnknownGold: 2,
    profile: 'tutorial',
  })
  expect(evaluation.metrics.r5).toBeCloseTo(2 / 3, 12)
})

test('the table, and --limit', async () => {
  const { stdout } = await runHere(['rank', 'evaluate', ...files, '--limit', '1'])
  expect(stdout).toContain('Profile tutorial: 2 articles, 1 conversation, 1 event\n')
  expect(stdout).toMatch(/R@1 +100\.0 +20\.7 \.\.100\.0\n/)
  expect(stdout).toContain('1 event without a gold article left out\n')
})

const real = fileURLToPath(new URL('../../../shared/datasets/sktod/', import.meta.url))

test.skipIf(!existsSync(real))('thousands of articles take milliseconds an event', async () => {
  const { stdout, status } = await runHere([
    ...['rank', 'evaluate', '--json', '--limit', '300'],
    ...['--articles', join(real, 'articles.jsonl')],
    ...['--conversations', join(real, 'conversations.dev.jsonl')],
  ])
  expect(status).toBe(0)
  const { events, articles, metrics } = JSON.parse(stdout)
  expect({ events, articles }).toEqual({ events: 300, articles: 4299 })
  expect(metrics.r1).toBeGreaterThan(0.2)
  expect(metrics.r5).toBeGreaterThan(0.6)
  expect(metrics.r5).toBeLessThan(1)
})
