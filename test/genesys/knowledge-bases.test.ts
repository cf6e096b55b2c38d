// Which bases are searched, and how rarely that is asked.
import { describe, expect, test } from 'vitest'
import { KnowledgeBases } from '../../src/genesys/knowledge-bases.ts'
import { article } from '../simulator/sample-organisation.ts'
import { codeOf, follow } from '../testing/outcome.ts'
import { callOf } from '../testing/source-answers.ts'
import { startGenesys } from './client-under-test.ts'

const inLanguages = ['en-US', 'de-AT', 'en-GB', 'fr'].map((language) =>
  article(language, language, language, { language }),
)

function startBases(configuredIds?: readonly string[]) {
  const started = startGenesys({ articles: inLanguages, latency: { fixedMs: 10 } })
  const { client, clock } = started
  const bases = new KnowledgeBases({ client, clock, configuredIds })
  const idsFor = (language: string, waitMs = 1000, signal?: AbortSignal) =>
    follow(() => bases.idsFor(language, callOf(clock.now() + waitMs, { signal })))
  return { ...started, bases, idsFor, calls: () => started.quota.granted }
}

test('the bases of the language are searched, whatever its region', async () => {
  const { clock, idsFor } = startBases()
  const [german, swiss, english, other] = ['de', 'de-CH', 'EN-AU', 'pt-BR'].map((language) =>
    idsFor(language),
  )
  await clock.advance(100)
  expect(german?.value).toHaveLength(1)
  expect(swiss?.value).toEqual(german?.value)
  expect(english?.value).not.toEqual(german?.value)
  expect(other?.value).toEqual([])
})

test('those that are configured are searched for every language, three at the most, and nothing is asked', async () => {
  const { clock, idsFor, calls } = startBases(['a', 'b', 'c', 'd'])
  const asked = idsFor('pt')
  await clock.advance(0)
  expect(asked.value).toEqual(['a', 'b', 'c'])
  expect(calls()).toBe(0)
})

test('they are asked for once an hour, by whoever asks', async () => {
  const { clock, idsFor, calls } = startBases()
  for (let i = 0; i < 10; i++) idsFor('en')
  await clock.advance(3_599_999)
  idsFor('de')
  expect(calls()).toBe(1)
  await clock.advance(1)
  idsFor('de')
  await clock.advance(100)
  expect(calls()).toBe(2)
})

describe('a failure', () => {
  test('is not remembered', async () => {
    const { clock, idsFor, simulator } = startBases()
    simulator.setFaults({ rules: [{ match: { path: '/api/' }, fault: { kind: 'status', status: 503 } }] })
    const failed = idsFor('en')
    await clock.advance(100)
    simulator.setFaults(undefined)
    const found = idsFor('en')
    await clock.advance(100)
    expect([failed, found].map(codeOf)).toEqual(['genesys.unavailable', 'ok'])
  })

  test('for want of a permission says what else can be done', async () => {
    const { clock, idsFor, simulator } = startBases()
    simulator.setFaults({ rules: [{ match: { path: '/api/' }, fault: { kind: 'missing-permission' } }] })
    const asked = idsFor('en')
    await clock.advance(100)
    expect(codeOf(asked)).toBe('genesys.forbidden')
    expect(String(asked.error)).toContain('or name the bases in GENESYS_KNOWLEDGE_BASE_IDS')
  })
})

test('who began the asking may give up without failing those who joined', async () => {
  const { clock, idsFor } = startBases()
  const abort = new AbortController()
  idsFor('en', 1000, abort.signal)
  const joined = idsFor('en')
  abort.abort()
  await clock.advance(100)
  expect(codeOf(joined)).toBe('ok')
})
