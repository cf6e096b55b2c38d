// Documents that no editor makes, and a Genesys that fails on the way.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HttpTransport } from '../../src/genesys/http-transport.ts'
import { faultPreset } from '../../src/simulator/index.ts'
import { article } from '../simulator/sample-organisation.ts'
import { mirrorWorld, type WorldOptions } from './mirror-world.ts'

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => article(`a-${index}`, `Title ${index}`, `Text ${index}.`))

/** A world whose lists of documents have `entities` among their own. */
function worldWith(entities: readonly unknown[], options: WorldOptions = {}) {
  const throughTransport = (inner: HttpTransport): HttpTransport => ({
    close: () => inner.close(),
    async send(request) {
      const response = await inner.send(request)
      if (!/\/documents\?/.test(request.url) || response.status !== 200) return response
      const page = JSON.parse(response.body)
      return { ...response, body: JSON.stringify({ ...page, entities: [...entities, ...page.entities] }) }
    },
  })
  return mirrorWorld({ simulator: { articles: many(4) }, pageSize: 10, ...options, throughTransport })
}

function deep(levels: number): unknown {
  let block: unknown = { type: 'Text', text: { text: 'deep' } }
  for (let level = 0; level < levels; level++) block = { type: 'Paragraph', blocks: [block] }
  return { blocks: [block] }
}

const published = { state: 'Published', title: 'Title', variations: [] }

describe('hostile documents', () => {
  test('are passed over and counted, and cost the others nothing', async () => {
    const world = worldWith([
      null,
      17,
      'document',
      [],
      {},
      { id: '' },
      { id: 'x'.repeat(1000) },
      { ...published, id: 'odd-title', title: { text: 'Title' } },
      { ...published, id: 'odd-labels', labels: 'all' },
      { ...published, id: 'odd-variations', variations: { body: {} } },
    ])
    await world.sync()
    expect(world.records()).toHaveLength(4)
    expect(world.store.origins()[0]).toMatchObject({ skipped: 10, problem: null })
  })

  test('deep, huge and odd texts are read as far as they are text', async () => {
    const text = (words: string) => ({
      blocks: [{ type: 'Paragraph', paragraph: { blocks: [{ type: 'Text', text: { text: words } }] } }],
    })
    const world = worldWith([
      { ...published, id: 'deep', variations: [{ body: deep(1000) }] },
      { ...published, id: 'huge', variations: [{ body: text('word '.repeat(400_000)) }] },
      {
        ...published,
        id: 'control',
        title: 'A\u0000\u202Etitle',
        variations: [{ body: text('a\u0007b\u202Ec\nd') }],
      },
      { ...published, id: 'odd', variations: [{ body: 17 }, { body: text('second') }] },
    ])
    await world.sync()
    const bodyOf = (id: string) => world.records().find(({ article }) => article.id === id)?.article.body
    expect(bodyOf('deep')).toBe('')
    expect(bodyOf('huge')?.length).toBeLessThanOrEqual(50_000)
    expect(bodyOf('control')).toBe('abc\nd')
    expect(bodyOf('odd')).toBe('')
    await world.mirror.follow()
    expect(world.mirror.size).toBe(8)
  })

  test('no JSON whatever is fatal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 5 }), async (entities) => {
        const world = worldWith(entities)
        await world.sync()
        await world.mirror.follow()
        expect(world.mirror.size).toBeGreaterThanOrEqual(4)
        world.store.close()
      }),
      { numRuns: 40 },
    )
  })
})

describe('a Genesys that fails', () => {
  test('for a while is waited for', async () => {
    const world = mirrorWorld({ simulator: { articles: many(10) } })
    world.simulator.setFaults({
      seed: 1,
      rules: [
        { match: { operation: 'knowledge-documents' }, share: 0.5, fault: { kind: 'status', status: 503 } },
      ],
    })
    await world.inTime(world.sync())
    expect(world.records()).toHaveLength(10)
    expect(world.store.origins()[0]?.problem).toBeNull()
  })

  test('for long keeps the copy, and the reason is noted until it works again', async () => {
    const world = mirrorWorld({ simulator: { articles: many(10) } })
    await world.sync()
    await world.clock.advance(25 * 3_600_000)
    world.simulator.setFaults({
      seed: 1,
      rules: [{ match: { operation: 'knowledge-documents' }, fault: { kind: 'status', status: 503 } }],
    })
    await world.inTime(world.sync())
    expect(world.records()).toHaveLength(10)
    expect(world.store.origins()[0]?.problem).toContain('503')
    world.simulator.setFaults(undefined)
    await world.sync()
    expect(world.store.origins()[0]?.problem).toBeNull()
  })

  test('altogether keeps the copy too', async () => {
    const world = mirrorWorld({ simulator: { articles: many(10) } })
    await world.sync()
    world.simulator.setFaults(faultPreset('outage'))
    await world.inTime(world.sync({ full: true }))
    expect(world.records()).toHaveLength(10)
  })

  test('by denying the permission says which', async () => {
    const world = mirrorWorld({
      simulator: { articles: many(3), permissions: ['knowledge:knowledgebase:view'] },
    })
    await world.sync()
    expect(world.store.origins()[0]?.problem).toContain('knowledge:document:view')
  })

  test('a base that is deleted is forgotten, one that is only not listed is not', async () => {
    const german = article('karte', 'Karte', 'Text.', { language: 'de' })
    const world = mirrorWorld({ simulator: { articles: [...many(3), german] } })
    await world.sync()
    expect(world.store.origins()).toHaveLength(2)
    world.simulator.setArticles(many(3))
    await world.sync()
    expect(world.store.origins()).toHaveLength(1)
    expect(world.records()).toHaveLength(3)
  })
})
