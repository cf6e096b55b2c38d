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
  expect(stdout).toMatch(/1 turn that needs no article: AUC 0\.500; with push\.minConfidence \d/)
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

test('--learn-from-use tells what past use of other categories brings', async () => {
  const kinds = [
    { name: 'garage', body: 'A garage lies behind the house.', ask: 'a spot where I leave my automobile' },
    { name: 'pets', body: 'Dogs stay free of charge.', ask: 'room for my spaniel' },
  ]
  const inns = 'Amber Birch Cedar Dogwood Elder Fir Ginkgo Hazel Ivy Juniper Larch Maple Oak Pine'.split(' ')
  const each = inns.flatMap((inn) => kinds.map((kind) => ({ inn, id: `${inn}-${kind.name}`, ...kind })))
  const innArticles = file(
    'inns.jsonl',
    each.map(({ inn, id, name, body }) => ({ id, title: name, body, category: `inns/${inn}` })),
  )
  const asked = file(
    'asked.jsonl',
    each.map(({ inn, id, ask }) => ({ id, query: `Does ${inn} have ${ask}?`, goldArticleIds: [id] })),
  )
  const run = ['rank', 'evaluate', '--learn-from-use', '--articles', innArticles, '--conversations', asked]
  const { stdout, status } = await runHere([...run, '--json'])
  expect(status).toBe(0)
  const report = JSON.parse(stdout)
  expect(report).toMatchObject({ articles: 28, events: 28, groups: 28, by: 'article' })
  expect(report.r1.before).toBeLessThan(0.8)
  expect(report.r1.after).toBe(1)
  expect(report.r1.gain).toBeCloseTo(1 - report.r1.before, 12)
  expect(report.r1.interval[0]).toBeGreaterThan(0)
  const told = await runHere(run)
  expect(told.stdout).toMatch(/^ {2}R@1 +\d+\.\d +100\.0 +\+\d+\.\d +\+\d+\.\d \.\. +\+\d+\.\d$/m)
  const both = await runHere([...run, '--ablation'])
  expect(both.status).toBe(2)
  expect(both.stderr).toContain('--ablation')
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
