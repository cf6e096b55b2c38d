// `cuecard insights` over reports in memory.
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addInsightsCommand } from '../../src/cli/insights-command.ts'
import type { InsightReports } from '../../src/insight/hygiene.ts'
import type { HygieneReport } from '../../src/insight/hygiene-report.ts'
import { shareOf } from '../../src/insight/wilson.ts'
import type { GapsReport } from '../../src/ledger/record.ts'
import { plainTerminal } from './plain-terminal.ts'

const span = { from: '2026-03-24T12:00:00.000Z', to: '2026-03-31T12:00:00.000Z' }
const query = (text: string | null, retrievals: number, empty: number, used: number) => ({
  query: text,
  retrievals,
  empty,
  unanswered: shareOf(empty, retrievals),
  used: shareOf(used, retrievals),
  lastAt: span.to,
})
const gaps: GapsReport = {
  ...span,
  gaps: [query('card replacement abroad\u001b[2J', 14, 9, 0), query(null, 2, 0, 0)],
  unanswered: [query('card replacement abroad', 14, 9, 0)],
}
const article = (
  contentId: string,
  title: string | null,
  shown: number,
  used: number,
  dismissed: number,
) => ({
  contentId,
  title,
  shown,
  used: shareOf(used, shown),
  dismissed: shareOf(dismissed, shown),
})
const hygiene: HygieneReport = {
  ...span,
  retrievals: 40,
  shown: 62,
  neverUsed: [article('old-fees', 'Old fees', 30, 0, 2)],
  alwaysDismissed: [],
  knowledge: {
    articles: 5,
    neverShown: {
      ...shareOf(2, 5),
      list: [{ contentId: 'kb-9', title: 'Change of address', updatedAt: '2025-01-01T08:00:00Z' }],
    },
    nearDuplicates: {
      threshold: 0.8,
      groups: 1,
      list: [
        [
          { ...article('kb-1', 'Lost card', 12, 3, 0), similarity: 1 },
          { ...article('kb-7', 'Card lost', 4, 0, 1), similarity: 0.836 },
        ],
      ],
    },
  },
}

async function run(args: readonly string[], report = hygiene) {
  const terminal = plainTerminal(100)
  const asked: unknown[] = []
  let open = 0
  const context = {
    terminal,
    environment: {},
    signal: new AbortController().signal,
    exitWith: () => {},
  }
  const program = new Command('cuecard').exitOverride().configureOutput({ writeErr: () => {} })
  addInsightsCommand(program, context, async (_, options) => {
    open++
    const reports: Pick<InsightReports, 'gaps' | 'hygiene'> = {
      async gaps(question) {
        asked.push({ ...options, ...question })
        return gaps
      },
      async hygiene(question, onProgress) {
        asked.push({ ...options, ...question })
        onProgress?.(1, 2)
        return report
      },
    }
    return {
      insights: reports as InsightReports,
      close: async () => {
        open--
      },
    }
  })
  await program.parseAsync(['insights', ...args], { from: 'user' })
  expect(open).toBe(0)
  return { stdout: terminal.stdout(), asked }
}

test('gaps are told with counts and intervals, and made harmless', async () => {
  const { stdout, asked } = await run(['gaps', '--from', '2026-03-01', '--queue', 'cards', '--limit', '3'])
  expect(asked).toMatchObject([{ from: Date.UTC(2026, 2, 1), queueId: 'cards', limit: 3 }])
  expect(stdout.trimEnd().split('\n')).toEqual([
    '2026-03-24T12:00Z to 2026-03-31T12:00Z',
    '',
    'Queries to which there was no item',
    '  asked  without an item       used                  query',
    '     14  9, 64% (39..84%)      0, 0% (0..22%)        card replacement abroad',
    '',
    'Queries after which nothing was used',
    '  asked  without an item       used                  query',
    '     14  9, 64% (39..84%)      0, 0% (0..22%)        card replacement abroad [2J',
    '      2  0, 0% (0..66%)        0, 0% (0..66%)        (its words were erased)',
  ])
})

test('hygiene is told in sections, and says where there is no mirror', async () => {
  const { stdout } = await run(['hygiene'])
  expect(stdout.trimEnd().split('\n')).toEqual([
    '2026-03-24T12:00Z to 2026-03-31T12:00Z',
    '40 retrievals, 62 items reported as shown',
    '',
    'Shown and never used',
    '  shown  used                  dismissed             article',
    '     30  0, 0% (0..11%)        2, 7% (2..21%)        Old fees  old-fees',
    '',
    'Dismissed and never used: none',
    '',
    'Never shown: 2, 40% (12..77%) of 5 articles in force',
    '  2025-01-01  Change of address  kb-9',
    '',
    'Nearly the same: 1 group, alike by 80% or more',
    '        Lost card  kb-1  shown 12, used 3',
    '   83%  Card lost  kb-7  shown 4, used 0',
  ])
  const bare = await run(['hygiene'], { ...hygiene, knowledge: null })
  expect(bare.stdout).toContain('Without a mirror nobody can tell')
})

test('--json prints the reports as they are', async () => {
  expect(JSON.parse((await run(['gaps', '--json'])).stdout)).toEqual(gaps)
  expect(JSON.parse((await run(['hygiene', '--json'])).stdout)).toEqual(hygiene)
})

test('a limit is a whole number', async () => {
  await expect(run(['gaps', '--limit', '0'])).rejects.toThrow(/whole number from 1 to 200/)
})
