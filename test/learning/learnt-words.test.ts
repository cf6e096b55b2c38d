// Words that agents' uses taught, through the whole library: from the record, by the mirror's articles, into live answers.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startRecorded } from '../ledger/start-recorded.ts'
import { only } from '../retrieval/start-cuecard.ts'
import { article } from '../simulator/sample-organisation.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-words-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

const inns =
  'Amber Birch Cedar Dogwood Elder Fir Ginkgo Hazel Ivy Juniper Larch Maple Oak Pine Rowan Spruce Teak Willow Yew'.split(
    ' ',
  )
/** Nobody asks about it before. */
const unasked = 'Quince'
const articles = [...inns, unasked].flatMap((name) => [
  article(`${name}-garage`, `${name}: vehicles`, 'A garage lies behind the house.'),
  article(`${name}-pets`, `${name}: animals`, 'Dogs stay free of charge.'),
  article(`${name}-late`, `${name}: arrival`, 'The desk is open all night.'),
])

test('what agents used for other inns comes first for one that nobody asked about, and is explained', async () => {
  const { clock, cuecard, retrieve, settled } = await startRecorded({
    articles,
    config: {
      profile: 'context',
      sources: only('knowledge-search'),
      mirror: { enabled: true, path: join(folder, 'mirror.db'), intervalSeconds: 3600 },
    },
  })
  while (cuecard.stats().mirror?.syncs.ok === 0) await clock.advance(20)
  const ask = (name: string, interactionId: string) =>
    retrieve({
      interactionId,
      agentId: 'ann',
      maxResults: 50,
      query: `Does ${name} have a spot where I leave my automobile?`,
      entityIds: undefined,
      contextTags: undefined,
    })
  for (const [call, name] of [...inns, ...inns].entries()) {
    const { retrievalId, items } = await ask(name, `call-${call}`)
    const contentId = `${name}-garage`
    if (items.some((item) => item.contentId === contentId))
      await settled(cuecard.recordAdoption(retrievalId, { type: 'inserted', contentId }))
  }
  const wordsIn = ({ items }: Awaited<ReturnType<typeof ask>>) =>
    Object.fromEntries(
      items.map(({ contentId, explanation }) => [
        contentId,
        explanation.find(({ feature }) => feature === 'learntWords')?.value,
      ]),
    )
  expect(wordsIn(await ask(unasked, 'early'))[`${unasked}-garage`]).toBe(0)
  await clock.advance(26.5 * 3_600_000)
  const later = await ask(unasked, 'later')
  expect(later.items[0]?.contentId).toBe(`${unasked}-garage`)
  const words = wordsIn(later)
  expect(words[`${unasked}-garage`]).toBeGreaterThan(0.1)
  expect(words[`${unasked}-pets`]).toBeLessThanOrEqual(0)
  await settled(cuecard.close())
})
