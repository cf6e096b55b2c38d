// `cuecard rank learn` over a record that a service left: exploration, propensities, uses, a profile file, its use.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCuecard } from '../../src/create-cuecard.ts'
import { seededRandom } from '../../src/random.ts'
import { createSimulator } from '../../src/simulator/index.ts'
import { access } from '../retrieval/start-cuecard.ts'
import { article } from '../simulator/sample-organisation.ts'
import { runHere } from './run-here.ts'

let folder: string
let environment: Record<string, string>

const topics = ['fee', 'limit', 'card', 'loan', 'branch', 'rate']
/** What agents use has the tag `new`, wherever it is ranked. */
const articles = topics.flatMap((topic) =>
  [1, 2, 3, 4].map((number) =>
    article(`${topic}-${number}`, `${topic} matters ${'more '.repeat(number)}`, `All about the ${topic}.`, {
      tags: number === 4 ? ['new'] : ['old'],
    }),
  ),
)

async function open(profile?: string) {
  const simulator = createSimulator({ articles, quotaPerMinute: 100_000 })
  return createCuecard(
    {
      genesys: { ...access, quotaPerMinute: 100_000 },
      database: { url: environment.CUECARD_DATABASE_URL ?? '' },
      learning: { exploration: 0.1 },
      ...(profile !== undefined && { profile }),
    },
    { transport: simulator.transport(), random: seededRandom(4), recordInline: true },
  )
}

/** Agents look at the first place, now and then at another one, and use what is new there. */
async function work(calls: number): Promise<void> {
  const cuecard = await open()
  const random = seededRandom(5)
  for (let call = 0; call < calls; call++) {
    const topic = topics[call % topics.length] ?? ''
    const { retrievalId, items } = await cuecard.retrieve({
      interactionId: `call-${call}`,
      agentId: 'ann',
      query: `tell me about the ${topic}`,
      contextTags: ['new'],
    })
    for (const [place, { contentId, tags }] of items.entries())
      if (tags.includes('new') && random() < 1 / (place + 1))
        await cuecard.recordAdoption(retrievalId, { type: 'inserted', contentId })
  }
  await cuecard.close()
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cuecard-learn-'))
  environment = { CUECARD_DATABASE_URL: `sqlite:${join(folder, 'cuecard.db')}` }
  await work(40)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('cuecard rank learn', () => {
  test('says how many uses are missing, and writes nothing', async () => {
    const out = join(folder, 'early.json')
    const { status, stdout } = await runHere(['rank', 'learn', '--out', out], environment)
    expect(stdout).toMatch(
      /Too few uses to learn from: \d+ more uses must be reported, which come with about \d+/,
    )
    expect(status).toBe(1)
    expect(() => readFileSync(out)).toThrow('ENOENT')
  })

  test('writes a profile that a person can switch on, and the record names it with its version', async () => {
    await work(300)
    const out = join(folder, 'learnt.json')
    const told = await runHere(['rank', 'learn', '--out', out], environment)
    expect(told.stderr).toBe('')
    expect(told.status).toBe(0)
    expect(told.stdout).toContain(`set "profile: ${out}"`)
    expect(told.stdout).toContain('doubly robust')
    const file = JSON.parse(readFileSync(out, 'utf8'))
    expect(file.weights.matchingTags).toBeGreaterThan(0.15)
    const cuecard = await open(out)
    const { items, profile } = await cuecard.retrieve({
      interactionId: 'later',
      agentId: 'ann',
      query: 'the fee',
      contextTags: ['new'],
    })
    const entry = (await cuecard.audit?.entries({ kind: 'retrieval', limit: 1 }))?.entries[0]
    await cuecard.close()
    expect(profile).toBe(`learnt@${file.version}`)
    expect(
      items.map(({ explanation }) => explanation.find(({ feature }) => feature === 'matchingTags')?.weight),
    ).toContain(file.weights.matchingTags)
    expect(entry?.body).toMatchObject({ profile, propensities: expect.arrayContaining([expect.any(Number)]) })
    writeFileSync(out, JSON.stringify({ ...file, weights: { ...file.weights, matchingTags: 9 } }))
    await expect(open(out)).rejects.toThrow(/its version must be [0-9a-f]{12}/)
  }, 60_000)

  test('what another profile ranked is not learnt from, and that is said', async () => {
    const cuecard = await open('context')
    const { retrievalId, items } = await cuecard.retrieve({
      interactionId: 'by-context',
      agentId: 'ann',
      query: 'tell me about the loan',
    })
    const [{ contentId } = { contentId: '' }] = items
    await cuecard.recordAdoption(retrievalId, { type: 'inserted', contentId })
    await cuecard.close()
    const own = await runHere(['rank', 'learn', '--profile', 'tutorial'], environment)
    expect(own.stdout).toContain('ranked by other features than those of tutorial: 1 retrieval by context\n')
    const other = await runHere(['rank', 'learn', '--json'], environment)
    expect(JSON.parse(other.stdout)).toMatchObject({ profile: 'context', retrievals: 1, uses: 1 })
    expect(JSON.parse(other.stdout).skipped.tutorial).toBeGreaterThan(100)
    expect(other.status).toBe(1)
  }, 60_000)

  test('--json tells the same in numbers', async () => {
    const { stdout, status } = await runHere(
      ['rank', 'learn', '--json', '--profile', 'tutorial'],
      environment,
    )
    const report = JSON.parse(stdout)
    expect(status).toBe(0)
    expect(report).toMatchObject({
      profile: 'tutorial',
      current: { relevance: 1, matchingTags: 0.15 },
      missingUses: 0,
    })
    expect(report.exchangedUses).toBeGreaterThan(0)
    expect(report.candidate.judgement.doublyRobust.low).toBeLessThan(
      report.candidate.judgement.doublyRobust.high,
    )
  }, 60_000)
})
