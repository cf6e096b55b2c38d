// What the report on articles says, and what it does not say of small numbers.
import { expect, test } from 'vitest'
import { type Knowledge, withHygiene } from '../../src/insight/hygiene.ts'
import { shareOf } from '../../src/insight/wilson.ts'
import type { ContentUse, Insights } from '../../src/ledger/record.ts'

const span = { from: '2026-03-24T12:00:00.000Z', to: '2026-03-31T12:00:00.000Z' }
const of = (contentId: string, shown: number, used = 0, dismissed = 0) => ({
  contentId,
  shown,
  used,
  dismissed,
})
const text = 'Block the lost or stolen card at once and order a new one by post to the address that is known'
const known = (id: string, body: string, updatedAt: string | null = null) => ({
  id,
  title: 'Cards',
  body,
  updatedAt,
})

function reports(contents: ContentUse['contents'], knowledge?: () => Knowledge | undefined) {
  const asked: unknown[] = []
  const insights = {
    use: async (query: unknown) => {
      asked.push(query)
      return { ...span, retrievals: 40, contents }
    },
  } as unknown as Insights
  return { asked, ...withHygiene(insights, knowledge ?? (() => undefined), async () => {}) }
}

test('without a mirror it tells of what was shown', async () => {
  const { hygiene, asked } = reports([
    of('used', 9, 3, 1),
    of('rare', 2),
    of('often', 30),
    of('once', 1, 0, 1),
    of('always', 20, 0, 19),
  ])
  const report = await hygiene({ queueId: 'cards', limit: 2 })
  expect(asked).toEqual([{ queueId: 'cards', limit: 2 }])
  expect(report).toEqual({
    ...span,
    retrievals: 40,
    shown: 62,
    neverUsed: [
      { contentId: 'often', title: null, shown: 30, used: shareOf(0, 30), dismissed: shareOf(0, 30) },
      { contentId: 'always', title: null, shown: 20, used: shareOf(0, 20), dismissed: shareOf(19, 20) },
    ],
    // Once of once is less sure than 19 of 20.
    alwaysDismissed: [
      expect.objectContaining({ contentId: 'always' }),
      expect.objectContaining({ contentId: 'once', dismissed: shareOf(1, 1) }),
    ],
    knowledge: null,
  })
})

test('with one it tells of what was never shown, the longest unedited first, and of what is said twice', async () => {
  const articles = [
    known('short', text),
    known('long', `${text} and tell the customer`),
    known('other', 'Refund the late fee once a year', '2025-01-01T00:00:00Z'),
    known('newer', 'Raise the limit of the account', '2026-01-01T00:00:00Z'),
    known('unknown', 'Change the address of the customer'),
  ]
  const { hygiene } = reports([of('long', 4, 1), of('gone', 3)], () => ({ version: '1', articles }))
  const { knowledge, neverUsed } = await hygiene({ limit: 3 })
  expect(neverUsed).toMatchObject([{ contentId: 'gone', title: null }])
  expect(knowledge).toMatchObject({
    articles: 5,
    neverShown: {
      ...shareOf(4, 5),
      list: [
        { contentId: 'other' },
        { contentId: 'newer', updatedAt: '2026-01-01T00:00:00Z' },
        { contentId: 'short' },
      ],
    },
    nearDuplicates: {
      threshold: 0.8,
      groups: 1,
      list: [
        [
          { contentId: 'long', title: 'Cards', shown: 4, used: shareOf(1, 4), similarity: 1 },
          { contentId: 'short', shown: 0, used: { rate: null }, similarity: expect.closeTo(20 / 24, 9) },
        ],
      ],
    },
  })
})

test('articles are compared once, until they are others', async () => {
  let version = 1
  const progress: number[] = []
  const { hygiene } = reports([], () => ({ version: String(version), articles: [known('a', text)] }))
  const ask = () => hygiene({}, (done) => progress.push(done))
  await Promise.all([ask(), ask()])
  await ask()
  expect(progress).toEqual([0, 1, 2])
  version++
  await ask()
  expect(progress).toEqual([0, 1, 2, 0, 1, 2])
})
