// With a mirror: what needs no article costs no call, and the articles themselves are looked after.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CuecardConfigInput } from '../../src/config/config-schema.ts'
import { only, start } from '../retrieval/start-cuecard.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-push-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

async function startMirrored(config: Omit<CuecardConfigInput, 'genesys'>, ports = {}) {
  const mirror = { enabled: true, path: join(folder, 'mirror.db'), intervalSeconds: 3600 }
  const started = await start({ config: { mirror, ...config }, ports })
  const { clock, cuecard } = started
  for (let turns = 0; turns < 2000 && cuecard.stats().mirror?.syncs.ok === 0; turns++) await clock.advance(20)
  expect(cuecard.stats().mirror?.articles).toBeGreaterThan(2)
  return started
}

test('a turn that needs no article is not prepared for: Genesys is not asked for suggestions', async () => {
  const asks = { interactionId: 'c-1', agentId: 'ann' }
  const question = 'Is the late payment fee of the credit card refunded?'
  const thanks = 'Thank you, goodbye'
  /** Calls that are made after each turn, and the confidence of the answer to it. */
  const prepareFor = async (minConfidence: number) => {
    const { clock, cuecard, calls, settled } = await startMirrored({
      sources: { ...only('copilot-suggestions'), 'copilot-suggestions': { besideMirror: true } },
      profile: 'context',
      push: { minConfidence },
    })
    await settled(cuecard.retrieve({ ...asks, query: 'good morning' }))
    const turns: { calls: number; confidence: number | undefined }[] = []
    for (const text of [question, thanks]) {
      const before = calls()
      await cuecard.updateContext('c-1', { utterance: { speaker: 'customer', text } })
      await clock.advance(3000)
      const made = calls() - before
      const { confidence } = await settled(cuecard.retrieve(asks))
      turns.push({ calls: made, confidence })
    }
    await settled(cuecard.close())
    return { turns, pushes: cuecard.stats().push.pushes }
  }
  const all = await prepareFor(0)
  expect(all.turns.map(({ calls }) => calls)).toEqual([1, 1])
  const [high = 0, low = 1] = all.turns.map(({ confidence }) => confidence)
  expect(high).toBeGreaterThan(low)
  const needed = await prepareFor((high + low) / 2)
  expect(needed.turns.map(({ calls }) => calls)).toEqual([1, 0])
  expect(needed.pushes).toMatchObject({ prepared: 1, withheld: 1 })
})

test('the report on articles knows those in force, and that nothing was shown', async () => {
  const { cuecard, settled } = await startMirrored(
    { database: { url: 'sqlite::memory:' } },
    { recordInline: true },
  )
  const report = await settled(cuecard.insights?.hygiene({}) ?? Promise.reject(new Error('no record')))
  // Neither the draft nor what was archived.
  expect(report.knowledge).toMatchObject({
    articles: 4,
    neverShown: { count: 4, of: 4 },
    nearDuplicates: { groups: 0, list: [] },
  })
  expect(report.knowledge?.neverShown.list.map(({ contentId }) => contentId)).toEqual([
    'late-fee',
    'lost-card',
    'karte',
    'mortgage',
  ])
  await settled(cuecard.close())
})
