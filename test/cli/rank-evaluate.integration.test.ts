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
    unneeded: 1,
    eventsWithUnknownGold: 2,
    profile: 'context',
  })
  expect(evaluation.metrics.r5).toBeCloseTo(2 / 3, 12)
})

test('the table, and --limit', async () => {
  const { stdout } = await runHere(['rank', 'evaluate', ...files, '--limit', '2'])
  expect(stdout).toContain('Profile context: 2 articles, 1 conversation, 1 event\n')
  expect(stdout).toMatch(/R@1 +100\.0 +100\.0 \.\.100\.0\n/)
  expect(stdout).toMatch(/1 turn that needs no article: AUC 0\.500; from confidence/)
  expect(stdout).not.toContain('Without')
})

test('--ablation tells what is lost without a feature, and which change nothing', async () => {
  const { stdout } = await runHere(['rank', 'evaluate', ...files, '--ablation'])
  expect(stdout).toMatch(/^Without +R@1 +R@5$/m)
  expect(stdout).toMatch(/^No change without .*\bdismissed\b/m)
})

test('a line may hold a query in the place of turns', async () => {
  const queries = file('queries.jsonl', [
    { id: 'q1', query: 'Who blocks a lost card?', goldArticleIds: ['card'] },
    { id: 'q2', query: 'A late fee', goldArticleIds: ['fee'] },
  ])
  const { stdout } = await runHere([
    'rank',
    'evaluate',
    '--articles',
    articles,
    '--conversations',
    queries,
    '--json',
  ])
  expect(JSON.parse(stdout)).toMatchObject({ events: 2, unneeded: 0, metrics: { r1: 1 }, silence: null })
})

test('a profile may be one that ships, or a file', async () => {
  const { stdout } = await runHere(['rank', 'evaluate', ...files, '--profile', 'tutorial', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ profile: 'tutorial', silence: null })
  const { status, stderr } = await runHere(['rank', 'evaluate', ...files, '--profile', 'best'])
  expect(status).toBe(2)
  expect(stderr).toContain('tutorial, context')
})

const real = fileURLToPath(new URL('../../../shared/datasets/sktod/', import.meta.url))

test.skipIf(!existsSync(real))('thousands of articles take milliseconds an event', async () => {
  const { stdout, status } = await runHere([
    ...['rank', 'evaluate', '--json', '--limit', '600'],
    ...['--articles', join(real, 'articles.jsonl')],
    ...['--conversations', join(real, 'conversations.dev.jsonl')],
  ])
  expect(status).toBe(0)
  const { events, articles, metrics, silence } = JSON.parse(stdout)
  expect(articles).toBe(4299)
  expect(events).toBeGreaterThan(250)
  expect(metrics.r1).toBeGreaterThan(0.7)
  expect(metrics.r5).toBeGreaterThan(0.94)
  expect(metrics.r5).toBeLessThan(1)
  expect(silence.auc).toBeGreaterThan(0.9)
})
